"""The kernel that runs a report: this very Python in a process of its own, forked where that is possible."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

import healthplan
from healthplan import workspace
from healthplan.report import forks
from healthplan.report.forks import ONE_THREAD, Forks


@cache
def _ipython_folder() -> str:
    """An empty IPython folder, so that no start-up script or setting of the user gets into a report."""
    folder = tempfile.mkdtemp(prefix="healthplan-ipython-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _python_path() -> str:
    """Where a kernel finds the healthplan that started it, also when that is a checkout nobody installed."""
    home = Path(healthplan.__file__).parents[1]
    given = os.environ.get("PYTHONPATH", "")
    if home.name in ("site-packages", "dist-packages"):
        return given
    return os.pathsep.join([str(home), given]) if given else str(home)


class OwnKernelManager(AsyncKernelManager):
    """Starts ``ipykernel`` of the running interpreter and ignores the kernel specs found on the path."""

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command line of an ordinary kernel process; a forked one gets its arguments from it."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file]
        return command + (extra_arguments or [])

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or options.pop("kernel_id", os.urandom(8).hex())
            self.provisioner = ForkProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        own = {
            "IPYTHONDIR": _ipython_folder(),
            "HEALTHPLAN_WORKSPACE": str(workspace.root()),
            "PYTHONPATH": _python_path(),
        }
        options["env"] = {**os.environ, **options.pop("env", {}), **ONE_THREAD, **own}
        options["cwd"] = str(workspace.root())  # a user's files are named relative to the workspace
        return await super()._async_pre_start_kernel(**options)


class ForkProvisioner(LocalProvisioner):
    """Launches the kernel from the fork server, or else as an ordinary process."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Launch it and return how to reach it. Raises :class:`KernelsStopped` after :func:`stop_all`."""
        forks.refuse_if_stopped()
        arguments = cmd[cmd.index("-f") :]
        forked = None if Forks.broken else forks.fork(arguments, options["env"], options["cwd"])
        if forked is None:
            Forks.broken = True
            # What a kernel says on its own streams (interrupts, warnings) is no concern of the reader's.
            with open(forks.sink(), "ab") as sink:
                await super().launch_kernel(cmd, **{**options, "stdout": sink, "stderr": sink})
        else:
            self.process = forked  # type: ignore[assignment]
            self.pid = self.pgid = forked.pid
            self.cwd = options["cwd"]
        if self.pid:
            forks.note_running(self.pid)
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        code = await super().wait()
        Forks.running.discard(self.pid or 0)
        return code

    async def cleanup(self, restart: bool = False) -> None:
        """Forget the kernel."""
        Forks.running.discard(self.pid or 0)
        await super().cleanup(restart=restart)

"""The kernel that runs a report: a process of its own for every report, of this very Python.

Starting Python and importing pandas, scipy and matplotlib takes longer than a report itself. So one *fork
server* (multiprocessing, standard library) imports them once, and each kernel is forked from it: a full process
with its own memory that papermill drives like any other. Where forking is not to be had (Windows), or fails, an
ordinary kernel of the running interpreter is started instead; the report comes out the same.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from healthplan import workspace

WARM = "healthplan.report.warm"
READY = 120  # seconds a loaded machine may take to import everything and fork
# One thread a kernel: reports run side by side already, and sums come out the same on every machine.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Forks:
    """The state that all kernels of this process share: whether forking works, and which kernels run."""

    broken = sys.platform == "win32" or "forkserver" not in multiprocessing.get_all_start_methods()
    running: set[int] = set()  # noqa: RUF012 -- shared on purpose
    stopped = False
    lock = threading.Lock()
    starting = threading.Lock()


class KernelsStopped(RuntimeError):
    """The run was interrupted; no further kernel may start."""


def warm_up() -> None:
    """Start the fork server in the background, so that it imports while this process does other things."""
    Forks.stopped = False
    if Forks.broken:
        return
    from multiprocessing import forkserver

    # The linear algebra library reads its number of threads once, when the server imports it.
    settings = {**ONE_THREAD, "HEALTHPLAN_FORK_SERVER": _sink()}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        multiprocessing.get_context("forkserver").set_forkserver_preload([WARM])
        with _no_main():
            forkserver.ensure_running()
    except OSError:
        Forks.broken = True
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the program's own main module while a process is started: multiprocessing would run it again in
    every child, which a kernel does not need and which a script without a guard does not survive."""
    with Forks.starting:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def stop_all() -> None:
    """Kill every running kernel with its children and let no further one start (Ctrl-C)."""
    with Forks.lock:
        Forks.stopped = True
        for pid in Forks.running:
            _kill_group(pid)


def refuse_if_stopped() -> None:
    """Raise :class:`KernelsStopped` after :func:`stop_all`: nothing more is to be written then."""
    if Forks.stopped:
        raise KernelsStopped


def _kill_group(pid: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)  # on Windows this ends the process at once
    except OSError:
        pass  # it has ended by itself


@cache
def _ipython_folder() -> str:
    """An empty IPython folder, so that no start-up script or setting of the user gets into a report."""
    folder = tempfile.mkdtemp(prefix="healthplan-ipython-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


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
        own = {"IPYTHONDIR": _ipython_folder(), "HEALTHPLAN_WORKSPACE": str(workspace.root())}
        options["env"] = {**os.environ, **options.pop("env", {}), **ONE_THREAD, **own}
        options["cwd"] = str(workspace.root())  # a user's files are named relative to the workspace
        return await super()._async_pre_start_kernel(**options)


class ForkProvisioner(LocalProvisioner):
    """Launches the kernel from the fork server, or else as an ordinary process."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Launch it and return how to reach it. Raises :class:`KernelsStopped` after :func:`stop_all`."""
        refuse_if_stopped()
        arguments = cmd[cmd.index("-f") :]
        forked = None if Forks.broken else _fork(arguments, options["env"], options["cwd"])
        if forked is None:
            Forks.broken = True
            # What a kernel says on its own streams (interrupts, warnings) is no concern of the reader's.
            with open(_sink(), "ab") as sink:
                await super().launch_kernel(cmd, **{**options, "stdout": sink, "stderr": sink})
        else:
            self.process = forked  # type: ignore[assignment]
            self.pid = self.pgid = forked.pid
            self.cwd = options["cwd"]
        with Forks.lock:
            Forks.running.add(self.pid)
            if Forks.stopped:
                _kill_group(self.pid)
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        code = await super().wait()
        Forks.running.discard(self.pid)
        return code

    async def cleanup(self, restart: bool = False) -> None:
        """Forget the kernel."""
        Forks.running.discard(self.pid)
        await super().cleanup(restart=restart)


class _Forked:
    """A forked process as far as the provisioner knows ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self.pid:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _fork(arguments: list[str], environment: dict[str, str], folder: str) -> _Forked | None:
    """A kernel forked from the fork server, or None when that does not work."""
    context = multiprocessing.get_context("forkserver")
    try:
        here, there = context.Pipe(duplex=False)
        given = (arguments, environment, folder, _sink(), there)
        process = context.Process(target=_kernel, args=given, daemon=True)
        with _no_main():
            process.start()
        there.close()
        if here.poll(READY) and here.recv() == process.pid:
            return _Forked(process)
        process.kill()
    except (OSError, EOFError, RuntimeError, AssertionError):
        pass  # whatever it was, an ordinary kernel will do
    return None


def _kernel(
    arguments: list[str], environment: dict[str, str], folder: str, sink: str, there: Connection
) -> None:
    """Inside the forked process: become a kernel in a session of its own that ends with its parent."""
    os.setsid()  # Ctrl-C in the terminal is for the runner, which then ends its kernels
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for stream in (1, 2):
        os.dup2(os.open(sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), stream)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    there.send(os.getpid())
    there.close()
    IPKernelApp.launch_instance(argv=arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _sink() -> str:
    """Where a kernel's own streams go: a file named in HEALTHPLAN_KERNEL_LOG, else nowhere."""
    return os.environ.get("HEALTHPLAN_KERNEL_LOG") or os.devnull

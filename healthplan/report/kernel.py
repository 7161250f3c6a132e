"""The kernel that runs a report: this very Python in a process of its own, which ends with the run.

It is spoken to through files in a folder that only this user may enter. Over TCP, kernels that start together may
be given the same port, and all but one of them die; that way is left for systems without such files (Windows).
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import zmq
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

import healthplan
from healthplan import workspace
from healthplan.report import forks
from healthplan.report.lock import TEMPORARY

# One thread a kernel: reports run side by side already, and sums come out the same on every machine. Arrow would start one more
# to tidy its memory.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}  # fmt: skip
START = 180  # seconds a loaded machine may take to start a kernel
SOCKET_NAME = 100  # bytes that the path of a socket may have, a little below what systems allow

asked = threading.local()  # lang: that of the report whose kernel this thread starts, for what goes wrong in it
_lock = threading.Lock()
_started: list[LocalProvisioner] = []
_stopped = threading.Event()
_kept = False
_numbers = count()


class KernelsStopped(RuntimeError):
    """The run was interrupted; no further kernel may start and nothing more be written."""


class NotStarted(RuntimeError):
    """The kernel's process ended, or said nothing, before its first cell."""


def allow(memory: int = 0) -> None:
    """Kernels may start, each with so many bytes of memory (0: any): the beginning of a run."""
    OwnProvisioner.memory = memory
    _stopped.clear()
    _started.clear()
    warm()


def warm() -> None:
    """Begin to load what kernels are forked from."""
    forks.warm(_environment())


def over() -> None:
    """No further kernel will start: the end of a run."""
    if not _kept:
        forks.cool()


@contextmanager
def kept_warm() -> Iterator[None]:
    """Every run in here has its kernels forked from one process, which is loaded once."""
    global _kept
    warm()
    before, _kept = _kept, True
    try:
        yield
    finally:
        _kept = before
        over()


def _environment() -> dict[str, str]:
    """A kernel's: the run's, with this workspace and this package, nothing of the user's IPython, and one thread."""
    own = {"IPYTHONDIR": str(_folder()), "HEALTHPLAN_WORKSPACE": str(workspace.root()), "PYTHONPATH": _python_path()}
    return {**os.environ, **ONE_THREAD, **own}


def stop_all() -> None:
    """Kill every running kernel with its children and let no further one start (Ctrl-C)."""
    with _lock:
        _stopped.set()
        for one in _started:
            _kill(one)


def refuse_if_stopped() -> None:
    """Raise :class:`KernelsStopped` after :func:`stop_all`."""
    if _stopped.is_set():
        raise KernelsStopped


def _kill(one: LocalProvisioner) -> None:
    """Kill a kernel that still runs; an ended one's number may be another process's by now."""
    if one.process is None or one.process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(one.process.pid, signal.SIGKILL)
    else:
        one.process.terminate()  # on Windows this ends the process at once


@cache
def _folder() -> Path:
    """This run's own folder: sockets, and an IPython folder without any start-up script or setting of the user."""
    folder = tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _python_path() -> str:
    """Where a kernel finds the healthplan that started it, also when that is a checkout nobody installed."""
    home = Path(healthplan.__file__).parents[1]
    given = os.environ.get("PYTHONPATH", "")
    if home.name in ("site-packages", "dist-packages"):
        return given
    return os.pathsep.join([str(home), given]) if given else str(home)


class OwnProvisioner(LocalProvisioner):
    """A kernel forked where that is possible, else started."""

    memory = 0  # bytes that a kernel may have; 0: any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """The process of a kernel, and how it is spoken to."""
        process = forks.fork(cmd[2:], kwargs["env"], kwargs["cwd"], self.memory)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid  # type: ignore[assignment]
        return self.connection_info


class OwnKernelManager(AsyncKernelManager):
    """Starts ``ipykernel`` of the running interpreter and ignores the kernel specs found on the path."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.transport_encryption = "required"
        sockets = _folder() / f"{next(_numbers)}"
        self.connection_file = f"{sockets}.json"
        if zmq.has("ipc") and os.name != "nt" and len(os.fsencode(sockets)) < SOCKET_NAME:
            self.transport, self.ip = "ipc", str(sockets)

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command line of the kernel's process; figures of somebody's own are shown whatever MPLBACKEND says, and where
        matplotlib was loaded before there was a shell."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", self.connection_file, "--matplotlib=inline"]
        return command + (extra_arguments or [])

    async def _async_pre_start_kernel(self, **options: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.kernel_id = self.kernel_id or options.pop("kernel_id", os.urandom(8).hex())
            self.provisioner = OwnProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        lang = {"HEALTHPLAN_LANG": asked.lang} if hasattr(asked, "lang") else {}
        options["env"] = {**os.environ, **options.pop("env", {}), **_environment(), **lang}
        # A user's files are named relative to the workspace; what a kernel says on its own streams (interrupts,
        # warnings) is no concern of the reader's.
        options |= {"cwd": str(workspace.root()), "stdout": DEVNULL, "stderr": DEVNULL}
        return await super()._async_pre_start_kernel(**options)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        refuse_if_stopped()
        await super()._async_launch_kernel(kernel_cmd, **options)
        with _lock:
            _started.append(self.provisioner)  # type: ignore[arg-type]
            if _stopped.is_set():
                _kill(_started[-1])

"""Processes forked from one warm server: how every report gets a process of its own without importing anew.

Starting Python and importing pandas, scipy and matplotlib takes longer than a report itself. So one *fork
server* (multiprocessing, standard library) imports them once, and each kernel is forked from it: a full process
with its own memory. Where forking is not to be had (Windows), or fails, :func:`fork` says so with None and
:mod:`healthplan.report.kernel` starts an ordinary kernel instead. Nothing but the standard library is imported
here, so that the server can start before anything slow is imported in this process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType

WARM = "healthplan.report.warm"
READY = 120  # seconds a loaded machine may take to import everything and fork
# One thread a kernel: reports run side by side already, and sums come out the same on every machine.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Forks:
    """The state that all kernels of this process share: whether forking works, and which kernels run."""

    broken = (
        sys.platform == "win32"
        or "forkserver" not in multiprocessing.get_all_start_methods()
        or os.environ.get("HEALTHPLAN_FORK") == "0"
    )
    running: set[int] = set()  # noqa: RUF012 -- shared on purpose
    stopped = False
    lock = threading.Lock()
    starting = threading.Lock()


class KernelsStopped(RuntimeError):
    """The run was interrupted; no further kernel may start."""


def warm_up(imports: str = "") -> None:
    """Start the fork server in the background, so that it imports while this process does other things.

    ``imports`` are import statements, a notebook's own, that it runs beforehand.
    """
    Forks.stopped = False
    if Forks.broken:
        return
    from multiprocessing import forkserver

    # The linear algebra library reads its number of threads once, when the server imports it.
    settings = {**ONE_THREAD, "HEALTHPLAN_FORK_SERVER": sink(), "HEALTHPLAN_WARM": imports}
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
            kill_group(pid)


def note_running(pid: int) -> None:
    """Remember a kernel's process, for :func:`stop_all`; kill it at once if that has been called already."""
    with Forks.lock:
        Forks.running.add(pid)
        if Forks.stopped:
            kill_group(pid)


def refuse_if_stopped() -> None:
    """Raise :class:`KernelsStopped` after :func:`stop_all`: nothing more is to be written then."""
    if Forks.stopped:
        raise KernelsStopped


def kill_group(pid: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)  # on Windows this ends the process at once
    except OSError:
        pass  # it has ended by itself


class Forked:
    """A forked process as far as a kernel's provisioner knows ``subprocess.Popen``."""

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


def fork(arguments: list[str], environment: dict[str, str], folder: str) -> Forked | None:
    """A kernel forked from the fork server, or None when that does not work."""
    context = multiprocessing.get_context("forkserver")
    try:
        here, there = context.Pipe(duplex=False)
        given = (arguments, environment, folder, sink(), there)
        process = context.Process(target=_kernel, args=given, daemon=True)
        with _no_main():
            process.start()
        there.close()
        if here.poll(READY) and here.recv() == process.pid:
            return Forked(process)
        process.kill()
    except (OSError, EOFError, RuntimeError, AssertionError):
        pass  # whatever it was, an ordinary kernel will do
    return None


def _kernel(
    arguments: list[str], environment: dict[str, str], folder: str, log: str, there: Connection
) -> None:
    """Inside the forked process: become a kernel in a session of its own that ends with its parent."""
    os.setsid()  # Ctrl-C in the terminal is for the runner, which then ends its kernels
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for stream in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), stream)
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


def sink() -> str:
    """Where a kernel's own streams go: a file named in HEALTHPLAN_KERNEL_LOG, else nowhere."""
    return os.environ.get("HEALTHPLAN_KERNEL_LOG") or os.devnull

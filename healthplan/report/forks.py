"""Kernels that need not start: forked from one process that has loaded everything a report imports.

A new interpreter takes longer to import pandas, matplotlib and ourselves than most reports take to be worked out. So the
run starts one process that imports all of it once, runs no code of any report, and forks itself for each kernel: every
report still has a process of its own, with nothing in it of the one before. Only on Linux, where a fork of a process with
one thread is safe and a child can be made to die with its parent; elsewhere :mod:`healthplan.report.kernel` starts
kernels in the ordinary way.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Any

from healthplan.errors import HealthplanError

DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
# What our own modules import where they use it.
LAZY = ("IPython.core.shellapp", "ipykernel.kernelapp", "ipykernel.zmqshell", "jinja2", "markdown_it", "matplotlib.backends.backend_svg",
        "matplotlib.pyplot", "matplotlib_inline.backend_inline", "pandas.io.formats.style", "scipy.optimize", "scipy.stats",
        "statsmodels.api", "yaml")  # fmt: skip
ROOMS = ("calls", "consistency", "counts", "explanations", "figures", "intake", "judging", "language", "ledger", "projection", "published",
         "report.sections")  # fmt: skip
SELDOM = (50_000, 20, 20)  # a kernel ends soon: looking for what nobody refers to any more costs it a tenth of its time
_lock = threading.Lock()
_server: tuple[subprocess.Popen, socket.socket] | None = None


class Forked:
    """A kernel's process that is not our own child: what jupyter_client asks of a ``Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid, self.returncode = pid, None  # type: int, int | None
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:  # it has ended already
            self._handle, self.returncode = -1, 1

    def poll(self) -> int | None:
        """None while it runs. What it ended with is not known, and nobody asks."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            os.close(self._handle)
            self.returncode = 1
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended."""
        if self.returncode is None and not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("kernel", timeout or 0)
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """To a process that has ended, none."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def possible() -> bool:
    """Whether kernels can be forked here."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def warm(env: dict[str, str]) -> None:
    """Begin to load what reports import; the next kernels are forked from there. Does nothing where that cannot be."""
    global _server
    with _lock:
        if not possible() or _server is not None:
            return
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "healthplan.report.forks", str(theirs.fileno()), str(os.getpid())]
        quiet: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        process = subprocess.Popen(command, env=env, pass_fds=[theirs.fileno()], start_new_session=True, **quiet)
        theirs.close()
        _server = process, ours


def fork(argv: list[str], env: dict[str, str], cwd: str, memory: int) -> Forked | None:
    """A kernel with this command line, environment and folder, of at most ``memory`` bytes (0: any); None where it has to
    be started in the ordinary way."""
    with _lock:
        if _server is None:
            return None
        asked = json.dumps({"argv": argv, "env": env, "cwd": cwd, "memory": memory}).encode()
        try:
            _server[1].sendall(asked + b"\n")
            answer = _server[1].recv(64)
        except OSError:
            answer = b""
        return Forked(int(answer)) if answer.strip().isdigit() else None


def cool() -> None:
    """End the process that kernels were forked from, and with it every kernel that it still has."""
    global _server
    with _lock:
        if _server is not None:
            process, ours = _server
            ours.close()
            process.kill()  # it may still be loading
            process.wait()
            _server = None


# ---- in the process that is forked


def load() -> None:
    """Import everything that a report does, and read what its first words read: the tables of the workspace are kept by
    their bytes, so that a kernel whose files have changed since reads those again."""
    import healthplan
    from healthplan import messages, observations, registers
    from healthplan.projection import prior

    for room in ROOMS:
        package = importlib.import_module(f"healthplan.{room}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for name in ("healthplan.verbs", *LAZY):  # by name: to this room they are an upper floor
        importlib.import_module(name)
    prior.load()
    messages.text("report.comma", "zh")
    with suppress(HealthplanError):  # the reports will say what is wrong
        observations.load_observations(known=registers.load_registers())
    assert callable(healthplan.plan)  # public names load on first use


def serve(control: socket.socket, run: int) -> None:
    """Fork for every line that asks for it, until the run (its process number) is gone; then this process ends, and its
    kernels with it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel: the system clears it away
    single = len(os.listdir("/proc/self/task")) == 1
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    with control.makefile("rb") as lines:
        for line in lines:
            pid = os.fork() if single else -1
            if pid == 0:
                control.close()
                become(**json.loads(line))
            control.sendall(b"%d\n" % pid if pid > 0 else b"none\n")
    if os.getppid() != run:  # it was killed and could not tidy up itself
        shutil.rmtree(os.environ["IPYTHONDIR"], ignore_errors=True)


def become(argv: list[str], env: dict[str, str], cwd: str, memory: int) -> None:
    """Turn this process into the kernel of that command line."""
    code = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(cwd)
        limit(memory)
        sys.argv = argv
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv[1:])
        code = 0
    finally:
        os._exit(code)


def limit(memory: int) -> None:
    """Let this process have no more than so many bytes of its own."""
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def main() -> None:
    """``python -m healthplan.report.forks SOCKET RUN``: the numbers of the inherited socket and of the run's process."""
    with socket.socket(fileno=int(sys.argv[1])) as control:
        load()
        serve(control, int(sys.argv[2]))


if __name__ == "__main__":
    main()

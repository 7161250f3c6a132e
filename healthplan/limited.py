"""A function in a process of its own, with bounded memory and time: what a damaged or hostile file asks of its reader
ends there, and whoever waits is told why.

The process is a fresh Python, with no thread, lock or file of the caller's, spoken to in pickles over its pipes. Where the
system knows no limit of memory (Windows), that of time remains.
"""

import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from healthplan.errors import HealthplanError

MEMORY = 1_250_000_000  # addresses, a quarter of them the libraries' own: less than 1 GiB is ever used
SECONDS = 6  # of work without a step ahead: a busy machine is no fault of the file
LONGEST = 300  # in all
PAUSE = 0.05  # between two steps that are told
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_told: BinaryIO | None = None  # where such a process answers; nothing in any other
_began = _last = 0.0


class Ended(Exception):
    """There is no answer: ``why`` is ``time``, ``memory`` or what the reader itself broke off with."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def call(does: Callable[..., Any], *given: Any, progress: Callable[[int, int], None] | None = None, **more: Any) -> Any:
    """What ``does`` (a function of a module) gives, from a process with limits. Raises its :class:`HealthplanError`, and
    :class:`Ended` for whatever else it ends with. ``progress(done, total)`` is told what it tells :func:`step`."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from healthplan import limited; limited.serve()"
    noise = None if os.environ.get("HEALTHPLAN_DEBUG") else subprocess.DEVNULL
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": noise}
    child: Any
    with subprocess.Popen([sys.executable, "-c", code], env=os.environ | _ONE_THREAD, **pipes) as child:
        try:
            pickle.dump((does, given, more), child.stdin)
            child.stdin.close()
            while (answer := pickle.load(child.stdout))[0] == "step":
                if progress is not None:
                    progress(*answer[1])
        except (EOFError, OSError, pickle.UnpicklingError):
            answer = ("ended", "time" if child.wait() in (1, -getattr(signal, "SIGPROF", 0)) else "memory")
        finally:
            child.kill()
    kind, found = answer
    if kind == "done":
        return found
    raise Ended(found) if kind == "ended" else found


def step(done: int = 0, total: int = 0) -> None:
    """In such a process: there is a step ahead, so the time begins anew. Anywhere else: nothing."""
    global _last
    now = time.monotonic()
    if _told is None or (now - _last < PAUSE and done < total):
        return
    _last, left = now, _began + LONGEST - now
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    else:  # Windows: by the clock on the wall
        left = min(SECONDS, left)
    faulthandler.dump_traceback_later(max(left, 1e-3), exit=True)
    if total:
        _answer("step", (done, total))


def serve() -> None:
    """The other side of :func:`call`."""
    global _told, _began
    _told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _began = time.monotonic()
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _bound()
    step()
    try:
        does, given, more = pickle.load(sys.stdin.buffer)
        _answer("done", does(*given, **more))
    except HealthplanError as error:
        _answer("raised", error)
    except MemoryError:
        _answer("ended", "memory")
    except BaseException as error:  # a reader written in another language raises what is no Exception
        traceback.print_exc()
        _answer("ended", f"{type(error).__name__}: {error}".splitlines()[0])


def _answer(kind: str, said: Any) -> None:
    if _told is not None:
        pickle.dump((kind, said), _told)
        _told.flush()


def _bound() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system

"""One run at a time in a folder of reports."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from healthplan import workspace
from healthplan.errors import Fault, InputError, system_words
from healthplan.files import runs, sweep
from healthplan.report.editions import FOLDER

LOCK = ".running"
TEMPORARY = "healthplan-"  # how a run's own folder for its sockets begins, then its process number
FAR = 1 << 20  # the locked byte lies behind the text, which stays readable on Windows too


@contextmanager
def owned(out: Path) -> Iterator[None]:
    """Hold the folder for one run; it is made if need be.

    The lock is the operating system's and ends with the process that holds it, however that ends; a lock file
    left behind by a killed run therefore stops nobody. It lies among the editions, where nobody else keeps anything.
    Raises :class:`InputError` when another run holds the folder (its process number is in the message) or when the folder
    cannot be written.
    """
    try:
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        handle = _acquire(out / FOLDER / LOCK)
    except OSError as error:
        raise _refused("RUN-FOLDER", out, reason=system_words(error)) from error
    try:
        sweep(out)
        _sweep_temporary()
        yield
    finally:
        if os.name == "nt":
            handle.close()  # Windows removes no open file
        with suppress(OSError):
            (out / FOLDER / LOCK).unlink(missing_ok=True)
        handle.close()


def _sweep_temporary() -> None:
    """Remove the folders of runs that were killed before anything of them could tidy up."""
    for left in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*-*"):
        process = left.name.removeprefix(TEMPORARY).partition("-")[0]
        if process.isdigit() and not runs(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _refused(code: str, out: Path, **fields: object) -> InputError:
    return InputError(Fault(code, workspace.shown(out), fields=fields))


def _acquire(path: Path) -> BinaryIO:
    """The open, locked lock file with this process's number in it."""
    while True:
        if path.is_symlink():  # else what it leads to would be written over
            path.unlink()
        handle = path.open("a+b")
        if not _try_lock(handle):
            handle.seek(0)
            pid = handle.read(20).decode("ascii", "replace").strip() or "?"
            handle.close()
            raise _refused("RUN-BUSY", path.parent.parent, pid=pid)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle.fileno()), path.lstat()):
                break
        handle.close()  # its owner removed it between our opening and our locking
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n".encode("ascii"))
    handle.flush()
    return handle


def _try_lock(handle: BinaryIO) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(FAR)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True

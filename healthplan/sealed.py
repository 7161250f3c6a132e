"""A file that says what its own bytes add up to: one that was turned on the way is found before anything is read of it."""

import hashlib
import os
from pathlib import Path

WIDTH = 32
OPEN = {"seal": "0" * WIDTH}  # what is written where the seal is to stand, as json among what the file says of itself
MARK = b'"seal": "'
TAIL = 1 << 16  # bytes at the end among which it stands


def seal(path: Path) -> None:
    """Writes the seal of a file in the place that was left for it."""
    at, _, digest = _read(path)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(digest)


def holds(path: Path) -> bool | None:
    """Whether a file's bytes are those that were sealed; None for a file without a seal."""
    at, told, digest = _read(path)
    return None if at < 0 else told == digest


def _read(path: Path) -> tuple[int, bytes, bytes]:
    """Where the seal stands (-1: nowhere), what it is, and what it should be by all other bytes."""
    with path.open("rb") as file:
        first = max(file.seek(0, os.SEEK_END) - TAIL, 0)
        file.seek(first)
        found = file.read().rfind(MARK)
        if found < 0:
            return -1, b"", b""
        at, whole = first + found + len(MARK), hashlib.blake2b(digest_size=WIDTH // 2)
        file.seek(0)
        while some := file.read(1 << 20):
            here = at - file.tell() + len(some)
            whole.update(some if here >= len(some) else some[: max(here, 0)] + some[max(here + WIDTH, 0) :])
        file.seek(at)
        return at, file.read(WIDTH), whole.hexdigest().encode()

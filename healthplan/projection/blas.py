"""One BLAS thread while our own threads work: two layers of threads on two cores get in each other's way.

numpy has no call for this. Its wheels carry OpenBLAS, whose own setter is used where it is found; with any other build
nothing is done, and only speed differs.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

_PREFIXES = ("scipy_openblas", "openblas")
_SUFFIXES = ("64_", "")


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS in one thread inside, as it was outside."""
    found = _calls()
    if found is None:
        yield
        return
    get, put = found
    before = get()
    put(1)
    try:
        yield
    finally:
        put(before)


@cache
def _calls() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Getter and setter of the number of threads of the OpenBLAS that numpy brought along."""
    package = Path(np.__file__).parent
    folders = (package.parent / "numpy.libs", package / ".dylibs")
    for path in (p for folder in folders for p in folder.glob("*openblas*")):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for name in ((a, b) for a in _PREFIXES for b in _SUFFIXES):
            get = getattr(library, f"{name[0]}_get_num_threads{name[1]}", None)
            put = getattr(library, f"{name[0]}_set_num_threads{name[1]}", None)
            if get is not None and put is not None:
                return get, put
    return None

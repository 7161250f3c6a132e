"""What takes seconds is worked out once in a session: the same tables give the same answer, whoever loaded them again."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd

KEPT = 64  # answers, the newest ones
_known: dict[tuple, Any] = {}
Answer = TypeVar("Answer")


def once(what: str, resting_on: Sequence[object], make: Callable[[], Answer]) -> Answer:
    """What ``make`` gives, made when first asked for; ``resting_on``: every table and value that it depends on. The
    answer is shared: nobody may change it."""
    key = (what, *map(_mark, resting_on))
    if key not in _known:
        if len(_known) >= KEPT:
            _known.pop(next(iter(_known)))
        _known[key] = make()
    return _known[key]


def _mark(part: object) -> object:
    """What tells this table, or value, from any other."""
    if not isinstance(part, pd.DataFrame):
        return repr(part)
    rows = pd.util.hash_pandas_object(part, index=False).to_numpy()
    return tuple(part.columns), hashlib.blake2b(rows.tobytes(), digest_size=16).digest()

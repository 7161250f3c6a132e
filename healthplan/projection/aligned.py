"""Values of many series side by side: dataclasses whose fields are arrays, one entry a series."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np


@dataclass(frozen=True)
class Aligned:
    """What every such set of arrays can do."""

    def take(self, places: np.ndarray | slice) -> Self:
        """The entries at these places, of those within it too."""
        columns = (getattr(self, f.name) for f in fields(self))
        return type(self)(*(c.take(places) if isinstance(c, Aligned) else c[places] for c in columns))

    def put(self, places: np.ndarray, other: Self) -> None:
        """Enter ``other`` at these places."""
        for f in fields(self):
            getattr(self, f.name)[places] = getattr(other, f.name)


Some = TypeVar("Some", bound=Aligned)


def joined(parts: Sequence[Some]) -> Some:
    """Several of a kind behind one another, those within them too."""

    def column(name: str) -> Aligned | np.ndarray:
        values = [getattr(part, name) for part in parts]
        return joined(values) if isinstance(values[0], Aligned) else np.concatenate(values)

    return type(parts[0])(*(column(f.name) for f in fields(parts[0])))

"""What every kind of document becomes: paragraphs and tables in order."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Block:
    """One paragraph (`text`) or one table (`rows`, merged cells repeated in every place)."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    place: str = ""
    style: str = ""

    @property
    def is_table(self) -> bool:
        return bool(self.rows)


@dataclass
class Document:
    """The blocks of one file and its name."""

    name: str
    blocks: list[Block] = field(default_factory=list)

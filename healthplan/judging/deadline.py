"""Deadlines: which year's figure decides, and when a deadline is past.

The annual figure of the deadline's year decides, whether the text says 2025, 2025-06 or 2025-12-31.
``as_of`` YEAR stands at the end of YEAR: its figures count, and a deadline in it is past. Without
that figure it is due and not confirmed; a projection of a year that is over is no confirmation. A
call that stands within the year (``in_year``, as in the year a plan is published) still projects a
deadline of that year until its figure is there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """``text`` as the plan has it (or the plan's end where it has none); ``year`` decides; ``at``
    is the end of the stated day, month or year on an axis where the end of year Y is Y."""

    text: str
    year: int | None
    at: float | None

    def past(self, as_of: int, *, in_year: bool = False, figure: float | None = None) -> bool:
        """Whether the deadline is judged rather than projected."""
        if self.year is None or self.year > as_of:
            return False
        return self.year < as_of or not in_year or figure is not None


def read(text: str, default: str = "") -> Deadline:
    """A deadline from YYYY, YYYY-MM, YYYY-MM-DD or, empty, from ``default`` (the plan's end)."""
    text = text or default
    if not text:
        return Deadline("", None, None)
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day_share = (parts[2] / 31) if len(parts) > 2 else 1.0
    return Deadline(text, year, year - 1 + (month - 1 + day_share) / 12)

"""Years that are not there between years that are: said once, because nothing fills them in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from healthplan.errors import Fault
from healthplan.intake.faulting import fault, span
from healthplan.intake.rows import Assembled, Row

SHOWN = 5  # series named one by one


def check(rows: list[Row], found: Assembled, file: str) -> Iterator[Fault]:
    """One note about all series with holes: which series, which years."""
    series: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        if not row.raw.period:
            series[(row.indicator, row.area)].add(row.year)
    holes = {
        key: sorted(set(range(min(years), max(years))) - years)
        for key, years in series.items()
        if len(years) > 1 and len(years) <= max(years) - min(years)
    }
    if holes:
        said = [
            f"{found.indicator_names.get(i, i)}（{found.area_names.get(a, a)}）{span(years)}"
            for (i, a), years in list(holes.items())[:SHOWN]
        ]
        more = "…" if len(holes) > SHOWN else ""
        yield fault("SERIES-GAP", file, count=len(holes), said="；".join(said) + more)

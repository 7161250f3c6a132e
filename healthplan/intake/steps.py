"""Steps within a series: one that sits on a known change of definition is a question, however small; one far larger than
all others is a question wherever it stands."""

import itertools
import re
from statistics import median
from typing import Any, TypeAlias

from healthplan.errors import Fault
from healthplan.intake.rows import Row, say
from healthplan.messages import LANGUAGES

LARGE = 0.2  # of the level: a step larger than this and than all others is asked about
SMALL = 0.02  # of the level: on a known break a step that is this much unlike the others is
LONE = 0.05  # of the level: on a known break, where there are no others to compare it with
Break: TypeAlias = dict[str, Any]


_PER_HEAD = re.compile("每(?:千|万|十万|10万|百万)(?:名)?(?:常住)?(?:人口|居民|人(?!口))|人均(?!预期|期望)")
RESIDENTS = "population_resident"


def known_breaks(indicator: str, name: str, about: dict, breaks: list[Break]) -> list[Break]:
    """The rows of the table ``breaks`` that concern an indicator: by its id or by what it is divided by, which its name
    says where the register does not."""
    per_head = RESIDENTS if _PER_HEAD.search(name) else ""
    base = str(about.get("denominator") or "") or per_head
    return [one for one in breaks if one["indicator"] in ("", indicator) and one["denominator"] in ("", base)]


def shifts(rows: list[Row], kind: str, breaks: list[Break], file: str) -> list[Fault]:
    """The questions about the steps of one series, its rows in the order of their years. A step that the file itself
    calls a break is none."""
    pairs = [(one, other) for one, other in itertools.pairwise(rows)]
    rates = [(b.value - a.value) / max(b.year - a.year, 1) for a, b in pairs]
    found = []
    for i, (before, after) in enumerate(pairs):
        if after.status == "break" or kind == "event":
            continue
        others = [rate for j, rate in enumerate(rates) if j != i]
        if asked := _on_break(before, after, rates[i], others, breaks):
            reason = {lang: asked[f"reason_{lang}"] for lang in LANGUAGES}
            told = {"since": asked["year"], "reason": reason, "year": after.year}
            told |= {"before_year": before.year, "before": before.shown}
            found.append(say("SERIES-BREAK", after, file, **told))
        elif len(rows) >= 5 and _far(before, after, rates[i], others):
            told = {"year": after.year, "before": before.shown, "after": after.shown}
            found.append(say("SERIES-SHIFT", after, file, **told))
    return found


def _level(before: Row, after: Row) -> float:
    return max(abs(before.value), abs(after.value))


def _far(before: Row, after: Row, rate: float, others: list[float]) -> bool:
    """Whether a step is far larger than all others."""
    sizes = sorted(map(abs, others))
    level = _level(before, after)
    limit = max(5 * sizes[len(sizes) // 2], LARGE * level, 1.5 * sizes[-1])
    return bool(level) and abs(rate) > limit


def _on_break(before: Row, after: Row, rate: float, others: list[float], breaks: list[Break]) -> Break | None:
    """The known break that a step unlike the others sits on."""
    here = [one for one in breaks if before.year < one["year"] <= after.year]
    level = _level(before, after)
    if not here or not level:
        return None
    if len(others) < 2:
        return here[-1] if abs(after.value - before.value) > LONE * level else None
    usual = median(others)
    spread = median(abs(other - usual) for other in others)
    odd = abs(rate - usual) > max(3 * spread, SMALL * level)
    return here[-1] if odd else None

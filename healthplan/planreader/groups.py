"""Quantities that belong together (分别达到A、B和C), and the clause around them."""

import re
from dataclasses import dataclass, replace
from functools import cache

from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import any_word
from healthplan.language.numbers import Quantity

_STOPS = "，；：。！？"


@dataclass(frozen=True)
class Group:
    """Quantities of one list, with the clause text before and after it."""

    members: tuple[Quantity, ...]
    left: int
    right: int

    @property
    def start(self) -> int:
        return self.members[0].start

    @property
    def end(self) -> int:
        return self.members[-1].end


@cache
def _link() -> re.Pattern[str]:
    """What may stand between two numbers of one list."""
    return re.compile(
        rf"^(?:{any_word('after')})?(?:[、，/@]|和|及|与|以及|或|在|分别|均|期末|末|底)*(?:{any_word('before')})?(?:约)?$"
    )


def with_shared_units(hidden: str, quantities: list[Quantity]) -> list[Quantity]:
    """Give 200、40、300个 the unit of its last number."""
    out = list(quantities)
    for n in range(len(out) - 2, -1, -1):
        here, after = out[n], out[n + 1]
        between = hidden[here.end : after.start]
        if here.kind == "bare" and re.match("^[、和及与]+$", between):
            multiplied = hidden[here.end - 1] in "万亿"
            scale = {"万": 1e4, "亿": 1e8}.get(after.unit[:1], 1.0) if multiplied else 1.0
            out[n] = replace(here, unit=after.unit, kind=after.kind, value=here.value / scale)
    return out


def make_groups(hidden: str, quantities: list[Quantity], years: int) -> list[Group]:
    """Join quantities whose between-text is only a link; find each group's clause.

    Two counts with their own verbs (新建2家、改造3家) stay apart; so do two rates unless 分别,
    several dates, or a bare list of numbers holds them together.
    """
    runs: list[list[Quantity]] = []
    for quantity in quantities:
        if runs and _linked(hidden, runs[-1], quantity, years):
            runs[-1].append(quantity)
        else:
            runs.append([quantity])
    groups = []
    for n, run in enumerate(runs):
        before = _behind(hidden, runs[n - 1][-1].end) if n else 0
        after = runs[n + 1][0].start if n + 1 < len(runs) else len(hidden)
        left = max(before, clause_start(hidden, run[0].start, _STOPS))
        right = min(after, clause_end(hidden, run[-1].end, _STOPS))
        groups.append(Group(tuple(run), left, right))
    return groups


def _behind(hidden: str, end: int) -> int:
    """Where a clause goes on behind a number and its words: …降到9/10万以内、婴儿死亡率…"""
    found = re.match(rf"(?:{any_word('after')})(?!\d)", hidden[end:])
    return end + found.end() if found else end


def _linked(hidden: str, run: list[Quantity], quantity: Quantity, years: int) -> bool:
    between = hidden[run[-1].end : quantity.start]
    if len(between) > 24 or not _link().match(between):
        return False
    if between.startswith("，") and "分别" not in hidden[: run[0].start]:
        return False
    head = hidden[clause_start(hidden, run[0].start, _STOPS) : run[0].start]
    return "分别" in head or years > 1 or bool(re.match("^[、和及与]+$", between))

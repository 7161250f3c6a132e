"""Sheets of candidates that were written before there were columns for groups, years, ranks and references.

What the columns lack stands in the evidence of the row: it is read again, and the goal in it that has the row's
number gives what is missing. A row whose number a person changed keeps what it says.
"""

import re
from collections.abc import Iterable
from typing import Any

from healthplan.language import comparators, groups, units
from healthplan.language.characters import normal
from healthplan.language.names import Register, core, likeness
from healthplan.planreader.cell import read_cell
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period
from healthplan.planreader.sentence import Claim, Context, scope_of

NEWER = ("group", "per", "side", "each")
"""A sheet that lacks any of these columns was written before they were."""
_BLANKS = ("per", "side", "each", "reference", "reference_indicator", "baseline_year", "tolerance")


def complete(row: dict[str, Any], columns: Iterable[str], known: Register | None) -> dict[str, Any]:
    """A row of such a sheet with what its evidence says beside its number; ``columns`` are the sheet's own."""
    found = _same(row, _claims(row, known))
    if found is None:
        return {**row, "unread": _unread(row)}
    whose = (known or Register()).grouped(found.name, row["unit"], found.group)
    kind = found.comparator if found.comparator in _KINDS else row["comparator"]
    apart = kind in _KINDS or found.each or whose.group
    name = whose.name if whose.group else found.name if apart or found.group else row["name"]
    exactly = whose.id and (whose.group or whose.how == "spelling")
    scope = scope_of(name) if apart and not whose.group else ""
    return {
        **row,
        **_filled(row, found, columns, kind),
        "comparator": kind,
        "group": whose.group,
        "name": name,
        "scope": scope if apart else row["scope"],
        "indicator": "" if found.each else whose.id if exactly else row["indicator"],
        "spelled": row["name"],
    }


_KINDS = {comparators.RANK, comparators.REFERENCE, comparators.TREND}


def _filled(row: dict[str, Any], found: Claim, columns: Iterable[str], kind: str) -> dict[str, Any]:
    """The blanks of the row as the goal in its evidence has them."""
    wanted = [column for column in _BLANKS if row[column] in ("", None)]
    wanted += [] if "wording" in columns else ["wording"]
    wanted += ["unit"] if units.parse(row["unit"]) is None or kind in _KINDS else []
    return {column: getattr(found, column) for column in wanted}


def _claims(row: dict[str, Any], known: Register | None) -> list[Claim]:
    """The goals that the evidence states: of a sentence, or of a table's row (name | head | cell)."""
    due = (row["deadline"],) if row["deadline"] else ()
    context = Context(Period(), "goals", due, "", known)
    parts = [part.strip() for part in row["evidence"].split(" | ")]
    if len(parts) == 3:
        return read_cell(parts[0], parts[2], context)
    plain = normal(re.sub(r"\s+", "", row["evidence"]))
    return [claim for claim in read_sentence(plain, context) if not claim.fact]


def _same(row: dict[str, Any], claims: list[Claim]) -> Claim | None:
    """The goal of the evidence that has the row's number; of several the one whose name is most like the row's."""
    name = core(row["name"])
    near = [(likeness(name, core(f"{groups.name(c.group)}{c.name}")), c) for c in claims if _fits(c, row)]
    return max(near, key=lambda one: one[0], default=(0.0, None))[1]


def _fits(claim: Claim, row: dict[str, Any]) -> bool:
    """Whether one number may have been put down as the other: a rank was a floor once."""
    value = row["value"] in (None, claim.value, -(claim.value or 0))
    high = (claim.high or None) == (row["value_high"] or None)
    new, old = claim.comparator, row["comparator"]
    return value and high and (new == old or new in _KINDS or {new, old} <= comparators.STATED)


def _unread(row: dict[str, Any]) -> str:
    """The words for a kind of goal in the evidence of a row that no goal in it answers; "" where all is well."""
    own = row["value"] is not None and f"{row['value']:.10g}".lstrip("-") in row["evidence"]
    found = _TELLING.search(row["evidence"]) if own else None
    return found.group() if found else ""


_TELLING = re.compile(
    "每年|年均|逐年|前[一二三四五六七八九十两\\d]+名|平均水平|以[^，。；]{1,8}为单位|每个(?:乡|镇|街|县|村|社区)"
)

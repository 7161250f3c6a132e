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
_BLANKS = ("per", "side", "each", "reference", "reference_indicator", "baseline_year")


def complete(row: dict[str, Any], columns: Iterable[str], known: Register | None) -> dict[str, Any]:
    """A row of such a sheet with what its evidence says beside its number; ``columns`` are the sheet's own."""
    claims = _claims(row, known)
    found = _same(row, claims)
    if found is None:
        return {**row, "unread": _unread(row, claims)}
    whose = (known or Register()).grouped(found.name, row["unit"], found.group)
    kind = found.comparator if found.comparator in _KINDS else row["comparator"]
    name = found.name if kind in _KINDS or found.each or found.group or whose.group else row["name"]
    exactly = whose.id and (whose.group or whose.how == "spelling")
    registered = whose.id if exactly else row["indicator"]
    apart = kind in _KINDS or found.each or whose.group
    return {
        **row,
        **_filled(row, found, columns, kind),
        "comparator": kind,
        "group": whose.group,
        "name": whose.name if whose.group else name,
        "scope": scope_of(name) if apart and not whose.group else "" if apart else row["scope"],
        "indicator": "" if found.each else registered,
        "spelled": row["name"],
        "unread": "",
    }


_KINDS = {comparators.RANK, comparators.REFERENCE, comparators.TREND}


def _filled(row: dict[str, Any], found: Claim, columns: Iterable[str], kind: str) -> dict[str, Any]:
    """The blanks of the row as the goal in its evidence has them."""
    wanted = [column for column in _BLANKS if not row[column]]
    wanted += ["tolerance"] if row["tolerance"] is None else []
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
    fits = [claim for claim in claims if _one_number(claim, row)]
    name = core(row["name"])
    return max(
        fits, key=lambda c: likeness(name, core(f"{groups.name(c.group)}{c.name}")), default=None
    )


def _one_number(claim: Claim, row: dict[str, Any]) -> bool:
    value = row["value"] in (None, claim.value, -(claim.value or 0))
    high = (claim.high or None) == (row["value_high"] or None)
    return value and high and _one_kind(claim.comparator, row["comparator"])


def _one_kind(new: str, old: str) -> bool:
    """Whether one number may have been put down as the other: a rank was a floor once."""
    return new == old or new in _KINDS or {new, old} <= comparators.STATED


def _unread(row: dict[str, Any], claims: list[Claim]) -> str:
    """The words for a kind of goal in the evidence of a row that no goal in it answers; "" where all is well."""
    if row["value"] is None or f"{row['value']:.10g}".lstrip("-") not in row["evidence"]:
        return ""
    found = _TELLING.search(row["evidence"])
    return found.group() if found else ""


_TELLING = re.compile(
    "每年|年均|逐年|前[一二三四五六七八九十两\\d]+名|平均水平|以[^，。；]{1,8}为单位|每个(?:乡|镇|街|县|村|社区)"
)

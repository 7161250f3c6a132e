"""The names of a row: looked up, and every doubt about them said."""

from __future__ import annotations

import re

from healthplan.intake.gathered import Gathered
from healthplan.intake.raws import Raw
from healthplan.intake.rows import Assembled
from healthplan.language import characters
from healthplan.language.names import Match, Register

DITTO = {
    characters.key(mark)
    for mark in ("〃", "″", "”", '"', "同上", "同前", "上同", "ditto", "do.", '""')
}
PART_OF = re.compile(r"^(?:其中|of which)\s*[:：]?", re.IGNORECASE)


def named(
    raw: Raw, register: Register, say, out: Assembled, shared: Gathered
) -> tuple[Match | None, Match | None]:
    """The indicator and the area of a row, None where a fault was said."""
    column_i, column_a = raw.columns.get("indicator", ""), raw.columns.get("area", "")
    unit = raw.unit or raw.header_unit or raw.title_unit
    indicator = _name(
        raw.indicator,
        column_i,
        lambda name: register.indicator(name, unit),
        "KEY-INDICATOR-BLANK",
        say,
    )
    area = _name(raw.area, column_a, register.area, "KEY-AREA-BLANK", say)
    if indicator and area and not indicator.id and register.indicator(raw.area).id:
        say("KEY-SWAPPED", column_i, raw.indicator, other=raw.area)
        return None, None
    if indicator and not indicator.id and not indicator.unsafe:
        _unknown(indicator, raw, column_i, say, out, shared)
    if area and not area.id and not area.unsafe:
        shared.add("KEY-NEW-AREA", raw, column_a, area.name)
    for match, column, written, known in (
        (indicator, column_i, raw.indicator, out.indicator_names),
        (area, column_a, raw.area, out.area_names),
    ):
        if match:
            _read_as(match, raw, column, written, register, shared)
            known.setdefault(identity(match), match.name)
    return indicator, area


def _unknown(match: Match, raw: Raw, column: str, say, out: Assembled, shared: Gathered) -> None:
    """A name that is not registered: a slip of one that is, or a new one."""
    if not match.meant:
        shared.add("KEY-NEW-INDICATOR", raw, column, raw.indicator, about=match.name)
        return
    used = {characters.key(name) for name in out.indicator_names.values()}
    likely = sorted(match.meant, key=lambda name: characters.key(name) not in used)
    say("KEY-SLIP", column, raw.indicator, meant="、".join(likely[:3]))


def _read_as(
    match: Match, raw: Raw, column: str, written: str, register: Register, shared: Gathered
) -> None:
    """What was changed about a name before it was looked up, said."""
    if match.folded:
        shared.add("KEY-FOLDED", raw, column, written, about=match.name)
    if match.marks:
        shared.add("KEY-MARKED", raw, column, written, about=match.name, marks=match.marks)
    if match.how in ("wording", "stem"):
        meant = register.about[match.id]["name_zh"]
        shared.add("KEY-WORDING", raw, column, written, about=match.name, meant=meant)


def _name(written: str, column: str, lookup, blank_code: str, say) -> Match | None:
    if not characters.name(written):
        say(blank_code, column, None)
        return None
    if written.startswith("#") and written.endswith(("!", "?", "/A")):
        say("CELL-ERROR", column, written, hint="")
        return None
    if "\ufffd" in written:
        say("CELL-GARBLED", column, written, hint="")
        return None
    if characters.key(written) in DITTO:
        say("KEY-DITTO", column, written)
        return None
    match = lookup(written)
    if not match.id and PART_OF.match(characters.name(written)):
        say("KEY-PART", column, written)
        return None
    if match.unsafe:
        say("KEY-UNSAFE", column, written, length=len(written))
        return None
    return match


def identity(match: Match) -> str:
    """The registered id, or the name of what is not registered."""
    return match.id or match.name

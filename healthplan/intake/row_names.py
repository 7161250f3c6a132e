"""The names of a row looked up, every doubt about them said, and two spellings of one thing within a file noticed."""

import re
from collections import defaultdict
from collections.abc import Iterator

from healthplan.errors import Fault
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Assembled, Raw, Row, Shared
from healthplan.language import characters, names, vocabulary
from healthplan.language.names import Match, Register

DITTO = {
    characters.key(mark)
    for mark in ("〃", "″", "”", '"', "同上", "同前", "上同", "ditto", "do.", '""')
}
PART_OF = re.compile(r"^(?:其中|of which)\s*[:：]?", re.IGNORECASE)


def looked_up(
    raw: Raw, register: Register, say, out: Assembled, shared: Shared
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


def _unknown(match: Match, raw: Raw, column: str, say, out: Assembled, shared: Shared) -> None:
    """A name that is not registered: a slip of one that is, or a new one."""
    if not match.meant:
        shared.add("KEY-NEW-INDICATOR", raw, column, raw.indicator, about=match.name)
        return
    used = {characters.key(name) for name in out.indicator_names.values()}
    likely = sorted(match.meant, key=lambda name: characters.key(name) not in used)
    say("KEY-SLIP", column, raw.indicator, meant="、".join(likely[:3]))


def _read_as(
    match: Match, raw: Raw, column: str, written: str, register: Register, shared: Shared
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


_SUFFIX = re.compile(
    r"(?:新区|自治县|自治州|林区|矿区|经开区|开发区|街道|地区|省|市|区|县|旗|镇|乡|州)$"
)
_PREFIX = re.compile(r"^.{2,12}(?:省|市|自治区|自治州|州|区|县)$")
MANY = 400  # more names than this are no district's file and are not compared


def two_spellings(found: Assembled, file: str) -> Iterator[Fault]:
    """A fault for each name that looks like another spelling of a name with more rows."""
    for column, known in (("area", found.area_names), ("indicator", found.indicator_names)):
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in found.rows:
            rows[getattr(row, column)].append(row)
        if len(rows) > MANY:
            continue
        ordered = sorted(rows, key=lambda key: -len(rows[key]))
        for place, small in enumerate(ordered):
            for large in ordered[:place]:
                one, other = known[small], known[large]
                alike = _slip(one, other, column) and _fills_a_hole(
                    rows[small], rows[large], column
                )
                if alike or (column == "area" and _area(one, other)):
                    first = rows[small][0]
                    yield fault(
                        "KEY-SPELLING", file, sheet=first.raw.sheet, row=first.raw.row,
                        column=first.raw.columns.get(column, column), value=one, other=other,
                        rows=span([r.raw.row for r in rows[small]]),
                    )  # fmt: skip
                    break


def _area(one: str, other: str) -> bool:
    """One is the other with the word for its rank, or with the larger area's name before it."""
    plain = [characters.key(name).translate(vocabulary.traditional()) for name in (one, other)]
    short, long = sorted(plain, key=len)
    if short == long:
        return characters.key(one) != characters.key(other)
    if len(short) < 2:
        return False
    if _SUFFIX.sub("", long) == short and short:
        return True
    return long.endswith(short) and bool(_PREFIX.match(long[: -len(short)])) and len(short) >= 3


def _slip(one: str, other: str, column: str) -> bool:
    one, other = characters.key(one), characters.key(other)
    if column == "indicator":
        return len(one) >= 4 and names.is_slip(one, other)
    return len(one) == len(other) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _fills_a_hole(small: list[Row], large: list[Row], column: str) -> bool:
    """The few rows of one name stand exactly where the many rows of the other have none."""
    other = "indicator" if column == "area" else "area"
    have = {(getattr(r, other), r.year) for r in large}
    return (
        len(small) <= 2
        and len(large) >= 3
        and all((getattr(r, other), r.year) not in have for r in small)
        and {getattr(r, other) for r in small} <= {getattr(r, other) for r in large}
    )

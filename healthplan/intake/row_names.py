"""The names of a row looked up, every doubt about them said, and two spellings of one thing within a file noticed."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from healthplan.errors import Fault
from healthplan.intake import captions, lines
from healthplan.intake.faults import LeftOut, span
from healthplan.intake.rows import Assembled, Raw, Row, say
from healthplan.language import characters, groups, names, units, vocabulary
from healthplan.language.names import Match, Register

_DITTO = ("〃", "″", "”", '"', "同上", "同前", "上同", "ditto", "do.", '""')
DITTO = set(map(characters.key, _DITTO))


def looked_up(raw: Raw, out: Assembled) -> tuple[Match | None, Match | None]:
    """The indicator and the area of a row, None where a fault was said."""
    register = out.register
    unit = raw.unit or raw.header_unit or raw.title_unit
    area = _name(raw, "area", lambda name: _placed(name, raw, register), out)
    indicator = _name(raw, "indicator", lambda n: _per_head(n, unit, raw, register), out)
    column = raw.columns.get("indicator", "")
    if indicator and area and not indicator.id and register.indicator(raw.area).id:
        out.doubt(raw, "KEY-SWAPPED", column, raw.indicator, other=raw.area)
        return None, None
    if indicator and not indicator.id:
        _unknown(indicator, raw, column, out)
    if area and not area.id and groups.read(area.name):
        out.doubt(raw, "GROUP-AREA", raw.columns.get("area", ""), raw.area)
        return indicator, None
    told = groups.dimensions(indicator.group) if indicator else []
    if indicator and len(set(told)) < len(told):  # men and women at once
        out.doubt(raw, "GROUP-BOTH", column, raw.indicator, group=groups.names(indicator.group))
        return None, area
    if area and not area.id:
        out.shared.add("KEY-NEW-AREA", raw, raw.columns.get("area", ""), area.name)
    known = {"indicator": out.indicator_names, "area": out.area_names}
    for role, match in (("indicator", indicator), ("area", area)):
        if match:
            _read_as(match, raw, role, out)
            known[role].setdefault(identity(match), match.name)
    return indicator, area


_PER = re.compile(r"每(?P<base>千|万|十万|10万)(?:名)?(?:常住)?(?:人口|居民|人)(?:口)?")
_BASES = {"千": "千人", "万": "万人", "十万": "10万人", "10万": "10万人"}


def _per_head(written: str, unit: str, raw: Raw, register: Register) -> Match:
    """The indicator of a name; one per 10,000 of which only the one per 1,000 is registered is that, in its own unit."""
    found = register.grouped(written, unit, raw.group)
    if found.id and found.unit.startswith("per "):
        return _english(found, written, register)
    if not found.id and (part := _part(found, unit or found.unit, register)).id:
        return part
    per = _PER.search(characters.name(written))
    if found.id or per is None:
        return found
    for base in ("千", "万", "十万"):
        other = register.grouped(_PER.sub(f"每{base}人口", characters.name(written)), "", raw.group)
        thing = str(register.about.get(other.id, {}).get("unit", "")).partition("/")[0]
        own = units.parse(f"{thing}/{_BASES[per['base']]}")
        if not other.id or own is None or _BASES[base] == _BASES[per["base"]]:
            continue
        bare = {"", thing, found.unit, own.unit}
        if {raw.unit, raw.header_unit, raw.title_unit} <= bare:
            raw.unit, raw.header_unit, raw.title_unit = own.unit, "", ""
        return replace(other, unit=own.unit, name=found.name, how="wording")
    return found


def _part(found: Match, unit: str, register: Register) -> Match:
    """其中：医院, below the institutions and in their unit, are 医院数; 药师 in 人 are 药师数."""
    one = captions.counted(lines.PART_OF.sub("", found.name), unit, register)
    return replace(one, name=found.name, how="wording") if one else found


def _english(found: Match, written: str, register: Register) -> Match:
    """Physicians (per 1,000 people) are physicians per 1000; a rate of which only the count is registered is another."""
    wanted = units.parse(str(register.about.get(found.id, {}).get("unit", "")))
    given = units.parse(found.unit)
    if wanted is None or (given is not None and units.factor(given, wanted) is not None):
        return found
    base = re.sub(r"^per ([\d, ]+).*", lambda m: re.sub(r"\D", "", m[1]), found.unit)
    rate = register.indicator(f"{found.name} per {base}")
    if rate.id:
        return replace(rate, unit=str(register.about[rate.id]["unit"]), how="wording")
    return Match(name=characters.name(written))


def _placed(written: str, raw: Raw, register: Register) -> Match:
    """The area of a cell; of 我区农村 or 我区（农村） the area is 我区, and the group is handed to the row."""
    found = register.area(written)
    if found.id:
        return found
    plain = characters.name(written)
    ways: list[tuple[str, str | None]] = [(way.name, way.group) for way in groups.split(plain)]
    ways += [(plain[:n], groups.read(plain[n:])) for n in range(2, len(plain))]
    told = [(register.area(rest), group) for rest, group in ways if group]
    named = [(place, group) for place, group in told if place.id or _SUFFIX.search(place.name)]
    for place, group in sorted(named, key=lambda one: not one[0].id)[:1]:
        raw.group = groups.joined(raw.group, group)
        return place
    return found


def _unknown(match: Match, raw: Raw, column: str, out: Assembled) -> None:
    """A name that is not registered: a slip of one that is, or a new one."""
    if not match.meant:
        out.shared.add("KEY-NEW-INDICATOR", raw, column, raw.indicator, about=match.name)
        return
    used = {characters.key(name) for name in out.indicator_names.values()}
    likely = sorted(match.meant, key=lambda name: characters.key(name) not in used)
    told = {"about": match.name, "meant": "、".join(likely[:3])}
    out.shared.add("KEY-SLIP", raw, column, raw.indicator, **told)


def _read_as(match: Match, raw: Raw, role: str, out: Assembled) -> None:
    """What was changed about a name before it was looked up, said."""
    place = (raw, raw.columns.get(role, ""), getattr(raw, role))
    if match.folded:
        out.shared.add("KEY-FOLDED", *place, about=match.name)
    if match.marks:
        out.shared.add("KEY-MARKED", *place, about=match.name, marks=match.marks)
    if role == "indicator" and match.group and match.group != raw.group:
        said = {"meant": out.about(match.id).get("name_zh", match.name)}
        out.shared.add("GROUP-NAME", *place, about=raw.indicator, group=groups.names(match.group), **said)
    elif match.how in ("wording", "stem"):
        meant = out.about(match.id)["name_zh"]
        out.shared.add("KEY-WORDING", *place, about=match.name, meant=meant)


_BLANK = {"indicator": "KEY-INDICATOR-BLANK", "area": "KEY-AREA-BLANK"}


def _name(raw: Raw, role: str, lookup: Callable[[str], Match], out: Assembled) -> Match | None:
    """What a name means, or None where it cannot mean anything, which is then a fault."""
    written, column = getattr(raw, role), raw.columns.get(role, "")
    if not characters.name(written):
        out.doubt(raw, _BLANK[role], column, None)
    elif written.startswith("#") and written.endswith(("!", "?", "/A")):
        out.doubt(raw, "CELL-ERROR", column, written, hint="")
    elif "\ufffd" in written:
        out.doubt(raw, "CELL-GARBLED", column, written, hint="")
    elif characters.key(written) in DITTO:
        out.doubt(raw, "KEY-DITTO", column, written)
    else:
        match = lookup(written)
        part = lines.PART_OF.match(characters.name(written)) or groups.read(written)
        if role == "indicator" and not match.id and part:
            piece = lines.PART_OF.sub("", characters.name(written))
            if piece == characters.name(written) or groups.read(piece) is not None:
                out.doubt(raw, "KEY-PART", column, written)
            else:
                out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "piece_value"))
                out.shared.add("LEFT-PIECE", raw, column, written)
        elif match.unsafe:
            out.doubt(raw, "KEY-UNSAFE", column, written, length=len(written))
        else:
            return match
    return None


def identity(match: Match) -> str:
    """The registered id, or the name of what is not registered."""
    return match.id or match.name


_SUFFIX = re.compile(r"(?:新区|自治县|自治州|林区|矿区|经开区|开发区|街道|地区|省|市|区|县|旗|镇|乡|州)$")
_PREFIX = re.compile(r"^.{2,12}(?:省|市|自治区|自治州|州|区|县)$")
MANY = 400  # more names than this are no district's file and are not compared


def two_spellings(found: Assembled) -> Iterator[Fault]:
    """A fault for each name that looks like another spelling of a name with more rows."""
    for column, known in (("area", found.area_names), ("indicator", found.indicator_names)):
        both = found.register.area_names if column == "area" else found.register.about
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in found.rows:
            rows[getattr(row, column)].append(row)
        ordered = sorted(rows, key=lambda key: -len(rows[key])) if len(rows) <= MANY else []
        for place, small in enumerate(ordered):
            one, first = known[small], rows[small][0].raw
            for large in ordered[:place]:
                other = known[large]
                if small in both and large in both:
                    continue  # registered as two
                alike = _slip(one, other, column)
                alike = alike and _fills_a_hole(rows[small], rows[large], column)
                if alike or (column == "area" and _area(one, other)):
                    told = {"value": one, "other": other, "rows": _span(rows[small])}
                    code = "KEY-SPELLING" if column == "area" else "KEY-ALIKE"
                    where = first.columns.get(column, column)
                    yield say(code, rows[small][0], found.file, column=where, **told)
                    break


def _span(rows: list[Row]) -> str:
    return span([row.raw.row for row in rows])


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

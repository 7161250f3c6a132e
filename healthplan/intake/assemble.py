"""Raw figures to observations: names, years, values and units read, each doubt named, nothing guessed."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from healthplan.intake import captions, editions, remarks, series_checks, values
from healthplan.intake.heads import PART_OF
from healthplan.intake.rows import Raw, Row, Walk, identity, number, say
from healthplan.intake.values import Reading
from healthplan.language import characters, groups, names, units
from healthplan.language.dates import RUNNING, confirmed, meaning
from healthplan.language.names import Match, Register
from healthplan.language.vocabulary import pattern
from healthplan.messages import both

TEXT_LIMIT = 2_000
ACTIVE = re.compile(r"^\s*[=@]|<\s*/?\s*[a-z!]|javascript:", re.IGNORECASE)
_YEAR_CODES = {
    "blank": "YEAR-BLANK", "part": "YEAR-PART", "range": "YEAR-SPAN", "two_digits": "YEAR-SHORT", "serial": "YEAR-SERIAL",
    "either": "YEAR-EITHER", "bad": "YEAR-BAD", "formula": "CELL-FORMULA", "ancient": "YEAR-ANCIENT", "future": "YEAR-FUTURE",
}  # fmt: skip
_IN_WORDS = re.compile("[季月半上下qh]", re.IGNORECASE)  # 2023.5 and 2023-06 may be anything
NONE = set(
    map(characters.key, ("无", "没有", "无数据", "没有数据", "no data", "none"))
)  # an answer, where a dash is a blank
ANSWERED = "answered_none"
DITTO = set(map(characters.key, ("〃", "″", "”", '"', "同上", "同前", "上同", "ditto", "do.", '""')))
_PER = re.compile(r"每(?P<base>千|万|十万|10万)(?:名)?(?:常住)?(?:人口|居民|人)(?:口)?")
_BASES = {"千": "千人", "万": "万人", "十万": "10万人", "10万": "10万人"}
_PER_HUNDRED = {"%": 100.0, "‰": 1000.0}
_KEPT = ("preliminary", "estimated", "derived", "break")  # statuses that travel with a figure


def assemble(out: Walk) -> None:
    """Every raw figure read, or a fault, or an entry of the list of what is left out."""
    schools = any(raw.year.span and raw.year.kind == "year" for raw in out.raws)
    for raw in out.raws:
        if schools and raw.year.kind == "either":  # 2011/12 beside 2012/13
            raw.year = replace(raw.year, kind="year")
        if (row := _one(raw, out)) is not None:
            out.rows.append(row)
    out.finish()


def _one(raw: Raw, out: Walk) -> Row | None:
    before = len(out.faults)
    indicator, area = looked_up(raw, out)
    reading, year = values.read(raw.value), _dated(raw, indicator, out)
    long_texts(raw, out)
    if reading.problem:
        out.doubt(raw, reading.problem, raw.column, raw.value.shown, hint=reading.hint or reading.unit)
    if out.wrong_since(before) or indicator is None or area is None or year is None:
        return None
    about = out.about(indicator.id)
    numerator, denominator = _count(raw, "numerator", out), _count(raw, "denominator", out)
    if reading.missing:
        derived = _derived(about, numerator, denominator)
        if derived is None:
            _without(
                raw, (identity(indicator), identity(area), indicator.group, str(year)), numerator, denominator, out
            )
            return None
        reading = Reading(derived, unit=str(about["unit"]), status="derived")
    said = meaning(raw.status)
    said = said if said and said != "confirmed" else meaning(raw.note)
    if {reading.status, said} & {"forecast", "target"}:
        _leave(raw, "forecast_value", "LEFT-FORECAST-VALUE", raw.column, raw.status or raw.note or raw.value.text, out)
        return None
    row = values.measured(raw, indicator, area, year, reading, out)
    remarks.heeded(raw, indicator, year, out)
    if row is None or out.wrong_since(before):
        return None
    edition = editions.read(raw, year, out.today, out.file)
    if edition is None:
        out.doubt(raw, "EDITION-BAD", raw.columns.get("edition", ""), raw.edition)
    row.numerator, row.denominator = numerator, denominator
    row.group, row.edition = indicator.group, edition or ""
    if raw.note and _disowned(row, out.lines[raw.place]):
        out.leave(*raw.place, raw.column, raw.value.text, "disowned_value")
        out.doubt(raw, "VALUE-DISOWNED", raw.column, row.shown, note=characters.clean(raw.note))
        return None
    _status(row, reading, out)
    _marks(row, reading, out)
    _agrees(row, out)
    return row


def _without(raw: Raw, whose: tuple[str, ...], numerator: float | None, denominator: float | None, out: Walk) -> None:
    """What is said of a cell that holds no figure: counts of which none can be made, an answer (无), nothing."""
    counts = {"numerator": numerator, "denominator": denominator}
    if given := [role for role, count in counts.items() if count is not None]:
        out.doubt(raw, "PART-ALONE", raw.column, getattr(raw, given[0]).shown)
    elif characters.key(raw.value.text) in NONE:
        out.leave(*raw.place, raw.column, "|".join(whose), ANSWERED)
        out.share("CELL-NONE", raw.place, "", raw.value.text)
    else:
        out.share("CELL-MISSING", raw.place, raw.column, raw.value.text or None, about=whose[0])


def _leave(raw: Raw, reason: str, code: str, column: str, about: str, out: Walk) -> None:
    out.leave(*raw.place, raw.column, raw.value.text, reason)
    out.share(code, raw.place, column, raw.value.text, about=about)


def _disowned(row: Row, beside: list[Raw]) -> bool:
    """Whether the note says that the figure is not as it stands here: 误按万人填报，实为70800人. Of several figures of a line
    (``beside``) it is the one that is ten, a hundred times off the number it tells, else the one that it names."""
    note = characters.half_width(row.raw.note)
    if not remarks.about(note, row.year):
        return False
    told = [pair for match in pattern("rather").finditer(note) for pair in _readings(match[1], match[2], row)]
    if any(abs(n - v) <= 1e-3 * abs(v) for n, v in told):
        return False
    if not _slipped(note) and not (told and confirmed(note)):
        return False
    beside = [raw for raw in beside if raw.year.year and remarks.about(note, raw.year.year)]
    powers = [math.log10(abs(n / v)) for n, v in told if n and v]
    if len({raw.column for raw in beside}) < 2 or any(abs(p - round(p)) < 0.002 and round(p) for p in powers):
        return True
    named = {raw.column: _in_common(raw.indicator, note) for raw in beside}
    most = max(named.values())
    return named[row.raw.column] == most >= 3 and list(named.values()).count(most) == 1


def _slipped(note: str) -> bool:
    """Whether a note tells of a slip that nobody mended."""
    return bool(pattern("slipped").search(note)) and not pattern("mended").search(note)


def _readings(written: str, unit: str, row: Row) -> Iterator[tuple[float, float]]:
    """A number of a note beside the figure that it is about, both as they stand and both in the registered unit."""
    told, one = float(written.replace(",", "")), units.parse(unit) if unit else None
    own = units.parse(row.unit)
    if one is None or one == units.parse(row.given_unit):
        yield told, row.given
    elif own and (factor := units.factor(one, own)):
        yield told * factor, row.value


def _in_common(name: str, note: str) -> int:
    """The length of the longest piece of a name that stands in a note."""
    name = characters.name(name)
    pieces = ((i, j) for i in range(len(name)) for j in range(i + 1, len(name) + 1))
    return max((j - i for i, j in pieces if name[i:j] in note), default=0)


def _dated(raw: Raw, indicator: Match | None, out: Walk) -> int | None:
    """The year of a figure; None where it is left out, or where a fault was said."""
    year, column = raw.year, raw.columns.get("year", raw.column)
    place = (raw.place, column, raw.year_text)
    if year.kind in ("year", "day", "future") and year.status in ("forecast", "target"):
        _leave(raw, "forecast_value", "LEFT-FORECAST-VALUE", column, raw.year_text, out)
        return None
    if year.kind == "range" and year.span and _pooled(raw, indicator, out):
        raw.period = year.span
        out.share("YEAR-POOLED", *place, about=year.span, last=year.year)
        return year.year
    if _sum_or_part(raw, out):
        _leave(raw, "part_value", "LEFT-PART-VALUE", column, raw.year_text, out)
        return None
    if year.kind in _YEAR_CODES:
        out.doubt(raw, _YEAR_CODES[year.kind], column, raw.year_text or None, meant=year.meant, hint="")
        return None
    if year.kind == "year" and year.span:
        out.share("YEAR-SCHOOL", *place, year=year.year)
    if year.kind == "year" and year.meant == RUNNING and not raw.period:
        out.share("YEAR-NOW", *place)
    if year.kind == "day":
        out.share("YEAR-DAY", *place, meant=year.meant)
    if year.marks:
        out.share("CELL-MARK", *place, about=year.marks, marks=year.marks)
    return year.year


def _sum_or_part(raw: Raw, out: Walk) -> bool:
    """Whether what stands for a year is 五年合计 below single years, or a part of one in words."""
    year = raw.year
    if year.kind == "range" and year.how:
        return any(one.year.kind == "year" for one in out.raws)
    return bool(year.kind == "part" and year.year and _IN_WORDS.search(raw.year_text))


def _pooled(raw: Raw, indicator: Match | None, out: Walk) -> bool:
    """Whether a figure of several years may stand as one of its span: its counts are there, or it is a count itself,
    added up over the years."""
    kind = out.about(indicator.id).get("indicator_kind") if indicator else ""
    added = kind in ("count", "event") and raw.year.how in ("合计", "累计", "总计")
    return added or not (raw.numerator.blank or raw.denominator.blank)


def long_texts(raw: Raw, out: Walk) -> None:
    """A fault for each text beside a figure that a program might run, or that is too long."""
    for role in ("source", "note", "unit"):
        written, column = getattr(raw, role), raw.columns.get(role, role)
        if ACTIVE.search(written):
            out.doubt(raw, "CELL-ACTIVE", column, written)
        if len(written) > TEXT_LIMIT:
            out.doubt(raw, "CELL-LONG", column, written, length=len(written), limit=TEXT_LIMIT)


def _count(raw: Raw, role: str, out: Walk) -> float | None:
    """The numerator or the denominator, where it is given."""
    cell, column = getattr(raw, role), raw.columns.get(role, raw.column)
    reading = values.read(cell)
    stated = reading.number
    if reading.problem:
        out.doubt(raw, reading.problem, column, cell.shown, hint=reading.hint)
    elif stated is not None and (stated < 0 or (role == "denominator" and stated == 0)):
        out.doubt(raw, "PART-SIGN", column, cell.text)
    if stated is None or stated < 0:
        return None
    unit = units.parse(reading.unit) if reading.unit else None
    return stated * (unit.factor if unit and unit.family in ("number", "people", "units") else 1.0)


def _derived(about: dict, numerator: float | None, denominator: float | None) -> float | None:
    per = number(about, "per") or _PER_HUNDRED.get(str(about.get("unit")))
    if per is None or numerator is None or not denominator:
        return None
    return units.tidy(numerator / denominator * per)


def _status(row: Row, reading: Reading, out: Walk) -> None:
    """The status that travels: from the value, the year, the status column, the note, a footnote. A note that names other
    years (2022年口径变化 in a wide row) says nothing; one that figures were revised in a later year does."""
    raw, found = row.raw, [reading.status, row.raw.year.status, meaning(row.raw.status) or row.raw.status]
    revised = editions.called_revised(raw.sheet)
    for words in (raw.note, raw.source):
        said, named = meaning(words), re.findall(r"((?:19|20)\d\d)年", words)
        found.append(said if remarks.about(words, row.year) else "")
        revised = revised or (bool(named) and min(map(int, named)) > row.year and said == "revised")
    found.append(meaning(raw.edition))
    row.revised = "revised" in found or revised
    note = raw.note if remarks.about(raw.note, row.year) and not _slipped(raw.note) else ""
    row.confirmed = confirmed(f"{raw.status};{note}", raw.answer)
    if raw.status and not meaning(raw.status) and raw.status not in ("derived", "final"):
        row.notes.append(characters.clean(raw.status))
        out.share("STATUS-UNKNOWN", raw.place, raw.columns.get("obs_status", ""), raw.status)
    row.status = next((s for s in found if s in _KEPT), out.noted.get(row.year, "final"))
    row.notes += [characters.clean(words) for words in (raw.note, raw.answer) if words]
    if row.confirmed and meaning(raw.status) == "confirmed":
        row.notes.append(characters.clean(raw.status))


def _marks(row: Row, reading: Reading, out: Walk) -> None:
    """What was set aside or turned about a figure, said and noted."""
    raw = row.raw
    place = (raw.place, raw.column, raw.value.text)
    row.notes += [marks for marks in (reading.marks, raw.year.marks) if marks]
    if reading.marks:
        out.share("CELL-MARK", *place, about=reading.marks, marks=reading.marks)
    if reading.noted:
        percent = reading.noted == "CELL-PERCENT"
        more: dict[str, Any] = {"shown": f"{row.given:g}%", "style": raw.value.format} if percent else {}
        out.share(reading.noted, *place, **more)
    if row.status in ("preliminary", "estimated", "break"):
        out.share("STATUS", *place, about=row.status, status=both(f"observations.status_{row.status}"))
    if raw.value.formula:
        out.share("CELL-CALCULATED", raw.place, raw.column, raw.value.formula)


def _agrees(row: Row, out: Walk) -> None:
    """The value against its numerator and denominator."""
    about, raw = out.about(row.indicator), row.raw
    derived = _derived(about, row.numerator, row.denominator)
    if derived is None or row.numerator is None or row.denominator is None:
        return
    part = about.get("indicator_kind") == "share" and not series_checks.over_covered(derived, about)
    if part and row.numerator > row.denominator:
        told = {
            "value": raw.numerator.text,
            "column": raw.columns.get("numerator", raw.column),
            "whole": raw.denominator.text,
        }
        out.faults.append(say("PART-WHOLE", row, out.file, **told))
        return
    gap, larger = abs(row.value - derived), max(abs(derived), abs(row.value))
    decimals = len(row.shown.partition(".")[2].rstrip("%‰")) if "." in row.shown else 0
    if gap > 0.005 * larger + 0.51 * 10.0**-decimals:
        weighed = pattern("weighed").search(f"{raw.indicator}{raw.note}")  # 标化率 is no quotient of its counts
        code = "PART-DIFFERS" if weighed and gap <= 0.5 * larger else "PART-FAR"
        if row.unit == "%" and abs(100 * row.value - derived) <= 0.005 * derived + 0.51:
            code = "PART-FRACTION"
        counts = {"numerator": raw.numerator.text, "denominator": raw.denominator.text}
        out.faults.append(say(code, row, out.file, derived=f"{derived:.4g}", **counts))


def looked_up(raw: Raw, out: Walk) -> tuple[Match | None, Match | None]:
    """The indicator and the area of a row, None where a fault was said."""
    register = out.register
    unit = raw.unit or raw.header_unit or raw.title_unit
    area = _name(raw, "area", lambda name: _placed(name, raw, register), out)
    indicator = _name(raw, "indicator", lambda name: _per_head(name, unit, raw, register), out)
    column, of_area = raw.columns.get("indicator", ""), raw.columns.get("area", "")
    if indicator and area and not indicator.id and register.indicator(raw.area).id:
        out.doubt(raw, "KEY-SWAPPED", column, raw.indicator, other=raw.area)
        return None, None
    if indicator and not indicator.id:
        _unknown(indicator, raw, column, out)
    if area and not area.id and groups.read(area.name):
        out.doubt(raw, "GROUP-AREA", of_area, raw.area)
        return indicator, None
    told = groups.dimensions(indicator.group) if indicator else []
    if indicator and len(set(told)) < len(told):  # men and women at once
        out.doubt(raw, "GROUP-BOTH", column, raw.indicator, group=groups.names(indicator.group))
        return None, area
    if area and not area.id:
        out.share("KEY-NEW-AREA", raw.place, of_area, area.name)
    for role, match, known in (("indicator", indicator, out.indicator_names), ("area", area, out.area_names)):
        if match:
            _read_as(match, raw, role, out)
            known.setdefault(identity(match), match.name)
    return indicator, area


def _unknown(match: Match, raw: Raw, column: str, out: Walk) -> None:
    """A name that is not registered: a slip of one that is, or a new one."""
    used = {characters.key(name) for name in out.indicator_names.values()}
    likely = sorted(match.meant, key=lambda name: characters.key(name) not in used)
    told = {"meant": "、".join(likely[:3])} if likely else {}
    out.share("KEY-SLIP" if likely else "KEY-NEW-INDICATOR", raw.place, column, raw.indicator, about=match.name, **told)


def _name(raw: Raw, role: str, lookup: Callable[[str], Match], out: Walk) -> Match | None:
    """What a name means, or None where it cannot mean anything, which is then a fault."""
    written, column = getattr(raw, role), raw.columns.get(role, "")
    name = characters.name(written)
    if not name:
        out.doubt(raw, f"KEY-{role.upper()}-BLANK", column, None)
    elif written.startswith("#") and written.endswith(("!", "?", "/A")):
        out.doubt(raw, "CELL-ERROR", column, written, hint="")
    elif "\ufffd" in written:
        out.doubt(raw, "CELL-GARBLED", column, written, hint="")
    elif characters.key(written) in DITTO:
        out.doubt(raw, "KEY-DITTO", column, written)
    else:
        match, piece = lookup(written), PART_OF.sub("", name)
        if role == "indicator" and not match.id and (piece != name or groups.read(written)):
            if piece == name or groups.read(piece) is not None:
                out.doubt(raw, "KEY-PART", column, written)
            else:
                out.leave(*raw.place, raw.column, raw.value.text, "piece_value")
                out.share("LEFT-PIECE", raw.place, column, written)
        elif match.unsafe:
            out.doubt(raw, "KEY-UNSAFE", column, written, length=len(written))
        else:
            return match
    return None


def _read_as(match: Match, raw: Raw, role: str, out: Walk) -> None:
    """What was changed about a name before it was looked up, said."""
    place = (raw.place, raw.columns.get(role, ""), getattr(raw, role))
    if match.folded:
        out.share("KEY-FOLDED", *place, about=match.name)
    if match.marks:
        out.share("KEY-MARKED", *place, about=match.name, marks=match.marks)
    if role == "indicator" and match.group and match.group != raw.group:
        meant = out.about(match.id).get("name_zh", match.name)
        out.share("GROUP-NAME", *place, about=raw.indicator, group=groups.names(match.group), meant=meant)
    elif match.how in ("wording", "stem"):
        out.share("KEY-WORDING", *place, about=match.name, meant=out.about(match.id)["name_zh"])


def _composed(written: str, unit: str, raw: Raw, register: Register) -> Match:
    """The indicator of a name by itself, or with one that it stands under (医院 below 床位合计); what is not registered is
    called by both, for 医院 below beds and below staff are no one thing."""
    name, own, _ = names.reduced(full := PART_OF.sub("", characters.name(written)))
    ways = [(full, unit, ""), (name, unit or own, own)]
    tried = ((captions.composed(up, word, of, register), sign) for word, of, sign in ways for up in raw.within)
    whole, own = next((one for one in tried if one[0]), ("", own))
    found = register.grouped(whole or written, unit, raw.group)
    if whole:
        part = None if found.id else captions.counted(whole, unit or own, register)
        return replace(part or found, name=whole, unit=own or found.unit, how="wording")
    if not found.id and (total := captions.summed(written, register)):
        return replace(register.grouped(total, unit, raw.group), how="wording")
    above = characters.name(raw.within[-1]) if raw.within and not PART_OF.match(characters.name(written)) else ""
    apart = above and not found.id and not found.name.startswith(above)
    return replace(found, name=f"{above}{found.name}", meant=()) if apart else found


def _of_rate(found: Match, unit: str, register: Register) -> Match | None:
    """注册护士 in 人/千人 are those per 1,000 people, where the count of that name is no such rate."""
    given, own = units.parse(unit), units.parse(str(register.about.get(found.id, {}).get("unit", "")))
    base = re.search(r"/(10万|万|千)人$", given.unit) if given else None
    if given is None or base is None or (own and units.factor(given, own) is not None):
        return None
    rate = register.indicator(f"每{base[1]}人口{PART_OF.sub('', found.name)}", unit)
    return replace(rate, unit=unit, how="wording") if rate.id else None


def _per_head(written: str, unit: str, raw: Raw, register: Register) -> Match:
    """The indicator of a name; one per 10,000 of which only the one per 1,000 is registered is that, in its own unit."""
    found = _composed(written, unit, raw, register)
    if found.id and found.unit.startswith("per "):
        return _english(found, written, register)
    if rate := _of_rate(found, unit, register):
        return rate
    if not found.id:  # 其中：医院, below the institutions and in their unit, are 医院数; 药师 in 人 are 药师数
        part = captions.counted(PART_OF.sub("", found.name), unit or found.unit, register)
        if part and part.id:
            return replace(part, name=found.name, how="wording")
    name = characters.name(written)
    per = None if found.id else _PER.search(name)
    for base in ("千", "万", "十万") if per else ():
        other = register.grouped(_PER.sub(f"每{base}人口", name), unit, raw.group)
        thing = str(register.about.get(other.id, {}).get("unit", "")).partition("/")[0]
        own = units.parse(f"{thing}/{_BASES[per['base']]}") if per else None
        if not other.id or own is None or per is None or _BASES[base] == _BASES[per["base"]]:
            continue
        if {raw.unit, raw.header_unit, raw.title_unit} <= {"", thing, found.unit, own.unit}:
            raw.unit, raw.header_unit, raw.title_unit = own.unit, "", ""
        return replace(other, unit=own.unit, name=found.name, how="wording")
    return found


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
    named = [(place, group) for place, group in told if place.id or pattern("area_rank").search(place.name)]
    for place, group in sorted(named, key=lambda one: not one[0].id)[:1]:
        raw.group = groups.joined(raw.group, group)
        return place
    return found

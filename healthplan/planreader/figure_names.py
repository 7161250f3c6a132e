"""What a figure is called: its own words, whole or put together with those it stands under, and the registered measure.

医院443张 under 医疗机构床位744张 is 医院床位; 县98.1% under 住院分娩率 is 县住院分娩率. A name is only held to be a registered one
where it is that name in full, so that no part ever stands under the total's id.
"""

import re

from healthplan.language import characters, units
from healthplan.language.names import Register, wording
from healthplan.planreader.naming import tidy
from healthplan.planreader.rules import words

_ALIKE = {"units", "items"}  # 个, 家 and 项; never beds, people and visits for each other
LONG = 80  # signs of a name that are looked at
_PLACES = ("个", "家", "所", "处", "间", "座")


def said(text: str) -> str:
    """The words of a clause before its number, as a name."""
    name, before = text.replace("@", ""), ""
    while before != name:
        before = name
        name = words("trail").sub("", words("lead").sub("", tidy(name)))
        name = re.sub(r"^（[^（）]*$|^[^（）]*）(?!.)|[“”（，、；\s]+$", "", name).strip()
    return name


def kind_of(unit: str) -> str:
    """What figures in a unit have in common, its multiple aside: places, people, or the unit's own word."""
    plain = re.sub(r"^[百千万亿]+", "", unit)
    if plain in _PLACES:
        return "places"
    return "people" if plain in ("人", "名", "位") else plain


def is_part(name: str) -> bool:
    """Whether a name says only of which institutions or people: 医院, 公立医院、卫生院, 男性, 县."""
    return all(words("only_part").fullmatch(one) for one in re.split("[、和及与](?![^（]*）)", name[:LONG]))


def whose(name: str) -> str:
    """The kind of institutions that a name begins with (政府办医疗机构门诊费用), or "" where it is of every kind."""
    found = words("opening_places").match(name[:LONG])
    return "" if found is None or words("every_kind").fullmatch(found.group()) else found.group()


def whole(name: str, unit: str, inner: bool) -> bool:
    """Whether a name says what is counted, not only of whom; ``inner``: it stands behind 其中."""
    if not name or (kind_of(unit) != "places" and is_part(name)):
        return False
    kind = kind_of(unit)
    if kind == "places":
        return not words("group").fullmatch(name)
    if kind == "张":
        return "床" in name
    return not (inner and kind in ("people", "例") and not words("people").search(name))


def counted(name: str, unit: str) -> bool:
    """Whether a name and a unit are a measure: no points of a test, ages, money of a building site, distances."""
    return bool(name) and not (words("no_unit").search(unit) or words("no_measure").search(f"{name}@{unit}"))


def odd(name: str) -> bool:
    """Whether the words say no measure that offices count (选派, 先期, 近两年在全体人员的努力下)."""
    return len(name) > 30 or not words("measure").search(name) or bool(words("odd").search(name))


Named = tuple[str, str]
"""A name and how it was found: own, composed, before, after, shared."""


def composed(part: str, head: str, unit: str) -> str:
    """A part and the measure that it is a part of; an illness among others is its own (其中肝炎389例).

    That is the head without the institutions it begins with: 医疗卫生机构总诊疗人次 is 诊疗人次, 实有床位数 stays."""
    event = words("event").search(head)
    if kind_of(unit) == "例" and event is None:
        return part
    if event and event.end() == len(head):
        rest = head[event.start() :]
    else:
        found = words("opening_places").match(head[:LONG])
        rest = words("of_every_kind").sub("", head[found.end() if found else 0 :]) or head
    rest = rest[max(rest.find("床位"), 0) :]
    return part if part.endswith(rest) else f"{part}{rest}"


# --- the registered measure ---------------------------------------------------------------------


def identify(name: str, unit: str, known: Register | None) -> str:
    """The id of the registered measure that a name in a unit is in full, or ""."""
    if known is None or not name or words("apart").search(f"{name}@{unit}"):
        return ""
    for way in _ways(name[:LONG], unit):
        worded = wording(way)
        spelled = characters.key(way) in known.indicators
        if not (spelled or worded in known.wordings or worded in known.stems):
            continue  # nothing alike is looked for, which takes time
        found = known.indicator(way, unit)
        if found.id and _fits(way, unit, str(known.about[found.id].get("unit", ""))):
            return found.id
    return ""


def _ways(name: str, unit: str) -> list[str]:
    """The name, and what says the same: without institutions of every kind before it, with the word for how many."""
    bare = words("of_hospitals").sub("", words("around_area").sub("", name))  # those are registered of hospitals
    generic = words("generic").match(bare)
    shorter = bare[generic.end() :] if generic else ""
    ways = [bare, *([shorter] if len(shorter) > 1 else [])]
    if bare.startswith("机构"):
        ways.append(f"医疗卫生{bare}")
    if kind_of(unit) == "people":
        ways += [f"{way}{tail}" for way in ways for tail in ("数", "人数")]
    elif kind_of(unit) in ("places", "张"):
        ways += [f"{way}数" for way in ways]
    elif kind_of(unit) in ("人次", ""):
        ways += [f"{re.sub('[数量]$', '', way)}人次" for way in ways]
    return list(dict.fromkeys(ways))


def _fits(name: str, unit: str, wanted: str) -> bool:
    """Whether a figure in the printed unit can be one in the registered unit; one without a unit is asked for."""
    if not unit or not wanted:
        return True
    given, asked = units.parse(unit), units.parse(wanted)
    if given is None or asked is None:
        return False
    if given.kind == asked.kind == "count" and not units.base_in_name(name):
        counted = {given.family, asked.family}
        return given.family == asked.family or "number" in counted or counted <= _ALIKE
    return units.convert(1.0, units.based(given.unit, name), asked) is not None


def plain(text: str) -> str:
    """A text of a document with one sign for each meaning, places unchanged."""
    return characters.normal(characters.name(text))

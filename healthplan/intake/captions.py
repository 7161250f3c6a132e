"""What is said of a whole table outside its columns: in the lines above it, in the name of its sheet or of its file.

``指标：…（单位）``, ``地区：…``, ``数据库：年度数据``, a title such as ``甲区2021—2023年卫生资源情况``. Only what the columns do not say is
taken from there, and it is said where it was taken from.
"""

import re
from pathlib import Path

from healthplan.intake.book import Cell
from healthplan.language import characters, dates, units, vocabulary
from healthplan.language.names import Match, Register
from healthplan.language.vocabulary import pattern

_PIECES = re.compile(r"[\s\u3000]{2,}|[;；\t\n]")
_LABEL = re.compile(r"^\s*([^:：()（）]{1,8}?)\s*[:：]\s*(.+?)\s*$")
_IN_BRACKETS = re.compile(r"^[(（\[]([^()（）]*)[)）\]]$")
_NATION = re.compile(r"数据库\s*[:：]\s*(?:年度|季度|月度|普查)数据")
_DATABASE = re.compile(r"数据库\s*[:：]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?!鉴)")
_SPAN = re.compile(r"(?<!\d)(?:19|20)\d\d\s*年?\s*(?:[-—–～~至到]+|及|和|、)\s*(?:(?:19|20)\d\d|\d\d)年?度?")
PLACE = re.compile(
    rf"(?!(?:全|本|我|各|分|该|两|几|所|辖|按|与|和|及|不同|农村|城乡|社区|市辖区|区县))[\u4e00-\u9fff]{{1,10}}?(?:{pattern('ranks').pattern})"
)


def place(written: str, register: Register) -> bool:
    """Whether a text names an area: a registered one, one by its rank, or 全市."""
    plain = _unspaced(characters.name(written))
    if register.area(plain).id or pattern("own_area").fullmatch(plain):
        return True
    return bool(PLACE.fullmatch(plain)) and not pattern("no_area").search(plain)


def measure(written: str, register: Register) -> bool:
    """Whether a text names a measure: a registered one, one with its unit, or one that ends as measures do."""
    match = register.grouped(written)
    return bool(match.id or match.unit or pattern("measure").search(match.name))


def counted(name: str, unit: str, register: Register) -> Match | None:
    """The registered count that a name without its word of measure is, in a unit that is the count's own: 医院 in 个."""
    own = units.parse(unit) if unit else None
    for tail in ("", "数", "总数", "人数") if own else ():
        found = register.indicator(name + tail, unit)
        if found.id and units.parse(str(register.about[found.id]["unit"])) == own:
            return found
    return None


def composed(above: str, name: str, unit: str, register: Register) -> str:
    """The registered name that a name makes with the one it stands under, empty for none: 医院 below 床位合计 is 医院床位数, 死亡率
    below 孕产妇死亡 is 孕产妇死亡率, 规范管理率 of 高血压患者健康管理 is 高血压患者规范管理率."""

    def known(way: str) -> bool:
        found = register.indicator(way, unit)
        fits = (
            not unit or not found.id or found.how != "spelling" or units.convert(1.0, unit, _own_unit(found, register))
        )
        return bool(found.id and fits) or counted(way, unit, register) is not None

    ways = _ways(PART.sub("", characters.name(above)), PART.sub("", name)) if above else []
    return next(filter(known, ways), "")


def summed(name: str, register: Register) -> str:
    """The registered name of a sum that says what it sums: 实有床位合计 is 床位数; empty for 合计 alone and for others."""
    noun = pattern("sum_of").sub("", characters.name(name)) if pattern("sum_of").search(name) else ""
    ways = (f"{noun}{tail}" for tail in ("总数", "数", "")) if noun else ()
    return next((way for way in ways if register.indicator(way).id), "")


def _own_unit(found: Match, register: Register) -> str:
    return str(register.about[found.id]["unit"])


PART = re.compile(r"^(?:其中|of which)?\s*[:：#＃]?\s*", re.IGNORECASE)


def _ways(above: str, name: str) -> list[str]:
    """What two names, one under the other, may say together."""
    noun, subject = pattern("sum_of").sub("", above), pattern("activity").sub("", above)
    tail = pattern("measure_end").search(above)
    ways = [f"{name}{noun}数", f"{name}{noun}", f"{name}数" if pattern("places").search(noun) else "", f"{above}{name}"]
    both = [(above, name), (subject, name), (noun, name)]
    shared = [next((n for n in range(len(b), 1, -1) if a.endswith(b[:n])), 0) for a, b in both]
    ways += [a + b[n:] for (a, b), n in zip(both, shared, strict=True) if n]
    alike = next((n for n in range(min(len(above), len(name)), 1, -1) if above[:n] == name[:n]), 0)
    ways += [name + above[alike:]] if alike else []  # 三级甲等 below 三级医院
    ways += [name + tail[0]] if tail else []
    ways += [f"{per[0]}{name}"] if (per := pattern("per_head").search(above)) else []
    ages = pattern("age_first").match(name)
    ways += [f"{ages[0]}{subject}{name[ages.end() :]}"] if ages else [f"{subject}{name}"]
    return [way for way in ways if way and way != name]


def told(lines: list[list[Cell]], sheet: str, file: str, register: Register) -> dict[str, tuple[str, str]]:
    """What the lines above a table, its sheet and its file say, by role, each with the text it was found in."""
    found: dict[str, tuple[str, str]] = {}
    pieces = [p for cells in lines for c in cells for p in _PIECES.split(c.text) if p.strip()]
    titles = [piece for piece in pieces if not stated(piece, found)]
    names = [] if pattern("plain_sheet").fullmatch(sheet.strip()) else [sheet]
    for title in [*reversed(titles), *names, Path(file).stem]:
        if title.strip() and not _DATABASE.match(title):
            _titled(characters.clean(title), title in titles, register, found)
    return found


def stated(piece: str, found: dict[str, tuple[str, str]]) -> bool:
    """Whether a piece of a line is a label with what it says, which is then kept."""
    if _NATION.search(piece):
        found.setdefault("area", ("全国", piece))
    match = _LABEL.match(_IN_BRACKETS.sub(r"\1", piece.strip()))
    role = vocabulary.headers().get(characters.key(match[1])) if match else None
    if not match or role not in ("indicator", "area", "unit", "year", "source"):
        return False
    if role == "unit" and units.parse(match[2]) is None:
        return False
    if role == "year" and dates.year_read(match[2], dates.date.max).kind != "year":
        return True
    if role == "area" and match[2].startswith(("全部", "所有", "各")):
        return True
    found.setdefault(role, (match[2], piece))
    return True


def _titled(title: str, above: bool, register: Register, found: dict[str, tuple[str, str]]) -> None:
    """What a title says of area, year and measure; a file's name says less."""
    plain = _unspaced(title)
    years = set(_YEAR.findall(plain))
    if len(years) == 1 and not _SPAN.search(plain):
        found.setdefault("year", (f"{years.pop()}年", title))
    elif re.fullmatch(r"(?:19|20)\d\d", plain):
        found.setdefault("year", (plain, title))
    rest, area = plain, area_in(plain, register)
    if area:
        found.setdefault("area", (area, title))
        rest = _YEAR.sub("", _SPAN.sub("", plain)).replace(area, "", 1)
    rest = _YEAR.sub("", _SPAN.sub("", rest))
    for _ in range(3):
        rest = pattern("title_rest").sub("", rest).strip(" 的_-—:：《》")
    match = register.grouped(rest) if rest else Match()
    named = match.id or (above and pattern("measure").search(match.name))
    if named and not match.unsafe:
        found.setdefault("indicator", (rest, title))


def _unspaced(written: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", written)


def area_in(title: str, register: Register) -> str:
    """The one area that a title names: a registered one, the last of a line (重庆市大足区), else one by its rank."""
    folded = characters.key(title)
    spelled = sorted((n for n in register.areas if len(n) > 1 and not n.isascii() and n in folded), key=len)
    hits = [(m.start(), m.end(), n) for n in spelled for m in re.finditer(re.escape(n), folded)]
    hits = sorted(h for h in hits if not any(o[0] <= h[0] and h[1] <= o[1] and o != h for o in hits))
    ends = [h for n, h in enumerate(hits) if n + 1 == len(hits) or hits[n + 1][0] > h[1]]
    named = {_deeper(folded[h[1] :]) or h[2]: register.areas[h[2]] for h in ends}
    if named:
        return next(iter(named)) if len(set(named.values())) == 1 or len(named) == 1 else ""
    words = re.split(r"[\W_a-zA-Z\d]+|年度?", title)
    found = {place for word in words if (place := _deeper(word))}
    return found.pop() if len(found) == 1 else ""


def _deeper(words: str) -> str:
    """The area with which words begin, of a line of them (甲省乙市丙县) the last."""
    found = ""
    while (match := PLACE.match(words)) and not pattern("no_area").search(match[0]):
        found, words = match[0], words[match.end() :]
    return found

"""What is said of a whole table outside its columns: in the lines above it, in the name of its sheet or of its file.

``指标：…（单位）``, ``地区：…``, ``数据库：年度数据``, a title such as ``甲区2021—2023年卫生资源情况``. Only what the columns do not say is
taken from there, and it is said where it was taken from.
"""

import re
from pathlib import Path

from healthplan.intake.book import Cell
from healthplan.language import characters, dates, units, vocabulary
from healthplan.language.names import Match, Register

_PIECES = re.compile(r"[\s\u3000]{2,}|[;；\t\n]")
_LABEL = re.compile(r"^\s*([^:：()（）]{1,8}?)\s*[:：]\s*(.+?)\s*$")
_IN_BRACKETS = re.compile(r"^[(（\[]([^()（）]*)[)）\]]$")
_NATION = re.compile(r"数据库\s*[:：]\s*(?:年度|季度|月度|普查)数据")
_DATABASE = re.compile(r"数据库\s*[:：]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?!鉴)")
_SPAN = re.compile(r"(?<!\d)(?:19|20)\d\d\s*年?\s*(?:[-—–～~至到]+|及|和|、)\s*(?:(?:19|20)\d\d|\d\d)年?度?")
_RANKED = "自治县|自治州|自治旗|新区|开发区|经开区|高新区|街道|[省市区县旗州镇乡]"
PLACE = re.compile(
    rf"(?!(?:全|本|我|各|分|该|两|几|所|辖|按|与|和|及|不同|农村|城乡|社区|市辖区|区县))[\u4e00-\u9fff]{{1,10}}?(?:{_RANKED})"
)
_OWN = re.compile("(?:全|本|我)(?:自治区|[国省市区县州旗])")
_NO_PLACE = re.compile(
    "(?:社|地|城|园|校|灾|辖|片|病|景|市|县|小|功能|分|山|库|矿|牧|林|疫|街|郊)区$|(?:城|超|门)市$|.*(?:区县|县区|县市)$"
)
_REST = re.compile(
    r"^附?[表图]\s*[\d一二三四五六七八九十]+(?:[-—.．]\d+)*\s*[:：、.．]?|^[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]\s*|"
    r"^(?:及|和)?(?:其他|部分|主要)(?:省份?|地区|城市|区县)|(?:历年|各(?:区县|县区|县市|市州|地区|省|乡镇|街道|区|县|市)|分(?:地区|省|区县|年)|年度?末?|主要|基本|有关)|"
    r"(?:情况|统计|一览|汇总|对比|数据|指标|信息)*(?:情况|表|一览|数据|汇总)$"
)
_MEASURE = re.compile("(?:率|数|比|比例|占比|比重|量|额|费用|寿命|水平|人次|人数|指数|评分|日)$")
_SHEET = re.compile(r"(?:sheet|工作表|表)\s*\d*|数据|data", re.IGNORECASE)


def place(written: str, register: Register) -> bool:
    """Whether a text names an area: a registered one, one by its rank, or 全市."""
    plain = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", characters.name(written))
    if register.area(plain).id or _OWN.fullmatch(plain):
        return True
    return bool(PLACE.fullmatch(plain)) and not _NO_PLACE.search(plain)


def measure(written: str, register: Register) -> bool:
    """Whether a text names a measure: a registered one, one with its unit, or one that ends as measures do."""
    match = register.grouped(written)
    return bool(match.id or match.unit or _MEASURE.search(match.name))


def counted(name: str, unit: str, register: Register) -> Match | None:
    """The registered count that a name without its word of measure is, in a unit that is the count's own: 医院 in 个."""
    own = units.parse(unit) if unit else None
    for tail in ("", "数", "总数", "人数") if own else ():
        found = register.indicator(name + tail, unit)
        if found.id and units.parse(str(register.about[found.id]["unit"])) == own:
            return found
    return None


def told(lines: list[list[Cell]], sheet: str, file: str, register: Register) -> dict[str, tuple[str, str]]:
    """What the lines above a table, its sheet and its file say, by role, each with the text it was found in."""
    found: dict[str, tuple[str, str]] = {}
    pieces = [p for cells in lines for c in cells for p in _PIECES.split(c.text) if p.strip()]
    titles = [piece for piece in pieces if not stated(piece, found)]
    names = [] if _SHEET.fullmatch(sheet.strip()) else [sheet]
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
    plain = re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", title)
    years = set(_YEAR.findall(plain))
    if len(years) == 1 and not _SPAN.search(plain):
        found.setdefault("year", (f"{years.pop()}年", title))
    elif re.fullmatch(r"(?:19|20)\d\d", plain):
        found.setdefault("year", (plain, title))
    area = area_in(plain, register)
    if area:
        found.setdefault("area", (area, title))
    rest = _YEAR.sub("", _SPAN.sub("", plain)).replace(area, "", 1) if area else plain
    rest = _YEAR.sub("", _SPAN.sub("", rest))
    for _ in range(3):
        rest = _REST.sub("", rest).strip(" 的_-—:：《》")
    match = register.grouped(rest) if rest else None
    named = match and (match.id or (above and _MEASURE.search(match.name)))
    if named and not match.unsafe:  # type: ignore[union-attr]
        found.setdefault("indicator", (rest, title))


def area_in(title: str, register: Register) -> str:
    """The one area that a title names: a registered one, the last of a line (重庆市大足区), else one by its rank."""
    spelled = sorted([n for n in register.areas if len(n) > 1 and not n.isascii()], key=len)
    folded = characters.key(title)
    hits = [(m.start(), m.end(), n) for n in spelled for m in re.finditer(re.escape(n), folded)]
    hits = [h for h in hits if not any(o[0] <= h[0] and h[1] <= o[1] and o != h for o in hits)]
    hits.sort()
    ends = [h for n, h in enumerate(hits) if n + 1 == len(hits) or hits[n + 1][0] > h[1]]
    named = {_deeper(folded[h[1] :]) or h[2]: register.areas[h[2]] for h in ends}
    if len(set(named.values())) == 1 or len(named) == 1:
        return next(iter(named))
    if named:
        return ""
    words = re.split(r"[\W_a-zA-Z\d]+|年度?", title)
    found = {place for word in words if (place := _deeper(word))}
    return found.pop() if len(found) == 1 else ""


def _deeper(words: str) -> str:
    """The area with which words begin, of a line of them (甲省乙市丙县) the last."""
    found = ""
    while (match := PLACE.match(words)) and not _NO_PLACE.search(match[0]):
        found, words = match[0], words[match.end() :]
    return found

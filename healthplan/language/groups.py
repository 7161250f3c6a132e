"""Groups: the part of the people or institutions that a figure or a goal is about, its words and its id.
``words/groups.csv`` has a group a row: ``leading`` words may open the name of a measure (农村孕产妇死亡率), ``but`` may
not follow them (城市医疗集团), ``splits`` ``known``: only where what remains is a registered measure, ``words``: the
spellings of a whole cell. Age bands are read by their form. Several groups of one figure stand with ``;`` between."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from healthplan import messages
from healthplan.language import characters, vocabulary
from healthplan.language.comparators import expand

EVERYBODY = frozenset(
    characters.key(word)
    for word in ("合计", "总计", "小计", "全部", "全体", "全人群", "全人口", "总体", "不分", "不限", "全区", "全县", "all", "total", "both", "both sexes", "sex_btsx", "all residents", "everybody")
)  # fmt: skip
_ALL = re.compile(
    "(?:男女|两性|城乡|各年龄|全年龄)(?:段|组)?(?:合计|总计|小计)"
    "|(?:全体|全部|所有|全区|全县|全市|总)(?:人群|人口|居民)(?:合计|总计|小计)?"
)
_ROWS = {row["group"]: row for row in vocabulary.rows("groups")}
_ORDER = {group: n for n, group in enumerate(_ROWS)}
_BAND = re.compile(
    r"(?P<low>\d{1,3})岁?(?:至|到|[-—～~])(?P<high>\d{1,3})周?岁"
    r"|(?P<plus>\d{1,3})(?:周?岁(?:及|（含）|或)?以上|岁?\+岁?)"
    r"|(?P<under>\d{1,3})(?:周?岁)(?:及|（含）|或)?以下"
)
_PEOPLE = "(?:的)?(?:组|年龄组|人群|人口|居民|老年人群|老年人|老年|老人|老人|儿童|青少年|妇女|成年人|成人)?"
_BANDED = re.compile(rf"{_PEOPLE}[(（]?(?:{_BAND.pattern})[)）]?{_PEOPLE}")
_OVER = re.compile(r"(?:≥|>=)(\d{1,3})周?岁")
_AGE = re.compile(r"age_(?:under(\d+)|(\d+)plus|(\d+)_(\d+))")
LEAST_NAME = 2  # signs of a measure that must remain


@dataclass(frozen=True)
class Parted:
    """A name without its group words. ``sure``: the words tell a group whatever the rest is."""

    name: str
    group: str
    sure: bool


def dimension(group: str) -> str:
    """sex, residence, registration, level or age; of one group id."""
    return _ROWS[group]["dimension"] if group in _ROWS else "age"


def dimensions(groups: str) -> list[str]:
    """The dimension of each id of a group."""
    return [dimension(one) for one in groups.split(";") if one]


def known(group: str) -> bool:
    """Whether a cell is empty or holds ids of groups, ``;`` between."""
    return all(one in _ROWS or _AGE.fullmatch(one) for one in group.split(";") if one)


def joined(*groups: str) -> str:
    """Several groups as one, each once, in the declared order, age bands behind."""
    each = dict.fromkeys(one for group in groups for one in group.split(";") if one)
    return ";".join(sorted(each, key=lambda one: (_ORDER.get(one, len(_ORDER)), one)))


def name(group: str, lang: str = "zh") -> str:
    """The name of a group (or of several) as a page writes it; empty for everybody."""
    between = "" if lang == "zh" else ", "
    return between.join(_name(one, lang) for one in group.split(";") if one)


def names(group: str) -> dict[str, str]:
    """The name in every language, as a field of a fault."""
    return {lang: name(group, lang) for lang in messages.LANGUAGES}


def of(measure: str, group: str, lang: str = "zh") -> str:
    """The name of a measure with its group in a bracket: 孕产妇死亡率（农村）; the measure alone for everybody."""
    if not group:
        return measure
    return f"{measure}（{name(group)}）" if lang == "zh" else f"{measure} ({name(group, lang)})"


def spellings(group: str) -> list[str]:
    """The words by which a name may say a group; of an age band none but its own."""
    return _ROWS[group]["words"].split(";") if group in _ROWS else []


def _name(group: str, lang: str) -> str:
    if group in _ROWS:
        return _ROWS[group]["en" if lang == "en" else "zh"]
    under, plus, low, high = _AGE.fullmatch(group).groups()  # type: ignore[union-attr]
    if under:
        return f"{under}岁以下" if lang == "zh" else f"under {under}"
    if plus:
        return f"{plus}岁及以上" if lang == "zh" else f"aged {plus} and over"
    return f"{low}～{high}岁" if lang == "zh" else f"aged {low} to {high}"


@cache
def _cells() -> dict[str, str]:
    spelled = {characters.key(w): g for g, row in _ROWS.items() for w in row["words"].split(";")}
    return spelled | {characters.key(g): g for g in _ROWS}


@lru_cache(characters.REMEMBERED)
def read(cell: str) -> str | None:
    """The group that a whole cell names; empty for everybody (合计), None for words that are not understood. Several
    words may stand together: 农村男性, 女；65岁及以上, or ids."""
    folded = characters.key(cell)
    if not folded or folded in EVERYBODY or _ALL.fullmatch(folded):
        return ""
    if folded in _cells():
        return _cells()[folded]
    if known(ids := re.sub(r"\s", "", cell).casefold()):
        return joined(ids)
    if band := _BANDED.fullmatch(_OVER.sub(r"\1岁及以上", characters.half_width(cell).strip())):
        return _band(band)
    parts = list(filter(None, re.split(r"[;；,，、/\s]+", cell.strip())))
    if len(parts) > 1:
        found = [read(part) for part in parts]
        return None if None in found else joined(*filter(None, found))
    words = sorted((w for w in _cells() if folded.startswith(w) and not w.isascii()), key=len)
    rest = read(folded[len(words[-1]) :]) if words else None
    return joined(_cells()[words[-1]], rest) if rest else None


def _band(found: re.Match[str]) -> str:
    if found["plus"]:
        return f"age_{int(found['plus'])}plus"
    if found["under"]:
        return f"age_under{int(found['under'])}"
    return f"age_{int(found['low'])}_{int(found['high'])}"


@cache
def _openings() -> list[tuple[re.Pattern[str], str, bool]]:
    """The words that may open a name, as a pattern for each group, and whether they part whatever follows."""
    found = []
    for row in (row for row in _ROWS.values() if row["leading"]):
        words = sorted(map(re.escape, expand(row["leading"])), key=len, reverse=True)
        but = f"(?!{row['but']})" if row["but"] else ""
        opening = re.compile(f"(?:其中[:：]?)?(?:{'|'.join(words)})的?{but}")
        found.append((opening, row["group"], row["splits"] == "always"))
    return found


# a group behind a name: 孕产妇死亡率（农村）, 人均预期寿命-女, 孕产妇死亡率：农村
_BEHIND = (
    re.compile(r"(.*?)\s*[(（]([^()（）]+)[)）]\s*$", re.DOTALL),
    re.compile(r"(.{2,}?)\s*[-—–－:：,，、\s]\s*([^-—–－:：,，、\s]+)$"),
)


@lru_cache(characters.REMEMBERED)
def split(written: str) -> tuple[Parted, ...]:
    """A name without the words that name a group, at its beginning or in a bracket at its end: one way after another,
    each with more words taken off; nothing for a name that says nothing of a group. 农村孕产妇死亡率 and
    孕产妇死亡率（农村） are both of rural; 农村5岁以下儿童死亡率 may be of rural, or of rural and age_under5."""
    ways: list[Parted] = []
    rest, found, sure = written.strip(), "", True
    while step := _behind(rest) or _opened(rest) or _aged(rest):
        rest, group, certain = step
        if re.match(r"(?:居民|人口|地区)?[和与及、]", rest):  # 城镇居民和农村居民…差距 is of both
            break
        found, sure = joined(found, group), sure and certain
        ways.append(Parted(rest, found, sure))
    return tuple(ways)


def without(name: str, group: str) -> str:
    """A name without its own words for a group of a dimension of ``group``, which is meant instead."""
    own = set(dimensions(group))
    told = [way.name for way in split(name) if set(dimensions(way.group)) <= own]
    return told[-1] if told else name


_Step = tuple[str, str, bool] | None


def _behind(rest: str) -> _Step:
    for parted in filter(None, (form.match(rest) for form in _BEHIND)):
        if group := read(parted[2]):
            return parted[1], group, True
    return None


def _opened(rest: str) -> _Step:
    for pattern, group, always in _openings():
        match = pattern.match(rest)
        if match and len(rest) - match.end() >= LEAST_NAME:
            return rest[match.end() :], group, always
    return None


def _aged(rest: str) -> _Step:
    """Age bands open so many names (3岁以下婴幼儿托位数) that they part only where the rest is a registered measure."""
    band = re.match(f"(?:{_BAND.pattern}){_PEOPLE}(?=.{{{LEAST_NAME}}})", rest)
    return (rest[band.end() :], _band(band), False) if band else None

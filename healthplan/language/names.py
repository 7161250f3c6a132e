"""Names of indicators and areas: which registered one is meant, for every reader the same.

A name is found by its folded spelling, else by the same words in another fashion (``words/names.csv`` says which
words never tell two measures apart; a bracket's content always does), else, with a unit that fits, without its last
word of measure. Nothing is matched by likeness: that only serves to say "did you mean", because a name read wrongly
would start a second series or fall into another one.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

import pandas as pd

from healthplan.language import characters, groups, units, vocabulary

TOTALS = frozenset(
    ["合计", "总计", "小计", "总和", "累计", "全部合计", "合", "计", "总", "小", "平均", "均值", "平均值", "平均数", "总体平均",
     "合计数", "总计数", "total", "subtotal", "sum", "average", "mean"]
)  # fmt: skip
_TOTAL_END = re.compile(r".{0,8}(?:合计|小计|总计)$")
_UNIT_END = re.compile(
    r"^(?P<name>.+?)\s*[(（\[【]\s*(?:单位\s*[:：]?)?\s*(?!每)(?P<unit>[^()（）\[\]【】]+)[)）\]】]$"
)
_SIGN_END = re.compile(r"^(?P<name>.*[\u4e00-\u9fffA-Za-z])\s*[,，]?\s*(?P<unit>[%％‰‱])$")
_LEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[.、．)）]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*|[一二三四五六七八九十]{1,3}、\s*|[①-⑳]\s*|其中[:：]\s*)"
)
_FOOTNOTE = re.compile(r"(?:[①-⑳❶-❿*※†‡]+|\[\d{1,2}\]|[¹²³⁴-⁹])$")
# Words that tell two things apart: where one stands for another, or one is more, there is no slip.
_TELLING = re.compile(
    r"[0-9一二三四五六七八九十百千万亿男女城乡新老内外上下前后高中低大小东西南北甲乙丙丁门急住出入"
    r"总人均幼婴儿童孕产妇医药护技检筛查诊疗死亡发患病公私民营区县镇村市省馆阁院站所室]"
)
_MEASURE = re.compile(r"[率数比例量额次值度]")
_MARKUP = re.compile(r"[<>{}|\\`$=@;\x00-\x1f]|\.\.|^[+/~-]|/etc/|://|^\s*['\"]")
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]|[\x00-\x08\x0e-\x1f\x7f]")  # text that turns its direction
AREA_LIMIT = 60
INDICATOR_LIMIT = 120
LEAST_STEM = 4
RESIDENTS = "population_resident"  # id of the indicator that most rates of a population are of
"""A name without its word of measure says enough from this length on; 床位 alone may be anyone's."""
ALIKE = 0.6


@dataclass(frozen=True)
class Match:
    """What a name means. ``id`` is empty for a name that is not registered; ``meant`` the registered names it is one
    slip from; ``alike`` registered names to look at, never taken; ``how`` the way it was found: spelling, wording
    (the same words in another fashion), stem (without its word of measure), or why not: several, unit, nothing.
    ``group`` (ids of :mod:`healthplan.language.groups`) is filled by :meth:`Register.grouped` alone.
    """

    id: str = ""
    name: str = ""
    unit: str = ""
    meant: tuple[str, ...] = ()
    folded: bool = False
    unsafe: bool = False
    marks: str = ""
    how: str = ""
    alike: tuple[str, ...] = ()
    group: str = ""


@dataclass
class Register:
    """Indicators and areas by folded spelling, with what is known of each indicator."""

    indicators: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    about: dict[str, dict] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)
    wordings: dict[str, set[str]] = field(default_factory=dict)
    stems: dict[str, set[str]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], Match] = field(default_factory=dict)

    def indicator(self, written: str, unit: str = "") -> Match:
        """The indicator that a cell or clause names; a unit in brackets behind the name is split off.

        ``unit`` is that of the figure or goal: it tells which of two is meant, and a name without its word of
        measure (村卫生室) is only taken where the unit fits the indicator's.
        """
        key = ("indicator", written, unit)
        if key not in self.seen:
            found = _match(written, self.indicators, self.about, INDICATOR_LIMIT, split=True)
            self.seen[key] = found if found.id or found.unsafe else _worded(self, found, unit)
        return self.seen[key]

    def grouped(self, written: str, unit: str = "", group: str = "") -> Match:
        """The indicator that a name means, and whose: 农村孕产妇死亡率 is maternal mortality of the rural.

        ``group``: ids that another column says. A registered name keeps its own words (65岁及以上老年人健康管理率 is of
        everybody); so does a measure registered with the words of the group before it. Of a name that is not
        registered only words that tell a group whatever follows them (residence, sex, registered) are taken off.
        Residents are everybody to a rate of the resident population.
        """
        match = self._grouped(written, unit, group)
        resident = self.about.get(match.id, {}).get("denominator") == RESIDENTS
        return replace(match, group="") if resident and match.group == "resident" else match

    def _grouped(self, written: str, unit: str, group: str) -> Match:
        found = self.indicator(written, unit)
        if group and not found.unsafe:
            whole = self.indicator(f"{groups.name(group)}{found.name or written}", unit)
            if whole.id:
                return whole
        if found.id or found.unsafe:
            return replace(found, group=group)
        ways = [(self.indicator(way.name, found.unit or unit), way) for way in groups.split(found.name or written)]
        known = [(match, way) for match, way in ways if match.id]
        sure = [(match, way) for match, way in ways if way.sure]
        if not known and not sure:
            return replace(found, group=group)
        match, way = known[0] if known else sure[-1]
        split_off = replace(match, marks=found.marks, unit=found.unit or match.unit, folded=found.folded)
        return replace(split_off, group=groups.joined(group, way.group))

    def area(self, written: str) -> Match:
        """The area that a cell names; likeness is not looked for, because districts differ by one character."""
        key = ("area", written)
        if key not in self.seen:
            self.seen[key] = _match(written, self.areas, self.area_names, AREA_LIMIT, split=False)
        return self.seen[key]


def register(indicators: pd.DataFrame, areas: pd.DataFrame | None = None) -> Register:
    """The register made from the tables ``indicators`` and ``areas``."""
    found = Register()
    found.about = {row["indicator"]: row for row in indicators.to_dict("records")}
    _spell(found.indicators, indicators, "indicator")
    if areas is not None:
        found.area_names = dict(zip(areas["area"], areas["name_zh"], strict=True))
        _spell(found.areas, areas, "area")
    for spelling, indicator in found.indicators.items():
        if not spelling.isascii():
            worded = wording(spelling)
            for one in {worded, _bracket_first(spelling)}:
                found.wordings.setdefault(one, set()).add(indicator)
            if len(stem(worded)) >= LEAST_STEM:
                found.stems.setdefault(stem(worded), set()).add(indicator)
    return found


def _spell(spellings: dict[str, str], frame: pd.DataFrame, column: str) -> None:
    """Own names before aliases, so that an alias never takes over a name."""
    rows = frame.to_dict("records")
    own = (column, "name_zh", "name_en", "code")
    named = [(str(row.get(name) or ""), row[column]) for name in own for row in rows]
    named += [(a, row[column]) for row in rows for a in str(row.get("aliases") or "").split(";")]
    for written, one in named:
        if written.strip():
            spellings.setdefault(characters.key(written), one)


@cache
def _rules(kind: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [row for row in vocabulary.rows("names") if row["kind"] == kind]
    return tuple((re.compile(row["word"]), row["means"]) for row in rows)


@lru_cache(characters.REMEMBERED)
def wording(written: str) -> str:
    """A name in one fashion: without the words that never tell two measures apart, the same words for the same."""
    text = characters.key(written)
    for pattern, means in _rules("plain"):
        text = pattern.sub(means, text)
    return text or characters.key(written)


def _bracket_first(written: str) -> str:
    """The wording with the bracket at the end in front: 签约率（重点人群） is 重点人群签约率."""
    return wording(re.sub(r"^(.+)[(（]([^()（）]+)[)）]$", r"\2\1", written))


@lru_cache(characters.REMEMBERED)
def core(written: str) -> str:
    """The wording of a name without numbering, footnote sign and unit: what two prints of one goal share."""
    return wording(reduced(characters.name(written))[0])


def stem(worded: str) -> str:
    """A worded name without its last word of measure."""
    for pattern, _ in _rules("tail"):
        worded = re.sub(f"{pattern.pattern}$", "", worded)
    return worded


def _worded(known: Register, found: Match, unit: str) -> Match:
    """The same words in another fashion, or without the word of measure; else what is alike."""
    unit = unit or found.unit
    worded = wording(found.name)
    ids = known.wordings.get(worded) or known.wordings.get(_bracket_first(found.name), set())
    how = "wording"
    if not ids and unit and stem(worded) == worded:
        ids, how = known.stems.get(worded, set()), "stem"
    fits = [one for one in sorted(ids) if _fits(unit, str(known.about[one].get("unit", "")))]
    if len(fits) == 1:
        name = str(known.about[fits[0]].get("name_zh", found.name))
        return replace(found, id=fits[0], name=name, how=how, meant=())
    why = "several" if len(fits) > 1 else "unit" if ids else "nothing"
    alike = [str(known.about[one].get("name_zh", one)) for one in sorted(ids)]
    return replace(found, how=why, alike=tuple(alike))


def _fits(given: str, wanted: str) -> bool:
    """Whether a figure in one unit can be one of an indicator in the other; an unknown unit tells nothing."""
    if not given or not wanted or given == wanted:
        return True
    one, other = units.parse(given.replace("个百分点", "%")), units.parse(wanted)
    if one is None or other is None:
        return False
    head, per, _ = wanted.partition("/")
    if per and one.factor == 1 and (counted := units.parse(head)) and counted.family == one.family:
        return True  # 4.4 人 of 每10万人口康复医师数: the name carries the base
    shares = {"ratio", "share"}
    return units.factor(one, other) is not None or (
        _things(given) and _things(wanted) and not {one.family, other.family} & shares
    )


def _things(unit: str) -> bool:
    return not re.search(r"[/%‰:]|百分点|元|岁|天|日|小时|分钟|平方米|㎡", unit)


def alike(written: str, known: Register, most: int = 3) -> tuple[str, ...]:
    """Registered names to look at, most alike first: never taken, only shown."""
    worded = wording(written)
    names = ((s, one) for s, one in known.indicators.items() if not s.isascii())
    scored = ((likeness(worded, wording(spelling)), one) for spelling, one in names)
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    ids = list(dict.fromkeys(indicator for _, indicator in best))[:most]
    return tuple(str(known.about[one].get("name_zh", one)) for one in ids)


@lru_cache(characters.REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def likeness(one: str, other: str) -> float:
    """Share of sign pairs in common (Dice), 0 to 1."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b))


def contained(part: str, whole: str) -> float:
    """Share of the sign pairs of ``part`` that occur in ``whole``."""
    return len(_pairs(part) & _pairs(whole)) / len(_pairs(part))


def is_total(written: str) -> bool:
    """Whether a name says that the row sums up others."""
    folded = characters.key(written)
    return folded in TOTALS or bool(_TOTAL_END.fullmatch(folded))


def _match(written: str, spellings: dict[str, str], about: dict, limit: int, *, split: bool) -> Match:
    plain = characters.name(written)
    folded = characters.folded(written)
    whole = spellings.get(characters.key(plain))
    candidate, unit, marks = parts = (reduced if split else _unmarked)(plain)
    found = spellings.get(characters.key(candidate))
    if whole is not None and not (split and unit and found == whole):
        return Match(whole, plain, folded=folded, how="spelling")
    if found is not None:  # 婴儿死亡率（‰） is an alias
        return Match(found, candidate, unit, (), folded, marks=marks, how="spelling")
    unsafe = (
        bool(_MARKUP.search(plain) or _STEERING.search(written))
        or (split and not any(c.isalpha() for c in plain))
        or len(plain) > limit
        or plain.startswith(("=", "+", "-", "@"))
    )
    candidate, unit, marks = parts if split else (plain, "", "")
    meant = near(candidate, spellings, about) if split and not unsafe else ()
    return Match("", candidate, unit, meant, folded, unsafe, marks)


def _unmarked(plain: str) -> tuple[str, str, str]:
    """The text without the footnote sign at its end, no unit, and that sign."""
    mark = _FOOTNOTE.search(plain)
    return (plain[: mark.start()].strip(), "", mark.group()) if mark else (plain, "", "")


def reduced(plain: str) -> tuple[str, str, str]:
    """The name without numbering, footnote sign and unit; its unit and its sign."""
    body, _, marks = _unmarked(_LEADING.sub("", plain))
    match = _UNIT_END.match(body) or _SIGN_END.match(body)
    if match and units.parse(match.group("unit")) is not None:
        return match.group("name").strip(), match.group("unit").strip(), marks
    return body, "", marks


def near(written: str, spellings: dict[str, str], about: dict) -> tuple[str, ...]:
    """The registered names that differ from ``written`` by a slip, own names rather than aliases."""
    folded = characters.key(written)
    simple = spellings.get(folded.translate(vocabulary.traditional()))
    if len(folded) < 4 and not simple:
        return ()
    found = [(about.get(simple) or {}).get("name_zh", simple)] if simple else []
    signs = _signs(tuple(spellings))
    for other in spellings:
        near = abs(len(other) - len(folded)) <= 1 and other != folded and is_slip(folded, other)
        if near and not _means_another(folded, other, signs):
            shown = (about.get(spellings[other]) or {}).get("name_zh", other)
            found.append(shown if characters.key(str(shown)) == other else other)
    return tuple(dict.fromkeys(found))


@lru_cache(4)
def _signs(spellings: tuple[str, ...]) -> frozenset[str]:
    """The characters of which registered names are made."""
    return frozenset("".join(spellings))


def _means_another(written: str, name: str, signs: frozenset[str]) -> bool:
    """Whether the sign by which a name differs from a registered one is itself of the names' words: 三甲 is not 三级, 日均
    not 次均. A slip of the pen (死亡律) puts a sign there that no name has, or the same signs in another order."""
    odd = [a for a, b in zip(written, name, strict=False) if a != b]
    return len(written) == len(name) and len(odd) == 1 and odd[0] in signs


def is_slip(one: str, other: str) -> bool:
    """One character changed, left out, doubled, or two swapped, and no word that tells two things apart."""
    if len(one) == len(other):
        odd = [i for i in range(len(one)) if one[i] != other[i]]
        if len(odd) == 2 and odd[1] == odd[0] + 1:
            first, second = odd
            return (one[first], one[second]) == (other[second], other[first])
        if len(odd) != 1:
            return False
        pair = one[odd[0]], other[odd[0]]
        return not any(all(map(words.search, pair)) for words in (_TELLING, _MEASURE))
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    for i in range(len(longer)):
        if longer[:i] + longer[i + 1 :] == shorter:
            return not _TELLING.search(longer[i]) or longer[i] in longer[max(i - 1, 0) : i] + longer[i + 1 : i + 2]
    return False

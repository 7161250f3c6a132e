"""Names of indicators and areas: which registered one is meant, and when a name is a slip of the pen.

Matching is by folded spelling over names and aliases; nothing is matched by likeness. Likeness only serves to
say "did you mean", because a name read wrongly would start a second series or fall into another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from healthplan.language import characters, units, vocabulary

TOTALS = {
    characters.key(w)
    for w in [
        "合计",
        "总计",
        "小计",
        "总和",
        "累计",
        "全部合计",
        "合",
        "计",
        "总",
        "计",
        "小",
        "计",
        "平均",
        "均值",
        "平均值",
        "平均数",
        "总体平均",
        "total",
        "subtotal",
        "sum",
        "average",
        "mean",
        "合计数",
        "总计数",
    ]
}
_TOTAL_END = re.compile(r".{0,8}(?:合计|小计|总计)$")
_UNIT_END = re.compile(
    r"^(?P<name>.+?)\s*[(（\[【]\s*(?:单位\s*[:：]?)?\s*(?P<unit>[^()（）\[\]【】]+)[)）\]】]$"
)
_SIGN_END = re.compile(r"^(?P<name>.*[\u4e00-\u9fffA-Za-z])\s*[,，]?\s*(?P<unit>[%％‰‱])$")
_LEADING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2})*[.、．)）]\s*|[(（][一二三四五六七八九十\d]{1,3}[)）]\s*|[一二三四五六七八九十]{1,3}、\s*|[①-⑳]\s*|其中[:：]\s*)"
)
_FOOTNOTE = re.compile(r"(?:[①-⑳❶-❿*※†‡]+|\[\d{1,2}\]|[¹²³⁴-⁹])$")
# Words that tell two things apart: where one stands for another, or one is more, there is no slip.
_TELLING = re.compile(
    r"[0-9一二三四五六七八九十百千万亿男女城乡新老内外上下前后高中低大小东西南北甲乙丙丁门急住出入"
    r"总人均幼婴儿童孕产妇医药护技检筛查诊疗死亡发患病公私民营区县镇村市省]"
)
_MEASURE = re.compile(r"[率数比例量额次值度]")
_MARKUP = re.compile(r"[<>{}|\\`$=@;\x00-\x1f]|\.\.|^[+/~-]|/etc/|://|^\s*['\"]")
_STEERING = re.compile(
    "[\u202a-\u202e\u2066-\u2069]|[\x00-\x08\x0e-\x1f\x7f]"
)  # text that turns its direction
AREA_LIMIT = 60
INDICATOR_LIMIT = 120


@dataclass(frozen=True)
class Match:
    """``id`` is empty for a name that is not registered; ``meant`` the registered name it is one slip from."""

    id: str = ""
    name: str = ""
    unit: str = ""
    meant: tuple[str, ...] = ()
    folded: bool = False
    unsafe: bool = False
    marks: str = ""


@dataclass
class Register:
    """Indicators and areas by folded spelling, with what is known of each indicator."""

    indicators: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    about: dict[str, dict] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Match] = field(default_factory=dict)

    def indicator(self, written: str) -> Match:
        """The indicator that a cell names; a unit in brackets behind the name is split off."""
        key = ("indicator", written)
        if key not in self.seen:
            self.seen[key] = _match(
                written, self.indicators, self.about, INDICATOR_LIMIT, split=True
            )
        return self.seen[key]

    def area(self, written: str) -> Match:
        """The area that a cell names; likeness is not looked for, because districts differ by one character."""
        key = ("area", written)
        if key not in self.seen:
            self.seen[key] = _match(written, self.areas, self.area_names, AREA_LIMIT, split=False)
        return self.seen[key]


def register(indicators: pd.DataFrame, areas: pd.DataFrame) -> Register:
    """The register made from the tables ``indicators`` and ``areas``."""
    found = Register()
    for row in indicators.to_dict("records"):
        found.about[row["indicator"]] = row
    for row in areas.to_dict("records"):
        found.area_names[row["area"]] = row["name_zh"]
    _spell(found.indicators, indicators, "indicator")
    _spell(found.areas, areas, "area")
    return found


def _spell(spellings: dict[str, str], frame: pd.DataFrame, column: str) -> None:
    """Own names before aliases, so that an alias never takes over a name."""
    rows = frame.to_dict("records")
    for name in (column, "name_zh", "name_en", "code"):
        for row in rows:
            if row.get(name):
                spellings.setdefault(characters.key(str(row[name])), row[column])
    for row in rows:
        for alias in str(row.get("aliases") or "").split(";"):
            if alias.strip():
                spellings.setdefault(characters.key(alias), row[column])


def is_total(written: str) -> bool:
    """Whether a name says that the row sums up others."""
    folded = characters.key(written)
    return folded in TOTALS or bool(_TOTAL_END.fullmatch(folded))


def _match(
    written: str, spellings: dict[str, str], about: dict, limit: int, *, split: bool
) -> Match:
    plain = characters.name(written)
    folded = characters.folded(written)
    whole = spellings.get(characters.key(plain))
    if whole is not None:
        for candidate, unit, marks in _reduced(plain) if split else []:
            if (
                unit and spellings.get(characters.key(candidate)) == whole
            ):  # 婴儿死亡率（‰） is an alias
                return Match(whole, candidate, unit, folded=folded, marks=marks)
        return Match(whole, plain, folded=folded)
    for candidate, unit, marks in _reduced(plain) if split else _unmarked(plain):
        if (found := spellings.get(characters.key(candidate))) is not None:
            return Match(found, candidate, unit, folded=folded, marks=marks)
    unsafe = (
        bool(_MARKUP.search(plain))
        or bool(_STEERING.search(written))
        or (split and not any(c.isalpha() for c in plain))
        or len(plain) > limit
        or plain.startswith(("=", "+", "-", "@"))
    )
    candidate, unit, marks = next(iter(_reduced(plain))) if split else (plain, "", "")
    meant = near(candidate, spellings, about) if split and not unsafe else ()
    return Match("", candidate, unit, meant, folded, unsafe, marks)


def _unmarked(plain: str) -> list[tuple[str, str, str]]:
    mark = _FOOTNOTE.search(plain)
    return [(plain[: mark.start()].strip(), "", mark.group())] if mark else []


def _reduced(plain: str) -> list[tuple[str, str, str]]:
    """The name without numbering, footnote sign and unit, the plainest first."""
    body = _LEADING.sub("", plain)
    mark = _FOOTNOTE.search(body)
    marks = mark.group() if mark else ""
    body = body[: mark.start()].strip() if mark else body
    match = _UNIT_END.match(body) or _SIGN_END.match(body)
    if match and units.parse(match.group("unit")) is not None:
        return [(match.group("name").strip(), match.group("unit").strip(), marks)]
    return [(body, "", marks)]


def near(written: str, spellings: dict[str, str], about: dict) -> tuple[str, ...]:
    """The registered names that differ from ``written`` by a slip, own names rather than aliases."""
    folded = characters.key(written)
    simple = spellings.get(folded.translate(vocabulary.traditional()))
    if len(folded) < 4 and not simple:
        return ()
    found = [(about.get(simple) or {}).get("name_zh", simple)] if simple else []
    for other in spellings:
        if abs(len(other) - len(folded)) <= 1 and other != folded and is_slip(folded, other):
            row = about.get(spellings[other])
            shown = row if isinstance(row, str) else (row or {}).get("name_zh", other)
            found.append(shown if characters.key(str(shown)) == other else other)
    return tuple(dict.fromkeys(found))


def is_slip(one: str, other: str) -> bool:
    """One character changed, left out, doubled, or two swapped, and no word that tells two things apart."""
    if len(one) == len(other):
        odd = [i for i in range(len(one)) if one[i] != other[i]]
        if (
            len(odd) == 2
            and odd[1] == odd[0] + 1
            and one[odd[0]] == other[odd[1]]
            and one[odd[1]] == other[odd[0]]
        ):
            return True
        if len(odd) != 1:
            return False
        pair = one[odd[0]], other[odd[0]]
        return not any(all(map(words.search, pair)) for words in (_TELLING, _MEASURE))
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    for i in range(len(longer)):
        if longer[:i] + longer[i + 1 :] == shorter:
            return (
                not _TELLING.search(longer[i])
                or longer[i] in longer[max(i - 1, 0) : i] + longer[i + 1 : i + 2]
            )
    return False

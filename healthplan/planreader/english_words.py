"""The words of an English sentence: its dates, numbers, names, and what leads to a number.

All of them are rules of ``rules/english.yaml``; ``part`` says which of the functions here uses a rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from healthplan.language import dates, units
from healthplan.planreader.rules import Rule, rules

_SIGNS = str.maketrans("–—‐‑−’‘“”\xa0", "-----''\"\" ")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_STOOD = re.compile(r"\b(?:from|baseline)\b[^;@]{0,50}$")
_BASES = {"100": "%", "1000": "‰", "10000": "1/万", "100000": "1/10万"}
_SIZES = {"100": "百", "1000": "千", "10000": "万", "100000": "10万"}


@cache
def part(name: str) -> tuple[Rule, ...]:
    """The rules of one part."""
    return tuple(rule for rule in rules("english") if rule.fields["part"] == name)


def pattern(name: str) -> re.Pattern[str]:
    """The pattern of a part with one rule."""
    return part(name)[0].pattern


def says(name: str, text: str) -> bool:
    """Whether any rule of a part stands in the text."""
    return any(rule.pattern.search(text) for rule in part(name))


def opening(name: str, text: str) -> tuple[Rule, re.Match[str]] | None:
    """The rule of a part that the text begins with."""
    return next(((rule, m) for rule in part(name) if (m := rule.pattern.match(text))), None)


def last(name: str, text: str) -> tuple[Rule, re.Match[str]] | None:
    """The match of a part's rules that ends last, the earlier rule's where two end together."""
    hits = ((rule, m) for rule in part(name) for m in rule.pattern.finditer(text))
    return max(hits, key=lambda hit: hit[1].end(), default=None)


def plainly(text: str) -> str:
    """The text with one sign for each meaning, as long as it was."""
    return text.translate(_SIGNS)


@dataclass(frozen=True)
class Text:
    """A sentence: `shown` as printed with dates as @; `hidden` in lower case, numbers that are no quantity as #; its due
    dates by place; whether it says that something is wanted, or how things are and were."""

    shown: str
    hidden: str
    dues: tuple[tuple[int, int, str], ...]
    wanted: bool
    told: bool

    @property
    def numbers(self) -> list[re.Match[str]]:
        """Every number that may be a quantity."""
        return list(pattern("number").finditer(self.hidden))


def prepare(sentence: str) -> Text:
    """Find the dates of a sentence and hide what is no quantity."""
    plain = plainly(sentence)
    low = plain.lower()
    found: list[tuple[int, int, str, str]] = []
    for rule in part("date"):
        for m in rule.pattern.finditer(low):
            low = low[: m.start()] + "@" * len(m.group()) + low[m.end() :]
            said = {"m": "", "d": "", "end": "", **m.groupdict("")}
            month = _MONTHS.index(said["m"]) // 3 + 1 if said["m"] else 12 * bool(said["end"])
            due = dates.of_parts(int(said["y"]), month, int(said["d"] or 0))
            kind = str(rule.fields["kind"])
            if kind == "in" and _STOOD.search(low[: m.start()]):  # down from 18.3 in 2021
                kind = "base"
            found.append((*m.span(), kind, due))
    wanted = says("goal", low)
    goals = [due for due in found if due[2] == "goal"]
    goals = goals or [due for due in found if due[2] == "in" and wanted]
    past = not goals and any(due[2] == "in" for due in found)
    told = past or says("fact", low)
    shown = "".join("@" if h == "@" else s for s, h in zip(plain, low, strict=True))
    for rule in part("mask"):
        low = rule.pattern.sub(lambda m: _masked(m.group()), low)
    dues = tuple(sorted((start, end, due) for start, end, _, due in goals))
    return Text(shown, low, dues, wanted or bool(goals), told)


def _masked(text: str) -> str:
    hide = rf"\d|\b(?:{pattern('word').pattern})\b"
    return re.sub(hide, lambda m: "#" * len(m.group()), text)


def _number(word: str) -> float:
    values = part("number")[0].fields["values"]
    digits = re.sub("[, ]", "", word)
    if digits[0].isdigit():
        return float(digits)
    return float(sum(values[piece] for piece in ([word] if word in values else word.split("-"))))


def value(m: re.Match[str]) -> tuple[float, str]:
    """Value and unit of a number as printed."""
    if m["half"]:
        return 50.0, "%"
    if m["part"] or m["whole"]:
        over = _number(m["part"] or m["whole"])
        return round(100 * _number(m["n"] or m["of"]) / over if over else 0, 2), "%"
    number = _number(m["value"]) * (_number(m["scale"]) if m["scale"] else 1)
    word = (m["unit"] or "").strip(" -")
    if m["base"]:
        return number, _per(m["size"].replace(",", "").replace("thousand", "1000"), m["things"])
    if "point" in word:
        return number, units.POINTS
    found = units.parse("%" if word.startswith(("p", "%")) else word) if word else None
    return number, found.unit if found else ""


def _per(size: str, things: str) -> str:
    """Nurses per 1,000 are 人/千人, beds 张/千人, deaths ‰."""
    counted = counted_in(things)
    return f"{counted}/{_SIZES[size]}人" if counted else _BASES[size]


def counted_in(things: str) -> str:
    """The unit of people or beds; none for other things."""
    return "张" if re.search(r"\bbeds?\b", things) else "人" if says("people", things) else ""


def tidy(text: str) -> str:
    """A name without articles, words for a share and what belongs to its verb."""
    before, text = "", text.replace("@", " ").strip()
    while before != text:
        before = text
        for rule in part("trim"):
            text = rule.pattern.sub("", text, count=1)
    text = text + ")" if text.count("(") > text.count(")") else text
    return re.sub(r"\s+", " ", text)


@dataclass(frozen=True)
class Lead:
    """What leads to a number: by what word, on which side, with which aim, and the name it is said of."""

    kind: str = ""
    sign: str = ""
    aim: str = ""
    name: str = ""
    strong: bool = False
    fact: bool = False
    at: int = 0


def lead(text: Text, start: int, end: int, stood: int | None = None) -> Lead:
    """The lead of the number at `end`, of the words from `start` on; `stood`: where a "from so much" begins."""
    words, sign, kind, verb = text.hidden[start:end], "", "", ""
    if said := last("comparator", words):
        sign, words = str(said[0].gives) or "~", words[: said[1].start()]
    if led := last("lead", words.rstrip()):
        kind, verb, words = str(led[0].gives), led[1].group(), words[: led[1].start()]
    at = start + len(words)
    aim = max(_aims(words), key=lambda hit: hit[1].end(), default=None)
    before = words if aim is None else words[: aim[1].start()]
    shown = text.shown[start : min(at, stood or at)]
    name = tidy(shown[aim[1].end() :].split("(Base")[0]) if aim else ""
    if not re.search("[A-Za-z]", name):
        pieces = re.split(r"[,;:]\s|@+|\bthat\b(?= the\b)", tidy(shown[: len(before)]))
        name = tidy(pieces[-1])
    was = next(rule for rule in part("fact") if rule.name == "en_fact_verb").pattern
    fact = aim is not None and bool(was.search(re.split("[,;:]", before)[-1]))
    if kind == "do":
        name = f"{verb.split()[0]} "
    if kind in {"is", "share"}:  # a reduction in deaths is 5 %: the word belongs to the name
        aim = None
    firm = aim is not None and not aim[0].fields.get("weak")
    strong = firm or kind in {"do", "there", "target"}
    return Lead(kind, sign, str(aim[0].gives) if aim else "", name, strong, fact, at)


def _aims(words: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    """The words for more and less, but not those of a clause (residents who reduce)."""
    for rule in part("aim"):
        for m in rule.pattern.finditer(words):
            if not re.search(r"\b(?:who|that|which)\W+(?:\w+ )?$", words[: m.start()]):
                yield rule, m

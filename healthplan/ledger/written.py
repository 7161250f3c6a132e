"""What a returned cell says: a number in the task's unit, a day, a stage, or which question it raises. Never guessed."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from healthplan.errors import shortened
from healthplan.language import characters, dates, units, vocabulary
from healthplan.ledger import quarters, store
from healthplan.messages import LANGUAGES, default_language, text

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+"
_ABOUT = r"约为?|大约|大概|接近|将近|近|超过|超|逾|至少|不少于|≥|>=?|about|approx\.?|nearly|over|at least"
_FIGURE = re.compile(rf"(?:(?P<about>{_ABOUT})\s*)?(?P<number>{_NUMBER})\s*(?P<tail>\D.*)?", re.IGNORECASE)
_MORE = re.compile(r"[余多](?=[^余多]*$)|左右|上下|以上|\+$")
_BRACKET = re.compile(r"[(（].*?[)）]")
ROUND = 9  # digits below which two figures are one: 0.1 + 0.2 is 0.3
MOST = 1e15  # no office counts so far; from here on a number is not kept exactly
_PRIVATE = re.compile(
    r"(?<![\d.])(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|\d{17}[\dXx])(?!\d)"
)  # a mobile telephone, an identity card
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
_PERSON = re.compile(
    rf"(?<![\u4e00-\u9fff])[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}(?:科长|主任|院长|局长|书记|同志|医生|护士长|老师)"
)
_MARKS = frozenset(map(characters.key, ("同上", "没有", "?", "？", "○", "√", "、")))
_STAGE_WORDS = {"开工": "在建", "施工": "在建", "建设中": "在建", "竣工": "完工", "已验收": "验收", "未开工": "未启动"}


class Doubt(NamedTuple):
    """``code`` names its sentence (``ledger_sheets.ask_<code>``); where it ``refuses`` the cell does not count."""

    code: str
    refuses: bool = True
    fields: Mapping[str, object] = MappingProxyType({})

    def sentence(self, lang: str | None = None) -> str:
        """The question or the remark, in words."""
        told = {k: shortened(v) if k in ("written", "value", "day") else v for k, v in self.fields.items()}
        return text(f"ledger_sheets.ask_{self.code}", lang, **told)


class Number(NamedTuple):
    """A number in the wanted unit; ``approx``: written as about; ``whole``: its unit counts single things."""

    value: float | None
    approx: bool = False
    doubts: tuple[Doubt, ...] = ()


def without_persons(words: str) -> tuple[str, tuple[Doubt, ...]]:
    """Words without numbers of telephones and identity cards, which the ledger does not keep; what looks like a person's
    name is remarked on."""
    clean = _PRIVATE.sub(text("ledger_sheets.hidden"), words)
    found = (Doubt("private", False),) * (clean != words)
    if name := _PERSON.search(clean):
        found += (Doubt("person", False, {"name": name[0]}),)
    return clean, found


def bare(unit: str) -> str:
    """A unit without the remark in brackets behind it: % of %（完成率）."""
    return _BRACKET.sub("", unit).strip()


def scale(unit: str) -> float:
    """By what numerator / denominator is multiplied to stand in a unit: 100 of %, 1000 of ‰, 1 of 天."""
    found = units.parse(bare(unit))
    return units.tidy(1 / found.factor) if found and found.kind == "rate" and found.unit != units.POINTS else 1.0


def plain(number: float) -> str:
    """A number as a person writes it."""
    return str(int(number)) if 1e12 <= abs(number) < MOST else f"{number:.12g}"


def entry_words(row: Mapping[str, Any]) -> str:
    """What an entry holds, as a cell shows it: 90/100, a number, else its words."""
    if pd.notna(row["denominator"]):
        return f"{plain(row['numerator'])}/{plain(row['denominator'])}"
    return plain(row["value"]) if pd.notna(row["value"]) else str(row["text"])


def number(written: str, unit: str) -> Number:
    """What a cell for a number in ``unit`` says."""
    spelled = characters.half_width(written)
    folded = characters.key(written)
    if folded in vocabulary.missing() or folded in _MARKS or not any(c.isalnum() for c in folded):
        return Number(None, doubts=(Doubt("mark", True, {"written": written}),))
    match = _FIGURE.fullmatch(spelled)
    if not match:
        return Number(None, doubts=(Doubt("text", True, {"written": written}),))
    tail, more = _MORE.subn("", match["tail"] or "")
    by = _factor(tail.strip(), unit)
    if by is None:
        return Number(None, doubts=(_strange(written, tail.strip(), unit),))
    value = units.tidy(float(match["number"].replace(",", "")) * by)
    if abs(value) >= MOST:
        return Number(None, doubts=(Doubt("text", True, {"written": written}),))
    approx = bool(match["about"] or more)
    said = [Doubt("about", False, {"written": written})] if approx else []
    if by != 1:
        said.append(Doubt("converted", False, {"written": written, "value": plain(value), "unit": bare(unit)}))
    return Number(value, approx, tuple(said))


def _strange(written: str, tail: str, unit: str) -> Doubt:
    """Why what stands behind a number does not lead to the unit."""
    found = units.parse(tail)
    if found is None:
        return Doubt("text", True, {"written": written})
    code = "percent" if found.family == "ratio" else "unit"
    return Doubt(code, True, {"written": written, "unit": bare(unit) or "?"})


def _factor(tail: str, unit: str) -> float | None:
    """What turns a number with ``tail`` behind it into the unit; None where nothing does."""
    wanted = bare(unit)
    if not tail or characters.key(tail) in (characters.key(wanted), characters.key(unit)):
        return 1.0
    given, asked = units.parse(tail), units.parse(wanted)
    if given and asked:
        if units.counts_things(given) and units.counts_things(asked):
            return 1.0 if units.counts_visits(given) == units.counts_visits(asked) else None
        by = units.factor(given, asked)
        if by is not None or given.family != "number":
            return by
    for multiple in sorted(units.MULTIPLES, key=len, reverse=True):
        if multiple and tail.startswith(multiple) and characters.key(tail.removeprefix(multiple)) in (
            "", characters.key(wanted),
        ):  # fmt: skip
            return units.MULTIPLES[multiple]
    return None


def day(written: str, quarter: str) -> str:
    """A day as YYYY-MM-DD (the last one that a month or a day without a year can mean within the quarter's year); empty
    where it is none."""
    spelled = characters.half_width(written)
    if re.fullmatch(r"\d{1,2}月\d{1,2}[日号]?|\d{1,2}月[底末]?", spelled):
        spelled = f"{quarters.year_of(quarter)}年{spelled}"
    found = dates.deadline(spelled)
    return quarters.day(found).isoformat() if found else ""


def stage(task: dict, written: str) -> str:
    """The stage of the task's list (or 停滞, 取消) that is meant, as the ledger keeps it; empty for none."""
    offered = [*store.stages_of(task), *store.HALTED]
    said = characters.key(written)
    names = {characters.key(name): one for one in offered for name in (one, *(stage_name(one, g) for g in LANGUAGES))}
    found = names.get(said) or names.get(said.removeprefix("已")) or _STAGE_WORDS.get(said.removeprefix("已"), "")
    return found if found in offered else ""


@cache
def stage_words() -> dict[str, dict[str, str]]:
    """Every stage by its word in the tables, told in both languages."""
    rows = vocabulary.rows("stages", Path(__file__).parent)
    pairs = [zip(row["stages_zh"].split(";"), row["stages_en"].split(";"), strict=True) for row in rows]
    told = {zh: {"zh": zh, "en": en} for one in pairs for zh, en in one}
    return told | {one: {g: text(f"ledger.halted_{n}", g) for g in LANGUAGES} for n, one in enumerate(store.HALTED)}


def stage_name(stage: str, lang: str | None = None) -> str:
    """A stage in words; one of a list that only the plan knows as the plan has it."""
    return stage_words().get(stage, {}).get(lang or default_language(), stage)


def not_of(written: str, quarter: str, on: date | None, *, before: bool = False) -> Doubt | None:
    """Whether a cut-off (YYYY-MM-DD) lies in another quarter (``before``: in a later one), or on a day that had not come
    when the sheet was taken."""
    then = date.fromisoformat(written)
    if then > quarters.last_day(quarter) or (then < quarters.first_day(quarter) and not before):
        return Doubt("other_quarter", True, {"day": written, "quarter": quarter})
    if on and then > on:
        return Doubt("future", True, {"day": written, "on": on.isoformat()})
    return None

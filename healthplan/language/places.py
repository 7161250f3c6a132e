"""Where something stands in a plan (四/1; 正文二(四)3;附件16), in the reader's words."""

import re
from itertools import groupby

from healthplan.language.numbers import chinese
from healthplan.messages import text

HEADS = ("text", "annex_table", "annex", "indicators", "tasks")  # what a plan consists of, by its Chinese word
_NUMERAL = re.compile("[一二三四五六七八九十]+")
_KINDS = {
    "part": re.compile(r"[一二三四五六七八九十]+(?:[(（]?[一二三四五六七八九十\d]+[)）]?)*"),
    "item": re.compile(r"\d+(?:\(\d+\))?"),
}
_RINGED = re.compile("[①-⑳]")
_ADJUSTED = re.compile(r"（(\d{4})年调整）$")


def place(cell: str, lang: str) -> str:
    """The places of a goal or a deliverable (``;`` between them). English turns the patterns of Chinese documents into words;
    what is left in Chinese is a heading of the plan and stands in quotation marks, as the title that it is."""
    return cell.replace(";", "、") if lang == "zh" else "; ".join(_english(one) for one in cell.split(";") if one)


def _english(one: str) -> str:
    say = lambda key, **fields: text(f"scorecard.place_{key}", "en", **fields)  # noqa: E731
    adjusted = _ADJUSTED.search(one)
    bare = _RINGED.sub(lambda ring: f"({ord(ring[0]) - 0x245F})", _ADJUSTED.sub("", one))
    steps = []
    for name in HEADS:
        if bare.startswith(head := text(f"scorecard.place_{name}", "zh")):
            bare = bare.removeprefix(head)
            numbered = bool(_KINDS["item"].fullmatch(bare))  # annex 16, not item 16 of the annex
            steps, bare = [f"{say(name)} {bare}" if numbered else say(name)], "" if numbered else bare
            break
    for kind, found in groupby(filter(None, re.split("[/·、]", bare)), _kind):
        if kind == "title":
            title = "/".join(found)
            steps.append(f"“{title}”" if re.search("[\u3400-\u9fff]", title) else title)
        else:
            arabic = (_NUMERAL.sub(lambda part: f"{chinese(part[0]):.0f}", step) for step in found)
            steps += [say(kind, number=step) for step in arabic]
    return ", ".join(steps) + (say("adjusted", year=adjusted[1]) if adjusted else "")


def _kind(step: str) -> str:
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(step)), "title")

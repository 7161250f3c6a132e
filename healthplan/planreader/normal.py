"""One spelling of signs, so that a rule is written once.

Plans mix full-width and half-width digits, three kinds of slash and five kinds of dash.
`normal` maps each of these signs to one, character by character: the result has exactly the
length of the input, so a place found in it is a place in the original words.
"""

from __future__ import annotations

import re

_FULL = "０１２３４５６７８９％／．＋＜＞＝＊＆（）［］＂＇：；，！？｜～－"
_HALF = "0123456789%/.+<>=*&（）[]\"'：；，！？|~-"
_SIGNS = {
    "﹪": "%",
    "٪": "%",
    "∕": "/",
    "⁄": "/",
    "≧": "≥",
    "⩾": "≥",
    "≦": "≤",
    "⩽": "≤",
    "﹥": ">",
    "﹤": "<",
    "〈": "<",
    "〉": ">",
    "—": "-",
    "–": "-",
    "―": "-",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "−": "-",
    "─": "-",
    "━": "-",
    "〜": "~",
    "∼": "~",
    "∶": "：",
    ":": "：",
    "(": "（",
    ")": "）",
    ",": "，",
    ";": "；",
    "﹐": "，",
    "﹔": "；",
    "〔": "〔",
    "﹝": "〔",
    "﹞": "〕",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "〇": "零",
    "○": "零",
}
_TABLE = {ord(a): b for a, b in zip(_FULL, _HALF, strict=True)} | {
    ord(a): b for a, b in _SIGNS.items()
}
_TABLE |= {ord("Ａ") + i: chr(ord("A") + i) for i in range(26)}
_TABLE |= {ord("ａ") + i: chr(ord("a") + i) for i in range(26)}

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_EDITOR_MARK = re.compile(r"\[(?:bookmark|image|comment|toc)[^\]]{0,60}\]", re.IGNORECASE)
_SPACE_BY_CHINESE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_ENDLESS = re.compile(r"\d{25,}|[零一二两三四五六七八九十百千万亿]{25,}")
_SPACE_IN_NUMBER = re.compile(r"(?<=[\d.])\s+(?=[%‰/.\d])")


def normal(text: str) -> str:
    """The same text with one sign for each meaning; length and places unchanged.

    Commas inside digit groups (`1,200`) stay commas.
    """
    out = _ENDLESS.sub(lambda match: "#" * len(match.group()), text.translate(_TABLE))
    return re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", out)


def clean(text: str) -> str:
    """A paragraph without layout: no inner line ends, no blanks between Chinese signs.

    A word processor's marks (`[bookmark: ...]`, `[image: ...]`) and invisible signs go too.
    """
    out = _EDITOR_MARK.sub("", _INVISIBLE.sub("", text))
    out = _SPACE_BY_CHINESE.sub("", out.strip())
    return _SPACE_IN_NUMBER.sub("", re.sub(r"\s+", " ", out))

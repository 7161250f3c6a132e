"""Goals: what a target cell says, as a comparator and a number, and deadlines and directions in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from healthplan.intake import values
from healthplan.intake.book import Cell
from healthplan.intake.values import Reading
from healthplan.language import characters, vocabulary

_HAN_MONTH = {
    "年底": "12",
    "年末": "12",
    "年终": "12",
    "底": "12",
    "末": "12",
    "年内": "",
    "前": "",
    "": "",
}


@dataclass(frozen=True)
class Goal:
    """A comparator (empty where the cell gives only a number) and the reading of the number."""

    comparator: str
    reading: Reading


@cache
def _forms() -> list[tuple[str, str, str]]:
    """Every way to say a comparator: (words before the number, words behind it, comparator), longest first."""
    forms: list[tuple[str, str, str]] = []
    for row in vocabulary.rows("comparators"):
        for word in filter(None, row["before"].split(";")):
            before, _, after = characters.half_width(word).partition("…")
            forms.append((before, after, row["comparator"]))
        for word in filter(None, row["after"].split(";")):
            forms.append(("", word, row["comparator"]))
    return sorted(forms, key=lambda form: -len(form[0] + form[1]))


def read(cell: Cell) -> Goal:
    """What a target cell says; anything but one comparator and one number is a fault."""
    if (
        cell.number is not None
        or cell.when is not None
        or cell.error
        or cell.formula
        or cell.flag is not None
    ):
        return Goal("", values.read(cell))
    plain = values.read_text(cell.text)
    if not plain.problem:
        return Goal("", plain)
    spelled = re.sub(r"\s+", "", characters.half_width(cell.text))
    for before, after, comparator in _forms():
        if (
            spelled.casefold().startswith(before)
            and spelled.casefold().endswith(after)
            and len(spelled) > len(before + after)
        ):
            inner = spelled[len(before) : len(spelled) - len(after) or None]
            reading = values.read_text(inner)
            if not reading.problem and not reading.missing and inner[:1] not in "-":
                return Goal(comparator, reading)
            if comparator in (">=", "<=") and before:
                for word in ("以上", "以内", "以下", "左右"):
                    if inner.endswith(word) and word != "左右":
                        again = values.read_text(inner[: -len(word)])
                        if not again.problem and not again.missing:
                            return Goal(comparator, again)
    return Goal(
        "", replace(plain, problem="GOAL-TEXT" if plain.problem == "CELL-NUMBER" else plain.problem)
    )


def comparator(written: str) -> str:
    """The comparator that a word or sign of a comparator column means; empty when none."""
    folded = characters.half_width(written).replace(" ", "")
    for before, after, sign in _forms():
        if folded in (before, after, before + after, sign) and folded:
            return sign
    return ""


@cache
def _directions() -> dict[str, str]:
    return {
        characters.key(w): row["direction"]
        for row in vocabulary.rows("directions")
        for w in row["words"].split(";")
    }


def direction(written: str) -> str:
    """increase, decrease or two-sided; empty for no word, ``?`` for one that is not known."""
    folded = characters.key(written)
    return "" if not folded else _directions().get(folded, "?")


def deadline(cell: Cell) -> str:
    """A deadline as YYYY, YYYY-MM or YYYY-MM-DD; empty when it cannot be read."""
    if cell.when is not None:
        return cell.when.isoformat()
    spelled = re.sub(r"\s+", "", characters.half_width(cell.text)).removesuffix(".0")
    spelled = re.sub(r"(?:之?前|以前|内|完成|止)$", "", spelled)
    if match := re.fullmatch(r"(\d{4})年?(?:度|年底|年末|底|末)?", spelled):
        return match.group(1)
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})(?:月(?:底|末|份)?)?", spelled):
        year, month = match.groups()
        return f"{year}-{int(month):02d}" if 1 <= int(month) <= 12 else ""
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", spelled):
        year, month, day = (int(x) for x in match.groups())
        return f"{year}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
    return ""

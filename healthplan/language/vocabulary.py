"""The words people use for columns, missing values, marks and units: kept as csv beside this file. Someone who knows
the yearbooks, not the code, adds a spelling there."""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from healthplan.language.characters import key

FOLDER = Path(__file__).parent / "words"


def rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """The rows of one word list."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def alternatives() -> dict[str, str]:
    """Words that say one thing (areas: 全国, 全省…), as a pattern of any of them."""
    return {row["name"]: "|".join(row["words"].split(";")) for row in rows("alternatives")}


@cache
def headers() -> dict[str, str]:
    """Spelling (folded) of a header to the column it names."""
    return {key(word): row["column"] for row in rows("headers") for word in row["spelling"].split(";")}


@cache
def column_words() -> dict[str, str]:
    """Column to the Chinese word by which messages call it."""
    return {row["column"]: row["spelling"].split(";")[0] for row in rows("headers")}


@cache
def missing() -> frozenset[str]:
    """Marks that stand for a value that is not there (folded)."""
    return frozenset(key(row["mark"]) for row in rows("missing"))


@cache
def marks() -> dict[str, str]:
    """Status word to what it means: preliminary, estimated, break, revised, final, forecast, target."""
    return {row["word"].casefold(): row["meaning"] for row in rows("marks")}


@cache
def traditional() -> dict[int, str]:
    """Traditional characters to the simplified ones, for ``str.translate``.

    Those of the first level of Big5, each with its first simplified sign, after the conversion table of OpenCC."""
    return {ord(row["traditional"]): row["simplified"] for row in rows("traditional")}


@lru_cache(4096)
def simplified(text: str) -> str:
    """A text with traditional characters made simplified ones; length and places unchanged."""
    return text.translate(traditional()).replace("计画", "计划")  # 計畫 is 計劃


@cache
def pairs(relation: str) -> list[dict[str, str]]:
    """Pairs of indicators in one relation (part_of, adds_to, event_of), from pairs.csv."""
    return [row for row in rows("pairs") if row["relation"] == relation]


@cache
def coverage() -> re.Pattern[str]:
    """Names of measures whose denominator is those registered to be covered, of whom more may turn up."""
    return re.compile("|".join(row["pattern"] for row in rows("coverage")))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The words of people's tables that say one thing (heads of growth, lines of notes), from patterns.csv."""
    return next(re.compile(row["pattern"]) for row in rows("patterns") if row["name"] == name)


@cache
def may_tell_groups(header: str) -> bool:
    """Whether a column of this name, which is none of ours, may say whose figures stand in a row."""
    named, folded = headers().get(key(header)), header.casefold()
    like = any(re.search(row["pattern"], folded) for row in rows("group_columns"))
    return header != "group" and (named == "group" or (named is None and like))

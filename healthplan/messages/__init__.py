"""One catalogue for every sentence a person reads, in Chinese (default) and English.

The sentences live beside this file in ``<part>.csv`` (columns ``key``, ``zh``, ``en``), so that
someone who knows the language, not the code, can mend them. ``faults.csv`` has its own columns and is
read by :mod:`healthplan.errors`.
"""

import csv
import os
import re
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent
# What steers a terminal, turns the line round or is no character at all; line ends and tabs are none of these.
_STEERS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(words: str) -> str:
    """A text as it may be printed: what would steer the terminal stands there by its number, <U+202E>."""
    return _STEERS.sub(lambda sign: f"<U+{ord(sign.group()):04X}>", words)


def default_language() -> str:
    """The language of messages when none is asked for: HEALTHPLAN_LANG, else ``zh``."""
    wanted = os.environ.get("HEALTHPLAN_LANG", "zh").lower()[:2]
    return wanted if wanted in LANGUAGES else "zh"


@cache
def part(name: str) -> dict[str, dict[str, str]]:
    """All sentences of one part: ``{key: {"zh": ..., "en": ...}}``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def text(key: str, lang: str | None = None, /, **fields: object) -> str:
    """The sentence ``key`` (``<part>.<name>``) in ``lang`` with its fields filled in.

    Raises ``KeyError`` for a key or a language that the catalogue does not have: a missing sentence is a
    programming error and is caught by the tests, never shown as a blank.
    """
    name, _, rest = key.partition(".")
    sentence = part(name)[rest][lang or default_language()]
    return safe(sentence.format(**fields)) if fields else sentence


def both(key: str, /, **fields: object) -> dict[str, str]:
    """The sentence ``key`` in every language, for a field of a fault that is told in the reader's."""
    return {lang: text(key, lang, **fields) for lang in LANGUAGES}


def has(key: str) -> bool:
    """Whether the catalogue has this key."""
    name, _, rest = key.partition(".")
    return (FOLDER / f"{name}.csv").exists() and rest in part(name)

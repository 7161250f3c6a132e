"""One family of errors, one way of saying what is wrong.

A :class:`Fault` names the place (file, sheet, row, column), the value found there, and, through its code,
the sentences in ``messages/faults.csv``: what is wrong, what was expected, how to mend it. Errors carry
faults; a command prints them and leaves with the error's exit code. Nothing else is shown for bad input.
"""

import csv
import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from numbers import Integral
from typing import Any, NoReturn

from healthplan import messages

SEVERITIES = ("error", "warning", "note")
VALUE_LIMIT = 60  # a longer value is shortened: a message must stay readable


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every fault code with its severity and its sentences in both languages."""
    with (messages.FOLDER / "faults.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Fault:
    """One fault at one place. ``row`` counts as a spreadsheet does: the header is row 1."""

    code: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: Any = None
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """``error`` (the file is refused), ``warning`` (it enters, the doubt is kept) or ``note``."""
        return catalogue()[self.code]["severity"]

    @property
    def leaves(self) -> bool:
        """Whether it says that something of a file was not taken."""
        return self.code.startswith("LEFT-") and self.severity != "note"

    def place(self, lang: str | None = None) -> str:
        """File, sheet, row and column in words; parts that do not apply are left out."""
        at = {"sheet": self.sheet, "row": self.row, "column": self.column}
        named = [messages.text(f"errors.{n}", lang, **{n: part}) for n, part in at.items() if part not in (None, "")]
        return messages.text("errors.comma", lang).join([self.file, *named] if self.file else named)

    def part(self, name: str, lang: str | None = None) -> str:
        """One sentence of the catalogue (``problem``, ``expected`` or ``fix``) with its fields filled in."""
        lang = lang or messages.default_language()
        sentence = catalogue()[self.code][f"{name}_{lang}"]
        return sentence.format(**self._fields(lang)) if sentence else ""

    def text(self, lang: str | None = None) -> str:
        """The whole fault in one line: code, place, value, problem, expected, fix."""
        say = lambda name, **f: messages.text(f"errors.{name}", lang, **f)  # noqa: E731
        where = [self.place(lang)] if self.place(lang) else []
        if self.value is not None:
            where.append(say("value", value=shortened(self.value)))
        line = f"[{self.code}] {say('comma').join(where)}".rstrip() + say("colon") + self.part("problem", lang)
        more = {name: self.part(name, lang) for name in ("expected", "fix")}
        return messages.safe(line + "".join(say(name, **{name: words}) for name, words in more.items() if words))

    def as_dict(self, lang: str | None = None) -> dict[str, Any]:
        """The same fault for machines: place, value and sentences as separate fields."""
        value = None if self.value is None else shortened(self.value)
        sentences = {name: self.part(name, lang) for name in ("problem", "expected", "fix")}
        return {"code": self.code, "severity": self.severity, **self._at(), "value": value, **sentences}

    def _at(self) -> dict[str, Any]:
        return {"file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column}

    def _fields(self, lang: str) -> dict[str, Any]:
        """A field that is a mapping of languages (``messages.both``) is told in this one."""
        value = "" if self.value is None else shortened(self.value)
        told = {k: v[lang] if isinstance(v, Mapping) else v for k, v in self.fields.items()}
        return {**self._at(), "value": value, **told}


def shortened(value: Any) -> str:
    """A value as it may stand in a message: one line, at most ``VALUE_LIMIT`` characters."""
    line = " ".join(str(value).split())
    return line if len(line) <= VALUE_LIMIT else line[: VALUE_LIMIT - 1] + "…"


class HealthplanError(Exception):
    """Base of every error that healthplan raises on purpose. ``exit_code`` is what a command leaves with."""

    exit_code = 1

    def __init__(self, *faults: Fault) -> None:
        self.faults = tuple(faults)
        super().__init__(*faults)

    def text(self, lang: str | None = None) -> str:
        """All faults, a line each."""
        return "\n".join(fault.text(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.text()

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: a notebook says what the command line says."""
        return self.text().splitlines()


class InputError(HealthplanError):
    """A file or a value in it is wrong (exit 1)."""


class UsageError(HealthplanError):
    """A name, an option or a parameter of the call is wrong (exit 2)."""

    exit_code = 2


def of_type(column: str, value: Any, kinds: type | tuple[type, ...], example: str) -> None:
    """Raise :class:`UsageError` unless the parameter ``column`` of a call was given one of these types."""
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if isinstance(value, wanted) and not (isinstance(value, bool) and bool not in wanted):
        return
    fields = {"column": column, "kind": type(value).__name__, "example": example}
    fields["expected"] = " | ".join(kind.__name__ for kind in wanted)
    raise UsageError(Fault("PARAM-TYPE", value=value, fields=fields))


def whole(column: str, value: Any, low: int, high: int, *, zero: bool = False) -> None:
    """Raise :class:`UsageError` unless the parameter ``column`` of a call was given a whole number from low to high;
    ``zero``: or 0."""
    known = isinstance(value, Integral) and not isinstance(value, bool)
    if not known or not (low <= value <= high or (zero and value == 0)):
        wrong_value(column, value, ("0 | " if zero else "") + f"{low}-{high}")


def one_of(column: str, value: Any, allowed: Iterable[str]) -> None:
    """Raise :class:`UsageError` unless the parameter ``column`` of a call was given one of these words."""
    words = tuple(allowed)
    if isinstance(value, str) and value in words:
        return
    near = get_close_matches(value, words, 1) if isinstance(value, str) else []
    if not near:
        wrong_value(column, value, " | ".join(words))
    fields = {"column": column, "expected": " | ".join(words), "near": near[0]}
    raise UsageError(Fault("PARAM-NEAR", value=value, fields=fields))


def nearest_first(value: str, words: Iterable[str]) -> list[str]:
    """The words, those that are spelt most like ``value`` in front."""
    known = list(words)
    return list(dict.fromkeys([*get_close_matches(value, known, 3), *known]))


def wrong_value(column: str, value: Any, expected: str | Mapping[str, str], reason: object = "") -> NoReturn:
    """Raise :class:`UsageError` for the value that the parameter ``column`` of a call was given."""
    fields = {"column": column, "expected": expected, "reason": reason or shortened(value)}
    raise UsageError(Fault("PARAM-VALUE", value=value, fields=fields))


def refuse(faults: Iterable[Fault]) -> None:
    """Raise :class:`InputError` with all faults if any of them is an error; else do nothing."""
    found = tuple(faults)
    if any(fault.severity == "error" for fault in found):
        raise InputError(*found)


def system_words(error: OSError, lang: str | None = None) -> str:
    """What the operating system refused, in the reader's language where we have words for it."""
    key = f"errors.{errno.errorcode.get(error.errno or 0, '-')}"
    return messages.text(key, lang) if messages.has(key) else error.strerror or type(error).__name__

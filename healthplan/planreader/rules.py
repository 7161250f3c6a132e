"""The knowledge of the readers: rules in `rules/*.yaml`, each with its own examples, and `words.yaml`, lists of words.

A domain person adds a rule or a word there, not here. `docs/planreader.md` says how; the test
`tests/test_planreader_rules.py` reads every example of every rule.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from healthplan.language import comparators, vocabulary

FOLDER = Path(__file__).parent / "rules"
"""One file for each kind of rule; the file's name is the kind."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule: its pattern on normalised text, what it gives, and whatever else its file says: what it is for (``what``),
    what its examples give (``takes``) and its counterexamples (``leaves``)."""

    name: str
    pattern: re.Pattern[str]
    gives: Any
    fields: Mapping[str, Any]


@cache
def rules(kind: str) -> tuple[Rule, ...]:
    """The rules of one file in its order; in a pattern ``<direct>`` is any floor or ceiling word, ``<areas>`` and its
    like one of ``language/words/alternatives.csv``.

    Raises ValueError that names a rule with a fault."""
    found = []
    for item in yaml.safe_load((FOLDER / f"{kind}.yaml").read_text(encoding="utf-8")) or []:
        try:
            found.append(Rule(item["rule"], re.compile(_spelled(item["pattern"])), item.get("gives"), item))
        except (KeyError, re.error) as error:
            raise ValueError(f"{kind}.yaml, rule {item.get('rule')!r}: {error!r}") from error
    return tuple(found)


def _spelled(pattern: str) -> str:
    """A pattern with its words written out."""
    said = {"direct": comparators.direct()} | vocabulary.alternatives()
    for name, spelled in reversed(said.items()):
        pattern = re.sub(rf"(?<!\?P)<{name}>", spelled.replace("\\", r"\\"), pattern)
    return pattern


@cache
def words(name: str) -> re.Pattern[str]:
    """A list of ``words.yaml``; ``<other>`` in it is another of its lists."""
    return re.compile(_written(name))


def _written(name: str) -> str:
    return re.sub(r"(?<!\?P)<([a-z_]+)>", lambda m: _written(m[1]), _lists()[name])


@cache
def _lists() -> dict[str, str]:
    kept = {row["at"]: row["words"].split(";") for row in vocabulary.rows("kept")}
    ends = {"head_kept": "|".join(kept["head"]), "end_kept": "".join(f"(?<!{word})" for word in kept["end"])}
    raw = yaml.safe_load((FOLDER.parent / "words.yaml").read_text(encoding="utf-8"))
    return vocabulary.alternatives() | ends | raw


@cache
def weights(name: str) -> dict[str, tuple[float, str]]:
    """What a feature adds to the confidence, and the reason for doubt that it gives, of one csv file."""
    rows = vocabulary.rows(name, FOLDER.parent)
    return {row["feature"]: (float(row["weight"]), row["reason"]) for row in rows}


def first(kind: str, text: str) -> Rule | None:
    """The first rule of a kind whose pattern is found in the text."""
    return next((rule for rule in rules(kind) if rule.pattern.search(text)), None)


def matches(kind: str, text: str, *span: int) -> Iterator[tuple[Rule, re.Match[str]]]:
    """Every place of a text (of its part from a place to another) where a rule of a kind fits, rule by rule."""
    return ((rule, match) for rule in rules(kind) for match in rule.pattern.finditer(text, *span))


def governing(found: Iterable[tuple[Rule, re.Match[str]]]) -> tuple[Rule, re.Match[str]] | None:
    """The verb of doing that ends last; behind 新增 a verb in the name of what is added (新增签约床位) is none."""
    verbs = sorted(found, key=lambda item: (item[1].end(), -item[1].start()))
    outer = next((verb for verb in reversed(verbs) if verb[0].name not in ("does", "trains")), None)
    if outer is None or outer[0].name != "adds":
        return verbs[-1] if verbs else None
    between = outer[1].string[outer[1].end() : verbs[-1][1].start()]
    return verbs[-1] if re.search("[，；、并和及与或以]", between) else outer


def spans(found: Iterable[tuple[Rule, re.Match[str]]]) -> list[tuple[Rule, re.Match[str]]]:
    """The matches by place; one that overlaps an earlier rule's is left out."""
    taken: list[tuple[Rule, re.Match[str]]] = []
    for rule, match in found:
        start, end = match.span()
        if start < end and all(end <= m.start() or start >= m.end() for _, m in taken):
            taken.append((rule, match))
    return sorted(taken, key=lambda item: item[1].start())

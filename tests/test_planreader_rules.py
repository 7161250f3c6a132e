"""Every rule of the plan reader reads its own examples, and leaves its counterexamples alone.

Guards: a rule whose pattern no longer fires, two rules with one name, a rule without an example.
"""

import pytest
from goals_in_text import kinds, read_text, shorthand

from healthplan.language.characters import normal
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import take_departments
from healthplan.planreader.rules import Rule, first, rules

# Kinds whose examples are read by their own function; all others are read as sentences.
PERIODS = {"single": Period(2024, 2024), "long": Period(2021, 2025)}


def _as_section(text: str) -> str:
    from healthplan.planreader.outline import heading_of

    plain = normal(text)
    title = heading_of(plain)[2]
    rule = first("sections", title or plain)
    return str(rule.gives) if rule else ""


def _as_role(text: str) -> str:
    rule = first("table_heads", normal(text))
    return str(rule.fields["role"]) if rule else ""


def _as_departments(text: str) -> str:
    notes = take_departments(normal(text))[1]
    return ";".join(name for _, names in notes for name in names)


def _as_title(text: str) -> str:
    rule = first("titles", normal(text))
    return str(rule.gives) if rule else ""


READERS = {
    "sections": _as_section,
    "table_heads": _as_role,
    "departments": _as_departments,
    "titles": _as_title,
}


def _read(kind: str, text: str, expected: str) -> str:
    if kind in READERS:
        return READERS[kind](text)
    periods = PERIODS.values()
    found = [shorthand(read_text(text, period)) for period in periods]
    return expected if expected in found else found[0]


def _cases(side: str) -> list:
    return [
        pytest.param(kind, rule, text, expected or "", id=f"{kind}.{rule.name}.{n}")
        for kind in kinds()
        for rule in rules(kind)
        for n, (text, expected) in enumerate((rule.fields.get(side) or {}).items())
    ]


@pytest.mark.parametrize(("kind", "rule", "text", "expected"), _cases("takes"))
def test_a_rule_reads_its_examples(kind: str, rule: Rule, text: str, expected: str) -> None:
    assert _read(kind, text, expected) == expected


@pytest.mark.parametrize(("kind", "rule", "text", "expected"), _cases("leaves"))
def test_a_rule_leaves_its_counterexamples(kind: str, rule: Rule, text: str, expected: str) -> None:
    assert _read(kind, text, expected) == expected


@pytest.mark.parametrize("kind", kinds())
def test_every_rule_has_a_name_of_its_own_and_an_example(kind: str) -> None:
    names = [rule.name for rule in rules(kind)]
    assert len(set(names)) == len(names)
    assert [rule.name for rule in rules(kind) if not rule.fields.get("takes")] == []
    assert [rule.name for rule in rules(kind) if not rule.fields.get("what")] == []


@pytest.mark.parametrize("kind", ["masks", "wholes", "facts"])
def test_a_pattern_fires_in_its_examples(kind: str) -> None:
    """Patterns that see hidden dates (@) are tried on the text as it is prepared."""
    from healthplan.planreader.sentence import prepare

    silent = []
    for rule in rules(kind):
        for text in rule.fields["takes"]:
            plain = normal(text)
            shown = (plain, prepare(plain, PERIODS["long"]).hidden)
            if not any(rule.pattern.search(version) for version in shown):
                silent.append((rule.name, text))
    assert silent == []

"""YAML as people write settings and targets: text, lists and mappings, and nothing that YAML can do besides.

Scalars stay the text that stands there (no octal numbers, no 4:30 as 270, no NO as false); tags, anchors, aliases,
merge keys, second documents and repeated keys are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from healthplan.intake.faults import refusal

SIZE = 200_000
DEPTH = 20
NODES = 50_000
_COLON = re.compile(r"^\s*(?:-\s+)*[^\s:：\"'#\[{][^:：\"'#]*：")
_PREFIX = "tag:yaml.org,2002:"


@dataclass
class Node:
    """One node: ``text`` for a scalar (None for an empty one), ``items`` of a list, ``pairs`` of a mapping."""

    kind: str
    row: int
    text: str | None = None
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[str, Node]] = field(default_factory=list)


def load(text: str, file: str) -> Node:
    """The one document of a YAML text. Raises InputError with row and reason."""
    if len(text) > SIZE:
        raise refusal("FILE-LARGE", file, limit=f"{SIZE // 1000} kB")
    _by_line(text, file)
    try:
        _look_through(text, file)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        row = mark.line + 1 if mark else None
        line = text.split("\n")[mark.line] if mark and mark.line < text.count("\n") + 1 else None
        reason = str(getattr(wrong, "problem", "") or wrong).split("\n")[0]
        raise refusal("YAML-SYNTAX", file, row=row, value=line, reason=reason) from wrong
    if root is None:
        raise refusal("FILE-EMPTY", file)
    return _node(root, file)


def _by_line(text: str, file: str) -> None:
    """Slips that a parser would report somewhere else or not at all."""
    for row, line in enumerate(text.split("\n"), 1):
        if re.match(r"^ *\t", line) and line.strip():
            raise refusal("YAML-TAB", file, row=row, value=line.strip())
        before = line.split("：")[0]
        colon = re.search(r":(?:\s|$)", before.partition("#")[0]) or ": " in before
        short = len(before.strip().lstrip("- ")) <= 12
        if _COLON.match(line) and short and not colon and not re.search(r"[\"']", before):
            raise refusal("YAML-COLON", file, row=row, value=line.strip())


def _look_through(text: str, file: str) -> None:
    """Refuse what is too much or too deep, tags, anchors and a second document."""
    depth = documents = 0
    event: Any
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader), 1):
        row = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if count > NODES:
            raise refusal("FILE-LARGE", file, row=row, limit=f"{NODES}")
        if depth > DEPTH:
            raise refusal("FILE-DEEP", file, row=row, limit=DEPTH)
        if documents > 1:
            raise refusal("YAML-DOCUMENTS", file, row=row, value="---")
        alias = isinstance(event, yaml.AliasEvent)
        if alias or getattr(event, "anchor", None):
            raise refusal("YAML-ALIAS", file, row=row, value=f"{'*' if alias else '&'}{event.anchor}")
        if tag := getattr(event, "tag", None):
            shown = "!!" + tag[len(_PREFIX) :] if tag.startswith(_PREFIX) else tag
            raise refusal("YAML-TAG", file, row=row, value=shown)


def _node(found: Any, file: str) -> Node:
    row = found.start_mark.line + 1
    if isinstance(found, yaml.ScalarNode):
        empty = found.style is None and found.value.strip() in ("", "~", "null", "Null", "NULL")
        return Node("text", row, None if empty else found.value)
    if isinstance(found, yaml.SequenceNode):
        return Node("list", row, items=[_node(one, file) for one in found.value])
    pairs: list[tuple[str, Node]] = []
    for key, value in [(_node(key, file), _node(value, file)) for key, value in found.value]:
        if key.kind != "text" or key.text is None:
            raise refusal("YAML-SYNTAX", file, row=key.row, reason="mapping key")
        if key.text == "<<":
            raise refusal("YAML-ALIAS", file, row=key.row, value="<<")
        for other, earlier in pairs:
            if other == key.text:
                both = f"{earlier.text} / {value.text}"
                place = ("", key.row, key.text)
                raise refusal("YAML-TWICE", file, *place, value=both, first=earlier.row)
        pairs.append((key.text, value))
    return Node("map", row, pairs=pairs)

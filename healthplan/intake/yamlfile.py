"""YAML as people write settings and targets: text, lists and mappings, and nothing that YAML can do besides.

Only the event parser of PyYAML is used. Scalars stay the text that stands there (no octal numbers, no 4:30 as
270, no NO as false); tags, anchors, aliases, merge keys, second documents and repeated keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    import yaml

    if len(text) > SIZE:
        raise refusal("FILE-LARGE", file, limit=f"{SIZE // 1000} kB")
    _by_line(text, file)
    try:
        events = _Events(yaml.parse(text, Loader=yaml.SafeLoader), file)
        return _document(events, file)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        row = mark.line + 1 if mark else None
        line = text.split("\n")[mark.line] if mark and mark.line < text.count("\n") + 1 else None
        reason = str(getattr(wrong, "problem", "") or wrong).split("\n")[0]
        raise refusal("YAML-SYNTAX", file, row=row, value=line, reason=reason) from wrong


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


class _Events:
    """The event stream with a depth and a size limit, tags and anchors refused on the way."""

    def __init__(self, events: Iterator, file: str) -> None:
        self.events, self.file, self.depth, self.count = events, file, 0, 0

    def next(self):
        event = next(self.events)
        name = type(event).__name__
        row = event.start_mark.line + 1
        self.count += 1
        if self.count > NODES:
            raise refusal("FILE-LARGE", self.file, row=row, limit=f"{NODES}")
        if name in ("SequenceStartEvent", "MappingStartEvent"):
            self.depth += 1
            if self.depth > DEPTH:
                raise refusal("FILE-DEEP", self.file, row=row, limit=DEPTH)
        elif name in ("SequenceEndEvent", "MappingEndEvent"):
            self.depth -= 1
        if name == "AliasEvent" or getattr(event, "anchor", None):
            shown = f"{'*' if name == 'AliasEvent' else '&'}{event.anchor}"
            raise refusal("YAML-ALIAS", self.file, row=row, value=shown)
        if tag := getattr(event, "tag", None):
            shown = "!!" + tag[len(_PREFIX) :] if tag.startswith(_PREFIX) else tag
            raise refusal("YAML-TAG", self.file, row=row, value=shown)
        return name, event


def _document(events: _Events, file: str) -> Node:
    name, event = events.next()
    while name in ("StreamStartEvent", "DocumentStartEvent"):
        name, event = events.next()
    if name == "StreamEndEvent":
        raise refusal("FILE-EMPTY", file)
    root = _node(name, event, events, file)
    name, event = events.next()
    while name != "StreamEndEvent":
        if name == "DocumentStartEvent":
            raise refusal("YAML-DOCUMENTS", file, row=event.start_mark.line + 1, value="---")
        name, event = events.next()
    return root


def _node(name: str, event, events: _Events, file: str) -> Node:
    row = event.start_mark.line + 1
    if name == "ScalarEvent":
        empty = event.style is None and event.value.strip() in ("", "~", "null", "Null", "NULL")
        return Node("text", row, None if empty else event.value)
    if name == "SequenceStartEvent":
        return Node("list", row, items=list(_until("SequenceEndEvent", events, file)))
    pairs: list[tuple[str, Node]] = []
    parts = list(_until("MappingEndEvent", events, file))
    for key, value in zip(parts[::2], parts[1::2], strict=True):
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


def _until(end: str, events: _Events, file: str) -> Iterator[Node]:
    name, event = events.next()
    while name != end:
        yield _node(name, event, events, file)
        name, event = events.next()

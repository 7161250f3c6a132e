"""YAML as people write settings and targets: text, lists and mappings, and nothing that YAML can do besides; and parameter
files: names from a closed list, plain values, nothing remote, no secrets.

Scalars stay the text that stands there (no octal numbers, no 4:30 as 270, no NO as false); tags, anchors, aliases,
merge keys, second documents and repeated keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from healthplan import messages
from healthplan.errors import Fault
from healthplan.intake import opening, textfile
from healthplan.intake.faults import fault, refusal
from healthplan.language import characters, names, vocabulary

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


@dataclass
class Document:
    """The one document of a YAML file, its encoding, and what was noticed while reading it."""

    root: Node
    encoding: str
    faults: list[Fault]


def read(path: str | Path, file: str) -> Document:
    """The document of a YAML file. Raises InputError with row and reason."""
    found = opening.local(path)
    data = found.read_bytes()
    if len(data) > SIZE:
        raise refusal("FILE-LARGE", file, limit=f"{SIZE // 1000} kB")
    if (kind := opening.signature(data[:4096])) not in ("text", "xml", "html"):
        raise refusal("FILE-LABEL", file, what=kind, ending=found.suffix)
    text, encoding, noticed = textfile.decode(data, file)
    return Document(_root(text, file), encoding, noticed)


def _root(text: str, file: str) -> Node:
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
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
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
            shown = "!!" + tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else tag
            raise refusal("YAML-TAG", file, row=row, value=shown)


def _node(found: Any, file: str) -> Node:
    row = found.start_mark.line + 1
    if isinstance(found, yaml.ScalarNode):
        if _NO_TEXT.search(found.value):
            raise refusal("YAML-SYNTAX", file, row=row, reason=ascii(found.value)[:60])
        empty = found.style is None and found.value.strip() in ("", "~", "null", "Null", "NULL")
        return Node("text", row, None if empty else found.value)
    if isinstance(found, yaml.SequenceNode):
        return Node("list", row, items=[_node(one, file) for one in found.value])
    pairs: dict[str, Node] = {}
    for key, value in [(_node(key, file), _node(value, file)) for key, value in found.value]:
        if key.kind != "text" or key.text is None:
            raise refusal("YAML-SYNTAX", file, row=key.row, reason="mapping key")
        if key.text == "<<":
            raise refusal("YAML-ALIAS", file, row=key.row, value="<<")
        if earlier := pairs.get(key.text):
            both = f"{earlier.text} / {value.text}"
            raise refusal("YAML-TWICE", file, "", key.row, key.text, value=both, first=earlier.row)
        pairs[key.text] = value
    return Node("map", row, pairs=list(pairs.items()))


_SECRET = re.compile(
    r"pass(?:word|wd)?|secret|token|api_?key|credential|private|密码|口令|密钥|令牌|pwd|(?:^|_)key$|(?:^|_)auth", re.I
)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # written as escapes: "\\0", "\\ud800"
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff{}<>$`;|\\]|__|\.\.[/\\]|!!"
)
TITLE_LIMIT = 120
_ID = "[a-z][a-z0-9_]*"
FIRST_YEAR, LAST_YEAR = 1949, 2100


@cache
def known() -> dict[str, dict[str, str]]:
    """The parameters there are: name to kind, pattern and meaning."""
    return {row["name"]: row for row in vocabulary.rows("parameters")}


def parameters(root: Node, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The parameters as a table (name, value, row; a list gives a row for each of its values) and the faults."""
    if root.kind != "map":
        return parameter_table([]), [fault("FILE-FORMAT", file, row=root.row, reason="YAML", expected="name: value")]
    rows: list[tuple[str, str, int]] = []
    faults: list[Fault] = []
    for name, node in root.pairs:
        found = list(_parameter_faults(name, node, file))
        faults += found
        values = node.items if node.kind == "list" else [node]
        rows += [] if found else [(name, value.text or "", value.row) for value in values]
    return parameter_table(rows), faults


def parameter_table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Parameters (name, value, row) as a table."""
    frame = pd.DataFrame(rows, columns=["name", "value", "row"])
    return frame.astype({"name": "str", "value": "str", "row": "Int64"})


def _parameter_faults(name: str, node: Node, file: str) -> Iterator[Fault]:
    allowed, place = ", ".join(known()), {"row": node.row, "column": name}
    texts = _texts(node)
    remote = [text for text in texts if opening.is_remote(text)]
    shown = node.text if node.kind == "text" else ", ".join(texts[:6]) or node.kind

    def wrong(code: str, **fields: Any) -> Fault:
        return fault(code, file, **{**place, **fields})

    if _SECRET.search(name):
        yield wrong("PARAM-SECRET", expected=allowed)
        return
    yield from (wrong("PARAM-REMOTE", value=text) for text in remote)
    if name not in known():
        near = [k for k in known() if names.is_slip(characters.key(name), characters.key(k))]
        yield wrong("PARAM-UNKNOWN", value=shown, expected=", ".join(near) or allowed)
    elif not remote:
        about = known()[name]
        if reason := _wrong_value(about, node):
            yield wrong(
                "PARAM-VALUE", value=shown, reason=messages.both(f"intake.param_{reason}"), expected=meaning(name)
            )
        for path in texts if about["kind"] == "paths" and not reason else ():
            above = path.startswith(("/", "\\", "~")) or ".." in re.split(r"[/\\]", path)
            if re.search(r"[\x00-\x1f{}<>|*?$`]", path):
                odd = messages.both("intake.param_odd")
                yield wrong("PARAM-VALUE", value=path, reason=odd, expected=meaning(name))
            elif above or re.match(r"[A-Za-z]:", path):
                yield wrong("PARAM-PATH", value=path)


def _texts(node: Node) -> list[str]:
    inner = [t for item in [*node.items, *(n for _, n in node.pairs)] for t in _texts(item)]
    return [node.text, *inner] if node.text else inner


def meaning(name: str) -> dict[str, str]:
    """What a parameter is, in every language."""
    return {lang: known()[name][lang] for lang in messages.LANGUAGES}


def _wrong_value(about: dict[str, str], node: Node) -> str:
    """What is wrong with the value of a parameter, by the name of its words; empty where nothing is."""
    kind, value = about["kind"], node.text
    if kind == "paths":
        listed = node.kind != "map" and all(i.kind == "text" and i.text for i in node.items)
        return "" if listed else "list"
    if kind == "ids":
        listed = node.kind != "map" and all(i.text and re.fullmatch(_ID, i.text) for i in node.items or [node])
        return "" if listed else "ids"
    if node.kind != "text" or value is None:
        return "" if node.kind == "text" else "nested"
    return _wrong_text(kind, about["pattern"], value)


def _wrong_text(kind: str, pattern: str, value: str) -> str:
    if _UNSAFE.search(value):
        return "odd"
    if kind == "year" and not (re.fullmatch(r"\d{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR):
        return "year"
    if kind == "text" and not re.fullmatch(pattern, value):
        return "pattern"
    if kind in ("name", "title") and len(value) > TITLE_LIMIT:
        return "long"
    return "odd" if kind == "name" and re.search(r"[/=()\"']", value) else ""

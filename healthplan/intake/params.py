"""Parameter files: names from a closed list, plain values, nothing remote, no secrets."""

import re
from functools import cache
from typing import Any

import pandas as pd

from healthplan.errors import Fault
from healthplan.intake.faults import fault
from healthplan.intake.opening import is_remote
from healthplan.intake.yamlfile import Node
from healthplan.language import characters, names, vocabulary

_SECRET = re.compile(
    r"pass(?:word|wd)?|secret|token|api_?key|credential|private|密码|口令|密钥|令牌|pwd|(?:^|_)key$|(?:^|_)auth",
    re.I,
)
_UNSAFE = re.compile(r"[\x00-\x1f{}<>$`;|\\]|__|\.\.[/\\]|!!")
TITLE_LIMIT = 120


@cache
def known() -> dict[str, dict[str, str]]:
    """The parameters there are: name to kind, pattern and meaning."""
    return {row["name"]: row for row in vocabulary.rows("parameters")}


def read(root: Node, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The parameters as a table (name, value, row; a list gives a row for each of its values) and the faults."""
    if root.kind != "map":
        told = fault("FILE-FORMAT", file, row=root.row, reason="YAML", expected="name: value")
        return table([]), [told]
    rows: list[tuple[str, str, int]] = []
    faults: list[Fault] = []
    for name, node in root.pairs:
        found = _faults(name, node, file)
        faults += found
        if not found:
            values = node.items if node.kind == "list" else [node]
            rows += [(name, value.text or "", value.row) for value in values]
    return table(rows), faults


def table(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Parameters (name, value, row) as a table."""
    frame = pd.DataFrame(rows, columns=["name", "value", "row"])
    return frame.astype({"name": "str", "value": "str", "row": "Int64"})


def _faults(name: str, node: Node, file: str) -> list[Fault]:
    allowed = ", ".join(known())
    place: dict[str, Any] = {"row": node.row, "column": name}
    if _SECRET.search(name):
        return [fault("PARAM-SECRET", file, expected=allowed, **place)]
    found = [fault("PARAM-REMOTE", file, value=v, **place) for v in _texts(node) if is_remote(v)]
    if name not in known():
        near = [k for k in known() if names.is_slip(characters.key(name), characters.key(k))]
        expected = ", ".join(near) or allowed
        return [
            *found,
            fault("PARAM-UNKNOWN", file, value=_shown(node), expected=expected, **place),
        ]
    if found:
        return found
    about = known()[name]
    if reason := _wrong(about, node):
        place |= {"value": _shown(node), "reason": reason, "expected": about["meaning"]}
        return [fault("PARAM-VALUE", file, **place)]
    paths = _texts(node) if about["kind"] == "paths" else []
    return [told for path in paths for told in _path(path, file, place)]


def _texts(node: Node) -> list[str]:
    inner = [t for item in [*node.items, *(n for _, n in node.pairs)] for t in _texts(item)]
    return [node.text, *inner] if node.text else inner


def _shown(node: Node) -> str | None:
    return node.text if node.kind == "text" else ", ".join(_texts(node)[:6]) or node.kind


def _wrong(about: dict[str, str], node: Node) -> str:
    """What is wrong with the value of a parameter; empty where nothing is."""
    kind, value = about["kind"], node.text
    if kind == "paths":
        listed = node.kind != "map" and all(i.kind == "text" and i.text for i in node.items)
        return "" if listed else "not a list of paths"
    if node.kind != "text":
        return node.kind
    if value is None:
        return ""
    odd = "characters that do not belong here"
    if _UNSAFE.search(value):
        return odd
    if kind == "year" and not re.fullmatch(r"(?:19|20)\d{2}", value):
        return "not a year"
    if kind == "text" and not re.fullmatch(about["pattern"], value):
        return about["pattern"]
    if kind in ("name", "title") and len(value) > TITLE_LIMIT:
        return f"> {TITLE_LIMIT}"
    return odd if kind == "name" and re.search(r"[/=()\"']", value) else ""


def _path(value: str, file: str, place: dict) -> list[Fault]:
    if re.search(r"[\x00-\x1f{}<>|*?$`]", value):
        return [fault("PARAM-VALUE", file, value=value, reason="path", expected="path", **place)]
    parts = re.split(r"[/\\]", value)
    if value.startswith(("/", "\\", "~")) or re.match(r"[A-Za-z]:", value) or ".." in parts:
        return [fault("PARAM-PATH", file, value=value, **place)]
    return []

"""Who is in charge of a task, from brackets and lines."""

from __future__ import annotations

import re

from healthplan.language.characters import normal
from healthplan.planreader.rules import rules

_BETWEEN = re.compile(
    r"[、，,；;\s]+|(?:配合单位|协办单位|参加单位|责任单位|牵头单位|牵头|配合|参加)[：:]?"
)
_BODY = re.compile(
    "(?:局|委|办|部|科|室|处|院|中心|厅|会|所|站|政府|单位|公司|署|队|组|校|委员会|街道|镇|乡|股|机构|系统|部门|残联|工会|妇联|团委|科协|红十字会|等)$"
)


def split_departments(text: str) -> list[str]:
    """Names of a list, lead first, each once. Commas inside brackets do not part."""
    flat = re.sub(
        r"（[^（）]*）", lambda m: m.group().replace("、", "·").replace("，", "·"), normal(text)
    )
    names = []
    for part in _BETWEEN.split(flat):
        name = re.sub(
            r"^(?:等|由|和|及)|(?:等|分别|按职责|负责)+$", "", part.strip("。 ：:")
        ).replace("·", "、")
        if 1 < len(name) <= 30 and name not in names:
            names.append(name)
    return names


def take_departments(plain: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The paragraph with its department notes blanked, and (end of note, names) for each."""
    notes: list[tuple[int, list[str]]] = []
    text = plain
    for rule in rules("departments"):
        for match in rule.pattern.finditer(text):
            who = split_departments(match["who"])
            more = match.groupdict().get("more")
            if more:
                who += [name for name in split_departments(more) if name not in who]
            if not who or (rule.name == "responsible_in_brackets" and not _all_bodies(who)):
                continue
            notes.append((match.end(), who))
            text = (
                text[: match.start()] + "。" + " " * (len(match.group()) - 1) + text[match.end() :]
            )
    return text, sorted(notes)


def _all_bodies(names: list[str]) -> bool:
    return sum(bool(_BODY.search(name)) for name in names) >= max(1, len(names) - 1)


def departments_at(notes: list[tuple[int, list[str]]], at: int) -> str:
    """The names of the first note after a place, `;` between."""
    return ";".join(next((names for end, names in notes if end >= at), []))

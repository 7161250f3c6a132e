"""The tables of a plan's ledger, read from and written to ``data/plans/<plan>/ledger/``.

Tables only grow. A return's row is written last: entries whose return does not stand in ``returns`` belong to a take that
was cut off, and count for nothing.
"""

import hashlib
import weakref
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from healthplan import files, registers, tables, workspace
from healthplan.errors import Fault, UsageError
from healthplan.ledger import quarters

STAGES = (
    "未启动",
    "前期",
    "在建",
    "完工",
    "验收",
    "投用",
)  # a thing to build, where the plan names no stages of its own
DONE_AT = "完工"
HALTED = ("停滞", "取消")  # a thing may stand in these at any stage
OFFICE = "office"  # the state of a return that is the office's own decision


class Ledger(NamedTuple):
    """The ledger's tables by name; see docs/tables.md."""

    tasks: pd.DataFrame
    items: pd.DataFrame
    gates: pd.DataFrame
    path: pd.DataFrame
    changes: pd.DataFrame
    sheets: pd.DataFrame
    entries: pd.DataFrame
    returns: pd.DataFrame
    verdicts: pd.DataFrame
    notices: pd.DataFrame


def empty() -> Ledger:
    """A ledger of no task."""
    return Ledger(*map(tables.empty, Ledger._fields))


def folder(plan_id: str) -> Path:
    """Where the ledger of a plan lies."""
    return workspace.data("plans", plan_id, "ledger")


def load(plan_id: str) -> Ledger:
    """The ledger of a plan; empty tables where it has none yet."""
    there = {name: folder(plan_id) / f"{name}.csv" for name in Ledger._fields}
    read = {
        name: registers.read_table(path, name) if path.exists() else tables.empty(name) for name, path in there.items()
    }
    entries, returns = read["entries"], read["returns"]
    read["entries"] = entries[entries["return_id"].isin(returns["return_id"])].reset_index(drop=True)
    return Ledger(**read)


def begun(plan_id: str) -> Ledger:
    """The ledger of a plan that has confirmed tasks. Raises :class:`UsageError` where it has none."""
    found = load(plan_id)
    if found.tasks.empty:
        raise UsageError(Fault("LEDGER-NONE", value=plan_id, fields={"plan": plan_id}))
    return found


def save(plan_id: str, ledger: Ledger, beside: Mapping[Path, bytes] | None = None) -> list[Path]:
    """Write the tables that changed and return their paths; all of them or none, ``returns`` last. ``beside``: files that
    are written before them, with the same all or none."""
    contents = {}
    for name, frame in ledger._asdict().items():
        path = folder(plan_id) / f"{name}.csv"
        content = files.csv_text(tables.check(frame, name)).encode("utf-8")
        if frame.empty and not path.exists():
            continue
        if not path.exists() or path.read_bytes() != content:
            contents[path] = content
    last = folder(plan_id) / "returns.csv"
    ordered = {path: contents[path] for path in sorted(contents, key=lambda path: path == last)}
    files.write_all({**(beside or {}), **ordered})
    return list(ordered)


def known_at(ledger: Ledger, day: date) -> Ledger:
    """The ledger without what came back after a day."""
    returns = ledger.returns[ledger.returns["received"].map(quarters.day) <= day]
    entries = ledger.entries
    late = ledger.returns.loc[~ledger.returns["return_id"].isin(returns["return_id"]), "return_id"]
    return ledger._replace(returns=returns, entries=entries[~entries["return_id"].isin(late)])


def with_rows(ledger: Ledger, **rows: list[dict[str, object]]) -> Ledger:
    """The ledger with rows added behind those of each named table."""
    grown = {name: appended(getattr(ledger, name), name, more) for name, more in rows.items() if more}
    return ledger._replace(**grown)


def appended(frame: pd.DataFrame, name: str, more: list[dict[str, object]]) -> pd.DataFrame:
    """A table of this name with rows behind it, checked."""
    fresh = pd.DataFrame(more, columns=tables.columns(name))
    return tables.check(pd.concat([frame, fresh], ignore_index=True) if len(frame) else fresh, name)


def identity(*parts: object) -> str:
    """A short id of what makes a row, the same wherever it is made."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=6).hexdigest()


def tasks_at(ledger: Ledger, when: date) -> pd.DataFrame:
    """Table ``tasks`` as in force on a day: with the changes decided by then, without what had not begun or had ended."""
    found = ledger.tasks.copy()
    for change in ledger.changes.to_dict("records"):
        if quarters.day(change["decided_on"]) <= when:
            new = change["new"] or None
            column = found[change["field"]]
            if pd.api.types.is_numeric_dtype(column):
                new = float(new) if new else float("nan")
            found.loc[found["task_id"] == change["task_id"], change["field"]] = new if new is not None else ""
    begun_by = found["valid_from"].map(lambda d: not d or quarters.day(d, end=False) <= when).astype("bool")
    open_then = found["valid_to"].map(lambda d: not d or quarters.day(d) >= when).astype("bool")
    return found[begun_by & open_then].reset_index(drop=True)


_READ: dict[int, tuple[weakref.ref, dict[str, list[dict]]]] = {}


def of_task(frame: pd.DataFrame, task_id: str) -> list[dict]:
    """The rows of a task in a table of the ledger. Each table is read once: a ledger grows by new tables, none is changed
    in place, and a frame that is gone is forgotten."""
    held = _READ.get(id(frame))
    if held is None or held[0]() is not frame:
        groups: dict[str, list[dict]] = {}
        for row in frame.to_dict("records"):
            groups.setdefault(row["task_id"], []).append(row)
        key = id(frame)
        held = _READ[key] = weakref.ref(frame, lambda _: _READ.pop(key, None)), groups
    return held[1].get(task_id, [])


def departments_of(task: dict) -> list[str]:
    """Who has a task: lead first, then support, each once."""
    named = [str(task["lead"]), *str(task["support"]).split(";")]
    return list(dict.fromkeys(name.strip() for name in named if name.strip()))


def stages_of(task: dict) -> list[str]:
    """The ordered gates of a task's things."""
    return [gate for gate in str(task["stages"]).split(";") if gate] or list(STAGES)

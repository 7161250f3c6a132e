"""What of all offers of a call enters the ledger: cell by cell against what was sent and what has come since."""

from typing import Any

import pandas as pd

from healthplan.ledger import figures, store
from healthplan.ledger.checks import Judged
from healthplan.ledger.written import Doubt, entry_words
from healthplan.messages import text
from healthplan.quarter.offers import CellKey, Offer, equal_cells


def decide(offers: list[Offer], ledger: store.Ledger) -> tuple[list[dict[str, object]], set[str]]:
    """Rows of *entries* from all offers of a call, and the returns with a cell that stands already as they say it.

    A cell that two returns fill differently is refused to each of them, with both files and values; a reason of correction
    makes the one that gives it the later word. The order of the files decides nothing.
    """
    standing = _standing(ledger)
    files = dict(zip(ledger.returns["return_id"], ledger.returns["file"], strict=True))
    groups: dict[CellKey, list[Offer]] = {}
    for offer in offers:
        groups.setdefault(offer.key, []).append(offer)
    plain_rows: list[dict[str, object]] = []
    corrections: list[dict[str, object]] = []
    equal: set[str] = set()
    for key, group in groups.items():
        ours = standing.get(key)
        good = [one for one in group if one.judged.status != "refused"]
        rest = [one for one in good if ours is None or not _stands(one, ours)]
        equal |= {one.return_id for one in good if one not in rest}
        plain_rows += [_entry(one) for one in group if one.judged.status == "refused"]
        latest = str(ours["entry_id"]) if ours else ""
        for reasoned in (False, True):
            those = [one for one in rest if bool(one.reason) == reasoned]
            others = [(one.file, _against(one.judged._asdict())) for one in those]
            against_ours = bool(ours) and not reasoned and not all(_from_base(one, ours) for one in those)
            if against_ours and ours:
                others.append((str(files.get(ours["return_id"], ours["return_id"])), _against(ours)))
            if len({one.meant for one in those}) > 1 or (those and against_ours):
                plain_rows += [_entry(_conflict(one, others)) for one in those]
            elif those:
                equal |= {one.return_id for one in those[1:]}
                row = _entry(those[0], latest)
                (corrections if latest or reasoned else plain_rows).append(row)
                latest = str(row["entry_id"])
    return plain_rows + corrections, equal


def _standing(ledger: store.Ledger) -> dict[CellKey, dict[str, Any]]:
    """The accepted entry of each cell."""
    rows = figures.counting(ledger.entries[ledger.entries["status"] != "refused"].to_dict("records"))
    return {(r["task_id"], r["item_id"], r["department"], r["quarter"], r["field"]): r for r in rows}


def _stands(offer: Offer, ours: dict[str, Any]) -> bool:
    """Whether the ledger says so already; a stage with a day that it did not have is news."""
    numbers = tuple(
        None if pd.isna(ours[name]) else float(ours[name]) for name in ("value", "numerator", "denominator")
    )
    words = "" if offer.key[4] == "figure" else ours["text"]
    news = offer.key[4] == "stage" and offer.judged.cut_off and offer.judged.cut_off != ours["cut_off"]
    return offer.meant == (ours["status"], *numbers, words) and not news


def _from_base(offer: Offer, ours: dict[str, Any] | None) -> bool:
    """Whether the writer had before him what the ledger holds, and so changed it knowingly."""
    if ours is None:
        return True
    same_stage = offer.key[4] == "stage" and offer.judged.text == ours["text"]
    return (bool(offer.base) and equal_cells(offer.base, entry_words(ours))) or (same_stage and not ours["cut_off"])


def _against(row: dict[str, Any]) -> str:
    """What an entry or a judged cell says, as the question names it: a stage with its day."""
    days = pd.isna(row["value"]) and pd.isna(row["denominator"]) and row["cut_off"]
    return f"{entry_words(row)} {row['cut_off']}".strip() if days else entry_words(row)


def _conflict(offer: Offer, others: list[tuple[str, str]]) -> Offer:
    told = text("ledger_sheets.between").join(f"{file} {value}" for file, value in sorted(set(others)))
    doubts = (*offer.judged.doubts, Doubt("conflict", True, {"values": told}))
    return offer._replace(
        judged=Judged(text=offer.judged.text or _against(offer.judged._asdict()), status="refused", doubts=doubts)
    )


def _entry(offer: Offer, supersedes: str = "") -> dict[str, object]:
    task, item, department, quarter, name = offer.key
    said = offer.judged
    told = [offer.reason, said.why()] if said.status != "refused" else [said.why(refusing=True)]
    return {
        "entry_id": store.identity(offer.return_id, department, task, item, quarter, name), "task_id": task, "item_id": item,
        "department": department, "quarter": quarter, "field": name, "value": said.value, "numerator": said.numerator,
        "denominator": said.denominator, "text": said.text, "cut_off": said.cut_off, "approx": said.approx,
        "status": said.status, "return_id": offer.return_id, "supersedes": supersedes,
        "reason": text("ledger_sheets.between").join(one for one in told if one),
    }  # fmt: skip

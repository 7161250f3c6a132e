"""What an intake found, as text for people and as JSON for machines: two forms of one result."""

from __future__ import annotations

import json

from healthplan.intake.readers import Intake


def as_text(found: Intake, lang: str | None = None) -> str:
    """A line a fault: errors first, then warnings, then notes."""
    return "\n".join(fault.text(lang) for fault in found.faults)


def as_json(found: Intake, lang: str | None = None) -> str:
    """ok, kind, encoding, number of rows, faults and what was left out, as a JSON object."""
    left = json.loads(found.left_out.to_json(orient="records", force_ascii=False))
    whole = {
        "ok": found.ok,
        "kind": found.kind,
        "encoding": found.encoding,
        "rows": len(found.table),
        "faults": [fault.as_dict(lang) for fault in found.faults],
        "left_out": left,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)

"""docs/faults.md and the golden messages, made from the code: ``python -m tests.fault_catalogue`` writes them.

The sentences come from healthplan/messages/faults.csv, the examples from the treacherous files of
tests/intake_cases.py as the readers report them.
"""

from __future__ import annotations

import string
from pathlib import Path

from healthplan.errors import Fault, catalogue
from tests.intake_cases import CASES
from tests.intake_results import elsewhere, examples, named, outcome

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "faults.md"
GOLDEN = ROOT / "tests" / "golden" / "messages"

INTRODUCTION = """# Faults: every code, what it means, and an example

Made by `python -m tests.fault_catalogue` from `healthplan/messages/faults.csv` and the test files; not written
by hand. A message names file, sheet, row and column as a spreadsheet counts them (the header of a plain table is
row 1), the value found, what is wrong, what was expected and how to mend it. `healthplan check --format json`
gives the same as fields.

Severities: **error** (the file is refused as a whole), **warning** (it enters, the doubt is kept beside it),
**note** (how it was read).

"""


def page() -> str:
    """The whole page."""
    known = examples()
    parts = [INTRODUCTION]
    for code, row in sorted(catalogue().items()):
        where, fault = known.get(code, ("", _made_up(code)))
        shown = f" (`{where}`)" if where else ""
        parts.append(f"## {code}\n\n{row['severity']}{shown}\n\n```\n{fault.text('zh')}\n{fault.text('en')}\n```\n")
    return "\n".join(parts)


def _made_up(code: str) -> Fault:
    """An example for a code that no file of ours shows: its fields stand as their names."""
    sentences = [text for name, text in catalogue()[code].items() if name not in ("code", "severity")]
    names = {field for text in sentences for _, field, _, _ in string.Formatter().parse(text) if field}
    fields = {name: f"‹{name}›" for name in names - {"file", "sheet", "row", "column", "value"}}
    return Fault(
        code,
        "‹file›",
        column="‹column›" if "column" in names else "",
        value="‹value›" if "value" in names else None,
        fields=fields,
    )


def golden(lang: str) -> str:
    """Every message that the test files give, in one language."""
    shown = [(named(case), outcome(case).faults) for case in CASES] + elsewhere()
    shown = [(where, faults[:12]) for where, faults in shown]  # a dozen of a kind say enough
    lines = [f"{where}\n" + "".join(f"    {fault.text(lang)}\n" for fault in faults) for where, faults in shown]
    return "".join(lines)


def main() -> None:
    """Write the page and the golden messages."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for lang in ("zh", "en"):
        (GOLDEN / f"intake.{lang}.txt").write_text(golden(lang), encoding="utf-8")


if __name__ == "__main__":
    main()

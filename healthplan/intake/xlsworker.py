"""Run as a program of its own: an .xls file in, its sheets as JSON out.

A damaged .xls can make the reader ask for more memory than there is, which ends the whole process: here it is one of its
own, with bounded memory. Nothing of healthplan is imported: starting must be quick.
"""

import json
import sys
from datetime import date, datetime

MEMORY = 1_000_000_000


def main(path: str) -> None:
    """Print {"sheets": [...]}; each with name, hidden, merged and rows (values, dates as {"date": ...})."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system: the caller's time limit remains
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(path)
    sheets = []
    for about in workbook.sheets_metadata:
        sheet = workbook.get_sheet_by_name(about.name)
        sheets.append(
            {
                "name": about.name,
                "hidden": about.visible != SheetVisibleEnum.Visible,
                "merged": [[*a, *b] for a, b in (sheet.merged_cell_ranges or [])],
                "rows": sheet.to_python(skip_empty_area=False),
            }
        )
    sys.stdout.write(json.dumps({"sheets": sheets}, default=_plain))


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else {"time": str(value)}


if __name__ == "__main__":
    main(sys.argv[1])

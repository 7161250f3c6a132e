"""Run as a program of its own: an .xls file in, its sheets as JSON out.

A damaged .xls can make the reader ask for more memory than there is, which ends the whole process: here it is one of its
own, with bounded memory. Nothing of healthplan is imported: starting must be quick.
"""

import json
import sys
from datetime import date, datetime

MEMORY = 1_500_000_000  # twice the largest sheet there can be: 65,536 × 256 cells


def main(path: str, area: int, cells: int) -> None:
    """Print {"sheets": [...]}; each with name, hidden, merged and rows (values, dates as {"date": ...}); or {"far": rows,
    columns} of the first sheet with more cells than ``area`` in its rectangle or than ``cells`` that are filled."""
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
        reach = [end + 1 for end in sheet.end or (-1, -1)]
        rows = sheet.to_python(skip_empty_area=False) if reach[0] * reach[1] <= area else []
        filled = sum(value != "" for row in rows for value in row)
        if reach[0] * reach[1] > area or filled > cells:
            sys.stdout.write(json.dumps({"far": reach}))
            return
        merged = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])]
        hidden = about.visible != SheetVisibleEnum.Visible
        sheets.append({"name": about.name, "hidden": hidden, "merged": merged, "rows": rows})
    sys.stdout.write(json.dumps({"sheets": sheets}, default=_plain))


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else {"time": str(value)}


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

"""An .xls file to its sheets. A damaged one can make the reader ask for more memory than there is, so this is called in a
process with limits (:mod:`limited`); nothing of healthplan is imported, for starting must be quick."""

from typing import Any


def sheets(path: str, area: int, cells: int) -> list[dict[str, Any]] | list[int]:
    """Each sheet's name, hidden, merged and rows of values; or the rows and columns that the first sheet with more cells
    than ``area`` in its rectangle, or than ``cells`` that are filled, reaches."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(path)
    found: list[dict[str, Any]] = []
    for about in workbook.sheets_metadata:
        sheet = workbook.get_sheet_by_name(about.name)
        reach = [end + 1 for end in sheet.end or (-1, -1)]
        rows = sheet.to_python(skip_empty_area=False) if reach[0] * reach[1] <= area else []
        filled = sum(value != "" for row in rows for value in row)
        if reach[0] * reach[1] > area or filled > cells:
            return reach
        merged = [(*first, *last) for first, last in (sheet.merged_cell_ranges or [])]
        hidden = about.visible != SheetVisibleEnum.Visible
        found.append({"name": about.name, "hidden": hidden, "merged": merged, "rows": rows})
    return found

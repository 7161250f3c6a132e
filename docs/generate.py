"""Write the pages of docs/ that are made from the code: ``python docs/generate.py``. A test keeps them equal."""

from __future__ import annotations

from pathlib import Path

from healthplan import tables

FOLDER = Path(__file__).parent

HEAD = """# Tables

Generated from `healthplan/tables/` by `python docs/generate.py`.

Rules kept in one place: `gap > 0` is a shortfall in the indicator's unit; rates are per year; percentages are 0-100
with `%` as unit; missing is empty, never 0; the same thing has one name in csv header, column, parameter and axis.
csv files in `data/` are UTF-8; csv written for people carries a byte order mark so that Excel reads it right.
"""


def tables_page() -> str:
    """docs/tables.md: every table with its key and columns."""
    parts = [HEAD]
    for table in tables.ALL.values():
        more = " May carry further columns." if table.open_ended else ""
        key = ", ".join(f"`{name}`" for name in table.key)
        parts.append(f"## {table.name}\n\n{table.meaning} Key: {key}.{more}\n")
        parts.append("| column | cell | may be empty | meaning |\n|---|---|---|---|")
        parts.append("\n".join(_line(column) for column in table.columns) + "\n")
    return "\n".join(parts)


def _line(column: tables.Column) -> str:
    expected = column.expected().replace("|", "\\|")
    empty = "no" if column.required else "yes"
    return f"| `{column.name}` | {expected} | {empty} | {column.meaning} |"


PAGES = {"tables.md": tables_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8", newline="\n")
        print(FOLDER / name)

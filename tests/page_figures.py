"""A page read back: its tables as a reader sees them, and the csv files that lie beside it."""

import re
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup, Tag

from healthplan import tables
from healthplan.judging import Judged


def read(path: Path) -> BeautifulSoup:
    """The page; line breaks within a cell are line breaks of its text."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    for mark in soup.find_all("br"):
        mark.replace_with("\n")
    return soup


def beside(path: Path, name: str) -> pd.DataFrame:
    """The csv ``name`` of the page, by target; the gaps with the tables of one row a target beside them."""
    table = pd.read_csv(path.parent / f"{path.stem}.{name}.csv", encoding="utf-8-sig")
    one_a_row = [more for more in Judged._fields[1:] if more != "years"]
    for more in one_a_row if name == "gaps" else ():
        file = path.parent / f"{path.stem}.{more}.csv"
        known = pd.read_csv(file, encoding="utf-8-sig") if file.exists() else tables.empty(more)
        table = table.merge(known, on=["target_id", "method"], how="left")
    return table.set_index("target_id", drop=False)


def rows(table: Tag) -> list[dict[str, str]]:
    """The rows of a table by the class of each cell, with their anchor under ``id``."""
    found = []
    for line in table.select("tbody tr:not(.group)"):
        cells = {cell["class"][0]: cell.get_text() for cell in line.find_all("td")}
        found.append({"id": str(line.get("id", "")), **cells})
    return found


def under(page: BeautifulSoup, anchor: str) -> Tag | None:
    """The table that follows a heading, before the next one; None where there is none."""
    head = page.find(id=anchor)
    step = None if head is None else head.find_next(["table", "h2", "h3"])
    return step if step is not None and step.name == "table" else None


def amount(words: str) -> int | None:
    """The whole number of an amount, None for a dash."""
    match = re.match(r"(−?)([\d,]+)", words)
    return None if match is None else int(match[1].replace("−", "-") + match[2].replace(",", ""))

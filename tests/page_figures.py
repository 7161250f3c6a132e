"""A page read back: its tables as a reader sees them, and the csv files that lie beside it."""

import re
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup, Tag

from healthplan import tables
from healthplan.judging import Judged
from healthplan.report import export


def read(path: Path) -> BeautifulSoup:
    """The page; line breaks within a cell are line breaks of its text."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    for mark in soup.find_all("br"):
        mark.replace_with("\n")
    return soup


def page(first: Path, name: str) -> Path:
    """The page ``name`` of the report whose first page this is."""
    return first.with_name(export.beside(first.name, f"{name}.html"))


def beside(path: Path, name: str) -> pd.DataFrame:
    """The csv ``name`` beside a first page, by target; the gaps with the tables of one row a target beside them."""
    table = _csv(path, name)
    one_a_row = [more for more in Judged._fields[1:] if more != "years"]
    for more in one_a_row if name == "gaps" else ():
        known = _csv(path, more) if path.with_name(f"{path.stem}.{more}.csv").exists() else tables.empty(more)
        table = table.merge(known, on=["target_id", "method"], how="left")
    return table.set_index("target_id", drop=False)


def _csv(path: Path, name: str) -> pd.DataFrame:
    """A csv as it was written: words stay words where they are digits alone (a shortfall in *brief*)."""
    words = {column.name: str for column in tables.ALL[name].columns if column.kind == "text"}
    return pd.read_csv(path.with_name(f"{path.stem}.{name}.csv"), encoding="utf-8-sig", dtype=words)


def rows(table: Tag) -> list[dict[str, str]]:
    """The rows of a table by the class of each cell, with their anchor under ``id``."""
    found = []
    for line in table.select("tbody tr:not(.group)"):
        cells = {cell["class"][0]: cell.get_text() for cell in line.find_all(["th", "td"])}
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

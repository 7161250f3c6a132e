"""Areas and indicators entered in the registers: by ``healthplan area add`` and ``indicator add``, or from the workbook
(模板/登记.xlsx), in Chinese words; nobody edits the register's own file."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from healthplan import registers, tables, workspace
from healthplan.errors import Fault, InputError, UsageError
from healthplan.files import write_bytes
from healthplan.intake import open_book
from healthplan.language import characters, meaning, vocabulary

ABOVE = "parent"  # the question for the area above


# what is asked of a row of each register: register, column, question, words, needed
ASKED: dict[str, dict[str, dict[str, str]]] = {"areas": {}, "indicators": {}}
for _asked in vocabulary.rows("registers"):
    ASKED[_asked["register"]][_asked["column"]] = _asked


def add(register: str, rows: Iterable[Mapping[str, str]], file: str = "") -> list[str]:
    """Enter rows (Chinese words or register words, by column) in a register and return their ids.

    Raises :class:`UsageError` for a name that is registered and :class:`InputError` for words that are not known.
    """
    known = registers.load_registers()
    ready = [_row(register, row, place, known, file) for place, row in enumerate(rows)]
    column, table = ("area", known.areas) if register == "areas" else ("indicator", known.indicators)
    for number, row in enumerate(ready, len(table) + 1):
        code = row.get("code", "")
        row[column] = row[column] or (f"a{code}" if code else f"own_{number}")
    fresh = pd.DataFrame(ready, columns=tables.columns(register))
    write_bytes(workspace.data(f"{register}.csv"), registers.with_rows(register, fresh))
    return fresh[column].tolist()


def _row(register: str, given: Mapping[str, str], place: int, known: registers.Registers, file: str) -> dict[str, str]:
    """One row of a register, its words read; English is the Chinese where nobody gave it."""
    row = dict.fromkeys(tables.columns(register), "")
    for column, asked in ASKED[register].items():
        row[column] = _word(asked, given.get(column, "").strip(), place, file)
    name = row["name_zh"]
    frame = known.areas if register == "areas" else known.indicators
    names = set(frame["name_zh"]) | {a for cell in frame["aliases"].fillna("") for a in cell.split(";")}
    if characters.key(name) in set(map(characters.key, names)):
        raise UsageError(Fault("ENTER-KNOWN", file, row=place + 2 if file else None, value=name))
    row["name_en"] = row["name_en"] or name
    if register == "areas":
        row[ABOVE] = _area(row[ABOVE], known, place, file) if row[ABOVE] else ""
        return row
    row["indicator_kind"] = row["indicator_kind"] or meaning.kind(name, row["unit"])
    share = row["indicator_kind"] == "share"
    row["lower_bound"] = row["lower_bound"] or ("-100" if meaning.is_growth(name) else "0")
    row["upper_bound"] = row["upper_bound"] or ("100" if share else "")
    row["definition_zh"] = row["definition_zh"] or name
    return row | {"definition_en": row["definition_zh"], "ask_en": row["ask_zh"]}


def _word(asked: Mapping[str, str], given: str, place: int, file: str) -> str:
    """The register's word for a Chinese one; needed cells and closed lists are held to."""
    words = dict(pair.split("=") for pair in asked["words"].split(";")) if asked["words"] else {}
    wrong = (given and words and given not in {*words, *words.values()}) or (asked["needed"] and not given)
    if wrong:
        fields = {"expected": "、".join(words) or asked["question"]}
        at = (file, "", place + 2 if file else None, asked["question"])
        raise InputError(Fault("ENTER-WORD", *at, given or None, fields))
    return words.get(given, given)


def _area(written: str, known: registers.Registers, place: int, file: str) -> str:
    named = known.areas[known.areas[["area", "name_zh"]].eq(written).any(axis=1)]
    if named.empty:
        fields = {"expected": "、".join(known.areas["name_zh"].head(8))}
        at = (file, "", place + 2 if file else None, ASKED["areas"][ABOVE]["question"])
        raise InputError(Fault("NAME-AREA", *at, written, fields))
    return str(named["area"].iloc[0])


def from_file(register: str, path: Path) -> list[dict[str, str]]:
    """The rows of a workbook or csv whose heads are the questions of the register; example rows are left out."""
    book = open_book(path, workspace.legible(str(path)))
    heads = {characters.key(row["question"]): column for column, row in ASKED[register].items()}
    for sheet in book.sheets:
        first = [heads.get(characters.key(cell.text), "") for cell in (sheet.rows or [[]])[0]]
        if "name_zh" in first and len(set(first) & set(heads.values())) > 1:
            found = [
                {c: cell.text for c, cell in zip(first, row, strict=False) if c}
                for row in sheet.rows[1:]
                if not any(cell.text.startswith("示例行") for cell in row)
            ]
            return [row for row in found if any(map(str.strip, row.values()))]
    wanted = "、".join(row["question"] for row in ASKED[register].values())
    raise InputError(Fault("HEAD-KIND", str(path), fields={"expected": wanted}))

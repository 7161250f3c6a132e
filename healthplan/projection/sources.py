"""Observations in a file, or in a folder of Parquet files however it is partitioned, read some indicators at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np
import pandas as pd

from healthplan.errors import Fault, InputError, refuse, system_words
from healthplan.files import as_written
from healthplan.language import vocabulary
from healthplan.messages import LANGUAGES, both
from healthplan.parts import refuse_ending
from healthplan.projection.panel import NEEDED
from healthplan.registers import said_parents

if TYPE_CHECKING:
    import pyarrow as pa

OPTIONAL = ("group", "parent", "unit", "period", "obs_status", "numerator", "denominator", "indicator_kind",
            "lower_bound", "upper_bound", "stock", "direction")  # fmt: skip
TEXT = ("indicator", "area", "group", "parent", "unit", "period", "obs_status", "indicator_kind", "stock",
        "direction")  # fmt: skip
NOTHING = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Piece:
    """A row group: its file, its number there, the file's row of its first line, and the rows of each indicator."""

    file: int
    group: int
    first: int
    rows: Counter[str]


@dataclass(frozen=True)
class Observations:
    """What is known of the observations before they are read. ``files``: names below ``root``, each with the values that
    its folders' names give; ``indicators``: rows of each, in the order in which they come; ``parents``: areas with their
    parent, where a column says it; ``digest``: of every byte."""

    root: Path
    files: tuple[tuple[str, dict[str, str | None]], ...]
    columns: tuple[str, ...]
    as_text: frozenset[str]  # numbers that some file holds as words: what is none is found by who checks
    pieces: tuple[Piece, ...]
    indicators: dict[str, int]
    parents: pd.DataFrame | None
    digest: str
    table: pa.Table | None = field(default=None, repr=False)  # of a csv

    def path(self, number: int) -> Path:
        """One of the files."""
        return self.root / self.files[number][0]

    def newest(self) -> int:
        """The newest year there is, of those that are whole and not to come."""
        newest, now = 0, date.today().year
        for number, pieces in groupby(self.pieces, key=lambda piece: piece.file):
            with _damage(self.path(number)):
                source, fixed = _Source(self.path(number), self.table), self.files[number][1]
                for piece in pieces:
                    there = source.read(piece.group, ("year",))
                    years = there.to_pandas()["year"] if there.num_columns else pd.Series([fixed["year"]])
                    known = pd.to_numeric(years, errors="coerce")
                    known = known[(known % 1 == 0) & (known <= now)]
                    newest = max(newest, int(known.max()) if len(known) else 0)
        return newest or now

    def read(self, indicators: Collection[str]) -> pd.DataFrame:
        """The rows of these indicators, texts as categories, with ``row`` of their file (the header is row 1) and, of
        several files, ``file``."""
        import pyarrow as pa

        wanted, tables = set(indicators), []
        needed = (piece for piece in self.pieces if not wanted.isdisjoint(piece.rows))
        for number, pieces in groupby(needed, key=lambda piece: piece.file):
            with _damage(self.path(number)):
                tables += [*self._of_file(number, list(pieces), wanted)]
        together = pa.concat_tables(tables or [self._nothing()], promote_options="permissive").unify_dictionaries()
        del tables
        frame = together.to_pandas(self_destruct=True, split_blocks=True)
        names = [str(self.path(number)) for number in range(len(self.files))]
        if len(names) > 1:
            frame["file"] = pd.Categorical.from_codes(frame["file"], names)
        else:
            frame = frame.drop(columns="file")
        return frame

    def _nothing(self) -> pa.Table:
        """The columns without a row."""
        import pyarrow as pa

        coded, kinds = pa.dictionary(pa.int32(), pa.string()), {"file": pa.int16(), "row": pa.int32()}
        kinds |= {name: coded if name in TEXT else self._number(name) for name in self.columns}
        return pa.table({name: pa.array([], kind) for name, kind in kinds.items()})

    def _number(self, name: str) -> pa.DataType:
        import pyarrow as pa

        return pa.string() if name in self.as_text else pa.float64()

    def _of_file(self, number: int, pieces: list[Piece], wanted: set[str]) -> Iterator[pa.Table]:
        import pyarrow as pa

        source = _Source(self.path(number), self.table)
        for piece in pieces:
            table = self._uniform(source.read(piece.group, self.columns), number)
            rows = np.arange(piece.first, piece.first + len(table), dtype=np.int32)
            table = table.append_column("row", pa.array(rows))
            if not wanted.issuperset(piece.rows):
                codes, words = _codes(table["indicator"])
                table = table.filter(pa.array(np.isin(words, list(wanted))[codes]))
            yield table

    def _uniform(self, table: pa.Table, number: int) -> pa.Table:
        """The table with every column that any file has, each of its kind."""
        import pyarrow as pa

        fixed, coded = self.files[number][1], pa.dictionary(pa.int32(), pa.string())
        columns = []
        for name in self.columns:
            if name in table.column_names:
                column = table[name]
            else:
                column = pa.repeat(pa.scalar(fixed.get(name), pa.string()), len(table))
            if column.type != coded or name not in TEXT:
                try:
                    column = column.cast(pa.string() if name in TEXT else self._number(name))
                except pa.ArrowException as error:  # lists, numbers beyond what can be told apart
                    told = {"kind": both(f"errors.kind_{'text' if name in TEXT else 'number'}"), "expected": ""}
                    fault = Fault("TAB-TYPE", str(self.path(number)), column=name, value=column.type, fields=told)
                    raise InputError(fault) from error
            columns.append(column.dictionary_encode() if name in TEXT and column.type != coded else column)
        file = pa.repeat(pa.scalar(number, pa.int16()), len(table))
        return pa.table([*columns, file], [*self.columns, "file"])


def observations_at(path: Path) -> Observations:
    """The observations of a .csv or .parquet file, or of a folder of Parquet files, looked through once.

    Raises InputError, for every file at once, where one is missing, damaged, of another format, without a column that is
    needed or with one that says whose figures these are, and for a row without an indicator.
    """
    if not path.exists():
        raise InputError(Fault("FILE-MISSING", file=str(path)))
    path = path.absolute()
    if path.is_dir():
        root, files = path, _files(path)
    else:
        refuse_ending(path)
        root, files = path.parent, ((path.name, {}),)
    table = _read_csv(path) if path.suffix.lower() == ".csv" and not path.is_dir() else None
    columns: set[str] = set()
    as_text: set[str] = set()
    pieces: list[Piece] = []
    parents: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for number, (name, fixed) in enumerate(files):
        try:
            with _damage(root / name):
                source = _Source(root / name, table)
                columns.update(_wanted([*source.names, *(k for k in fixed if k not in source.names)], root / name))
                as_text |= source.words(fixed)
                pieces += _pieces(source, number, fixed, root / name)
                parents += source.parents(fixed)
        except InputError as error:
            faults += error.faults
    refuse(faults)
    rows: Counter[str] = Counter()
    for piece in pieces:
        rows.update(piece.rows)
    told = pd.concat(parents, ignore_index=True).drop_duplicates("area") if parents else None
    used = tuple(name for name in (*NEEDED, *OPTIONAL) if name in columns and name != "parent")
    digest = _digest(root, files)
    return Observations(root, files, used, frozenset(as_text), tuple(pieces), dict(rows), told, digest, table)


class _Source:
    """A Parquet file by its row groups, or the table of a csv as one."""

    def __init__(self, path: Path, table: pa.Table | None) -> None:
        import pyarrow.parquet as pq

        self.table = table
        self.schema: pa.Schema = pq.read_schema(path) if table is None else table.schema
        self.names = self.schema.names
        texts = [f.name for f in self.schema if f.name in TEXT and str(f.type).endswith("string")]
        self.file: Any = pq.ParquetFile(path, read_dictionary=texts) if table is None else None

    @property
    def lengths(self) -> list[int]:
        """Rows of each row group."""
        if self.file is None:
            return [] if self.table is None else [len(self.table)]
        return [self.file.metadata.row_group(group).num_rows for group in range(self.file.num_row_groups)]

    def read(self, group: int, columns: Collection[str]) -> pa.Table:
        """Some columns, where they are there, of a row group."""
        there = [name for name in self.names if name in columns]
        return self.file.read_row_group(group, columns=there) if self.table is None else self.table.select(there)

    def words(self, fixed: dict[str, str | None]) -> set[str]:
        """The columns of numbers that are held as words, days or yes and no here."""
        import pyarrow as pa

        kinds = {f.name: f.type.value_type if pa.types.is_dictionary(f.type) else f.type for f in self.schema}
        numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_null)
        texts = {name for name, kind in kinds.items() if not any(number(kind) for number in numbers)}
        texts |= {name for name, word in fixed.items() if word and not _is_number(word)}
        return texts - {*TEXT}

    def parents(self, fixed: dict[str, str | None]) -> Iterator[pd.DataFrame]:
        """The areas with their parents, where a column says them."""
        if "parent" not in self.names:
            return
        for group in range(len(self.lengths)):
            said = self.read(group, ("area", "parent")).to_pandas().drop_duplicates()
            said = said.assign(area=fixed["area"]) if "area" not in said else said
            yield said_parents(said)


def _pieces(source: _Source, number: int, fixed: dict[str, str | None], path: Path) -> Iterator[Piece]:
    first = 2
    for group, length in enumerate(source.lengths):
        if "indicator" in source.names and length:
            codes, words = _codes(source.read(group, ("indicator",))["indicator"])
            found, at, count = np.unique(codes, return_index=True, return_counts=True)
            order = np.argsort(at)
            rows = {str(words[found[i]]): int(count[i]) for i in order}
            bare = next((int(at[i]) for i in order if words[found[i]] in (None, "")), None)
        else:
            rows = {fixed.get("indicator") or "": length} if length else {}
            bare = None if fixed.get("indicator") or not length else 0
        if bare is not None:
            raise InputError(Fault("KEY-INDICATOR-BLANK", str(path), row=first + bare, column="indicator"))
        yield Piece(number, group, first, Counter(rows))
        first += length


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Place of each text in the words, and the words; the last of them is None, of a cell without a text."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    coded = column.unify_dictionaries().combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    words = np.array([*coded.dictionary.to_pylist(), None], object)
    return coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False), words


def _files(folder: Path) -> tuple[tuple[str, dict[str, str | None]], ...]:
    """The Parquet files below a folder by name, each with what the names of its folders say (``indicator=beds``); hidden
    ones and those that begin with an underscore are no data. Raises InputError for any other, and where there is none."""
    found, strange = [], []
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_dir() or any(part.startswith((".", "_")) for part in inner.parts):
            continue
        pairs = [part.partition("=") for part in inner.parts[:-1] if "=" in part]
        said = {key: None if value == NOTHING else unquote(value) for key, _, value in pairs}
        found.append((inner.as_posix(), said))
        if path.suffix.lower() != ".parquet":
            fields = {"reason": path.suffix or path.name, "expected": ".parquet"}
            strange.append(Fault("FILE-FORMAT", file=str(path), fields=fields))
    refuse(strange or ([] if found else [Fault("FILE-EMPTY", file=str(folder))]))
    return tuple(found)


def _digest(root: Path, files: tuple[tuple[str, Any], ...]) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for name, _ in files:
        with (root / name).open("rb") as file:
            whole.update((name if len(files) > 1 else "").encode() + hashlib.file_digest(file, "blake2b").digest())
    return whole.hexdigest()


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """A damaged file, one of another kind or with cells of another kind, as one fault that names it."""
    import pyarrow as pa

    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = both("errors.inside")
        if isinstance(error, OSError) and error.errno:
            reason = {lang: system_words(error, lang) for lang in LANGUAGES}
        fields = {"reason": reason, "expected": ".csv, .parquet"}
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields=fields)) from error


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _wanted(names: list[str], path: Path) -> list[str]:
    if missing := [n for n in NEEDED if n not in names]:
        fields = {"expected": ", ".join(NEEDED)}
        raise InputError(*(Fault("TAB-COLUMN", str(path), row=1, column=c, fields=fields) for c in missing))
    whose = [n for n in names if n not in OPTIONAL and vocabulary.may_tell_groups(n)]
    if whose:  # left out, the figures of some would be projected as those of everybody
        told = {"values": "…"}
        raise InputError(*(Fault("HEAD-GROUP", str(path), row=1, column=c, fields=told) for c in whose))
    return [n for n in (*NEEDED, *OPTIONAL) if n in names]


def _read_csv(path: Path) -> pa.Table:
    """The columns that are used, texts coded and as they were written."""
    import pyarrow as pa
    from pyarrow import csv

    with _damage(path), path.open("rb") as file:
        head = file.readline().decode("utf-8-sig").strip()
    names = _wanted([n.strip().strip('"') for n in head.split(",")], path)
    coded = pa.dictionary(pa.int32(), pa.string())

    def read(number: pa.DataType) -> pa.Table:
        types = {n: coded if n in TEXT else number for n in names}
        options = csv.ConvertOptions(column_types=types, include_columns=names, strings_can_be_null=True)
        return csv.read_csv(path, convert_options=options).unify_dictionaries()

    with _damage(path):
        try:
            table = read(pa.float64())
        except pa.ArrowInvalid:  # words among the numbers: who checks says which
            table = read(pa.string())
    for place, name in enumerate(names):
        if name in TEXT and len(table):
            column = table[name].combine_chunks()
            words = column.dictionary.to_pylist()
            if any(word.startswith("'") for word in words):
                meant = pa.array([as_written(word) for word in words], pa.string())
                table = table.set_column(place, name, meant.take(column.indices).dictionary_encode())
    return table

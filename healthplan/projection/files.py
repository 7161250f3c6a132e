"""A file of observations in, a file of trajectories out, of any size, in bounded memory."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.errors import Fault, InputError
from healthplan.files import as_written, beside, shown_cells
from healthplan.projection.blocks import Progress
from healthplan.projection.engine import project_blocks

if TYPE_CHECKING:
    import pyarrow as pa

NEEDED = ("indicator", "area", "year", "value")
OPTIONAL = (
    "unit",
    "period",
    "obs_status",
    "numerator",
    "denominator",
    "indicator_kind",
    "lower_bound",
    "upper_bound",
)
TEXT = ("indicator", "area", "unit", "period", "obs_status", "indicator_kind")
FIRST_COLUMNS = (
    "indicator",
    "area",
    "year",
    "value",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "kind",
    "method",
    "method_version",
)


def project_file(
    path: str | Path,
    out: str | Path,
    *,
    to: int,
    as_of: int | None = None,
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    method: str = "ensemble",
    observed: bool = True,
    quantiles: bool = False,
    progress: Progress | None = None,
) -> int:
    """Project every series of ``path`` (.csv or .parquet) to ``to`` and write ``out`` (either
    format).

    The columns read are those of :func:`healthplan.projection.project`; the columns written begin
    with indicator, area, year, value, lower_80, upper_80, lower_95, upper_95, kind, method,
    method_version. Without ``observed`` only projected years are written; ``quantiles`` adds q01
    ... q99. Rows of a series may stand anywhere in the file. The input is held in memory once,
    coded; the output goes out in blocks.

    Returns the number of rows written. Raises InputError for a missing file, an unknown format or a
    missing column.
    """
    target = Path(out)
    _refuse_ending(target)
    table = _read(Path(path))
    given: dict[str, Any] = {
        "to": to,
        "as_of": as_of,
        "method": method,
        "areas": areas,
        "progress": progress,
    }
    with beside(target) as part, closing(_Writer(part, target.suffix.lower() == ".csv")) as writer:
        found = project_blocks(table, indicators, observed=observed, quantiles=quantiles, **given)
        del table
        return sum(writer.write(block[_ordered(block)]) for block in found)


def _ordered(block: pd.DataFrame) -> list[str]:
    return [*FIRST_COLUMNS, *(c for c in block.columns if c not in FIRST_COLUMNS)]


def _refuse_ending(path: Path) -> None:
    if path.suffix.lower() not in (".parquet", ".csv"):
        fields = {"reason": path.suffix, "expected": ".csv, .parquet"}
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields=fields))


def _read(path: Path) -> pd.DataFrame:
    """The columns that are used, texts as categories."""
    if not path.exists():
        raise InputError(Fault("FILE-MISSING", file=str(path)))
    _refuse_ending(path)
    try:
        return _read_csv(path) if path.suffix.lower() == ".csv" else _read_parquet(path)
    except (OSError, ValueError) as error:  # damaged file, wrong encoding, no such column
        fields = {"reason": str(error).splitlines()[0][:200], "expected": ".csv, .parquet"}
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields=fields)) from error


def _wanted(names: list[str], path: Path) -> list[str]:
    missing = [n for n in NEEDED if n not in names]
    if missing:
        expected = {"expected": ", ".join(NEEDED)}
        raise InputError(
            *(Fault("TAB-COLUMN", str(path), row=1, column=c, fields=expected) for c in missing)
        )
    return [n for n in (*NEEDED, *OPTIONAL) if n in names]


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _wanted(pq.read_schema(path).names, path)
    texts = [n for n in TEXT if n in names]
    table = pq.read_table(path, columns=names, read_dictionary=texts)
    coded = [
        column
        if pa.types.is_dictionary(column.type) or name not in TEXT
        else column.dictionary_encode()
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    table = pa.Table.from_arrays(coded, names=table.column_names).unify_dictionaries()
    return table.to_pandas(self_destruct=True, split_blocks=True)


def _read_csv(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import csv

    with path.open("rb") as file:
        head = file.readline().decode("utf-8-sig").strip()
    names = _wanted([n.strip().strip('"') for n in head.split(",")], path)
    types: dict[str, Any] = {n: pa.dictionary(pa.int32(), pa.string()) for n in names if n in TEXT}
    types |= {n: pa.float64() for n in names if n not in TEXT}
    options = csv.ConvertOptions(
        column_types=types, include_columns=names, strings_can_be_null=True
    )
    table = csv.read_csv(path, convert_options=options).unify_dictionaries()
    frame = table.to_pandas(self_destruct=True, split_blocks=True)
    for name in set(types) & set(TEXT):
        words = frame[name].cat.categories
        if any(word.startswith("'") for word in words):
            frame[name] = frame[name].cat.rename_categories([as_written(w) for w in words])
    return frame


class _Writer:
    """Appends blocks to a Parquet or csv file beside its place; a file that was not finished is not left behind."""

    def __init__(self, part: Path, csv: bool) -> None:
        self.part, self.csv = part, csv
        self.sink: Any = None

    def write(self, block: pd.DataFrame) -> int:
        """Append; returns the number of rows."""
        import pyarrow as pa

        shown = shown_cells(block) if self.csv else block
        table = pa.Table.from_pandas(shown, preserve_index=False)
        table = table.cast(_plain(table.schema))
        if self.sink is None:
            self.sink = self._open(table)
        self.sink.write_table(table)
        return len(block)

    def _open(self, table: pa.Table) -> Any:
        if self.csv:
            from pyarrow import csv

            return csv.CSVWriter(self.part, table.schema)
        import pyarrow.parquet as pq

        texts = [f.name for f in table.schema if str(f.type) == "string"]
        return pq.ParquetWriter(self.part, table.schema, use_dictionary=texts, compression="zstd")

    def close(self) -> None:
        """Finish what was written."""
        if self.sink is not None:
            self.sink.close()


def _plain(schema: pa.Schema) -> pa.Schema:
    """Ordinary strings instead of large ones."""
    import pyarrow as pa

    plain = [
        pa.field(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type)
        for f in schema
    ]
    return pa.schema(plain)

"""A file of observations in, a file of trajectories out, of any size, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.errors import Fault, InputError
from healthplan.files import as_written, beside, shown_cells
from healthplan.language import vocabulary
from healthplan.projection.engine import project_blocks
from healthplan.projection.panel import NEEDED

if TYPE_CHECKING:
    import pyarrow as pa

OPTIONAL = ("group", "parent", "unit", "period", "obs_status", "numerator", "denominator", "indicator_kind",
            "lower_bound", "upper_bound", "stock", "direction")  # fmt: skip
TEXT = ("indicator", "area", "group", "parent", "unit", "period", "obs_status", "indicator_kind", "stock",
        "direction")  # fmt: skip
FIRST_COLUMNS = ("indicator", "area", "year", "value", "lower_80", "upper_80", "lower_95", "upper_95",
                 "kind", "method", "method_version")  # fmt: skip


def project_file(
    path: str | Path,
    out: str | Path,
    *,
    indicators: pd.DataFrame | None = None,
    quantiles: bool = False,
    sieve: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    **how: Any,
) -> int:
    """Project every series of ``path`` (.csv or .parquet) and write ``out`` (either format); ``how``: to, as_of, method,
    areas, progress, observed.

    ``group`` is read and written where the file has it. The columns read are those of
    :func:`healthplan.projection.project`; the columns written begin with indicator, area, year, value, lower_80,
    upper_80, lower_95, upper_95, kind, method, method_version. Without ``observed`` only projected years are written;
    ``quantiles`` adds q01 ... q99; ``sieve`` takes out of the table what must not be projected. Rows of a series may stand anywhere in the file. The input is held in memory once,
    coded; the output goes out in blocks.

    Returns the number of rows written. Raises InputError for a missing file, an unknown format or a missing column.
    """
    target, written, sink = Path(out), 0, None
    _refuse_ending(target)
    as_csv = target.suffix.lower() == ".csv"
    table = _read(Path(path))
    table = sieve(table) if sieve else table
    parted = "group" in table.columns
    found = project_blocks(table, indicators, quantiles=quantiles, **how)
    del table
    with beside(target) as part, ExitStack() as open_files:
        for block in found:
            out_table = _table(block if parted else block.drop(columns="group"), as_csv)
            sink = sink or open_files.enter_context(_opened(part, out_table.schema, as_csv))
            sink.write_table(out_table)
            written += len(block)
    return written


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
        table = _read_csv(path) if path.suffix.lower() == ".csv" else _read_parquet(path)
        frame = table.unify_dictionaries().to_pandas(self_destruct=True, split_blocks=True)
    except (OSError, ValueError) as error:  # damaged file, wrong encoding, no such column
        fields = {"reason": str(error).splitlines()[0][:200], "expected": ".csv, .parquet"}
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields=fields)) from error
    for name in set(frame.columns) & set(TEXT) if path.suffix.lower() == ".csv" else ():
        words = frame[name].cat.categories
        if any(word.startswith("'") for word in words):
            frame[name] = frame[name].cat.rename_categories([as_written(w) for w in words])
    return frame


def _wanted(names: list[str], path: Path) -> list[str]:
    if missing := [n for n in NEEDED if n not in names]:
        fields = {"expected": ", ".join(NEEDED)}
        raise InputError(*(Fault("TAB-COLUMN", str(path), row=1, column=c, fields=fields) for c in missing))
    whose = [n for n in names if n not in OPTIONAL and vocabulary.may_tell_groups(n)]
    if whose:  # left out, the figures of some would be projected as those of everybody
        told = {"values": "…"}
        raise InputError(*(Fault("HEAD-GROUP", str(path), row=1, column=c, fields=told) for c in whose))
    return [n for n in (*NEEDED, *OPTIONAL) if n in names]


def _read_parquet(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _wanted(pq.read_schema(path).names, path)
    texts = [n for n in TEXT if n in names]
    table = pq.read_table(path, columns=names, read_dictionary=texts)
    for place, name in enumerate(names):
        if name in TEXT and not pa.types.is_dictionary(table.schema.field(name).type):
            table = table.set_column(place, name, table[name].dictionary_encode())
    return table


def _read_csv(path: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    with path.open("rb") as file:
        head = file.readline().decode("utf-8-sig").strip()
    names = _wanted([n.strip().strip('"') for n in head.split(",")], path)
    coded = pa.dictionary(pa.int32(), pa.string())
    types = {n: coded if n in TEXT else pa.float64() for n in names}
    options = csv.ConvertOptions(column_types=types, include_columns=names, strings_can_be_null=True)
    return csv.read_csv(path, convert_options=options)


def _table(block: pd.DataFrame, as_csv: bool) -> pa.Table:
    """A block as it is written, its columns in order, with ordinary strings instead of large ones."""
    import pyarrow as pa

    block = block[[*FIRST_COLUMNS, *(c for c in block.columns if c not in FIRST_COLUMNS)]]
    table = pa.Table.from_pandas(shown_cells(block) if as_csv else block, preserve_index=False)
    kinds = ((f.name, pa.string() if pa.types.is_large_string(f.type) else f.type) for f in table.schema)
    return table.cast(pa.schema([pa.field(*kind) for kind in kinds]))


def _opened(part: Path, schema: pa.Schema, as_csv: bool) -> Any:
    """What tables of ``schema`` are appended to."""
    from pyarrow import csv, parquet

    if as_csv:
        return csv.CSVWriter(part, schema)
    texts = [f.name for f in schema if str(f.type) == "string"]
    return parquet.ParquetWriter(part, schema, use_dictionary=texts, compression="zstd")

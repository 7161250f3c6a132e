"""Files of observations in, a file of trajectories out, of any size, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from healthplan import __version__, parts
from healthplan.errors import Fault, refuse
from healthplan.files import csv_text
from healthplan.projection import prior
from healthplan.projection.blocks import BLOCK
from healthplan.projection.engine import project_blocks
from healthplan.projection.forecast import METHOD_VERSION, one_thread
from healthplan.projection.sources import TEXT, Observations, observations_at
from healthplan.registers import with_parents

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_COLUMNS = ("indicator", "area", "year", "value", "lower_80", "upper_80", "lower_95", "upper_95",
                 "kind", "method", "method_version")  # fmt: skip
UNIT = 1 << 18  # rows of whole indicators from which on a unit is large enough
Sieve = Callable[[pd.DataFrame, str], tuple[pd.DataFrame, list[Fault]]]


def project_file(
    path: str | Path,
    out: str | Path,
    *,
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    quantiles: bool = False,
    sieve: Sieve | None = None,
    tell: Callable[[list[Fault]], None] | None = None,
    shard: tuple[int, int] | None = None,
    scheduler: str = "",
    progress: parts.Progress | None = None,
    **how: Any,
) -> int:
    """Project every series of ``path`` (.csv, .parquet or a folder of Parquet files) and write ``out`` (.csv or .parquet);
    ``how``: to, as_of, method, observed.

    ``group`` is read and written where the file has it. The columns read are those of
    :func:`healthplan.projection.project`; the columns written begin with indicator, area, year, value, lower_80,
    upper_80, lower_95, upper_95, kind, method, method_version. Without ``observed`` only projected years are written;
    ``quantiles`` adds q01 ... q99. ``sieve(table, file)`` gives the rows that may be projected and what is said of the
    others, which ``tell`` is given. Rows of a series may stand anywhere. ``shard``: number and count, where only
    a part is done here; ``scheduler``: see :func:`healthplan.parts.run`. What is in memory at once is so many rows of
    whole indicators; indicators come in the order in which they stand in the files.

    Returns the number of rows written. Raises InputError for a missing file, an unknown format or a missing column.
    """
    given = observations_at(Path(path))
    work = projection(given, areas, indicators=indicators, sieve=sieve, quantiles=quantiles, **how)
    where: dict[str, Any] = {"shard": shard, "scheduler": scheduler, "progress": progress}
    rows, faults = parts.run(work, Path(out), **where)
    if tell is not None:
        tell(faults)
    return rows


@dataclass(frozen=True)
class Projection:
    """The projection of all observations, some whole indicators a unit (see :class:`healthplan.parts.Work`)."""

    given: Observations
    units: tuple[tuple[str, ...], ...]
    sieve: Sieve | None
    how: dict[str, Any] = field(repr=False)
    key: str = ""

    @property
    def sizes(self) -> list[int]:
        """Rows of each unit."""
        return [sum(self.given.indicators[name] for name in unit) for unit in self.units]

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, pd.DataFrame]]:
        """The observations of each of these units."""
        if not numbers:
            return
        table = self.given.read([name for number in numbers for name in self.units[number]])
        for number in numbers:
            yield number, portion(table, self.units[number])

    def solve(self, given: pd.DataFrame | None) -> tuple[pa.Table, list[Fault]]:
        """Their trajectories."""
        import pyarrow as pa

        faults: list[Fault] = []
        table = pd.DataFrame(columns=[*self.given.columns]) if given is None else given
        if given is not None:
            table, faults = (self.sieve or _with_areas)(table, str(self.given.path(0)))
        found = project_blocks(table, coded=True, block=BLOCK, **self.how)
        parted = "group" in self.given.columns
        coded = [coded_table(block if parted else block.drop(columns="group")) for block in found]
        return pa.concat_tables(coded).unify_dictionaries(), faults

    def calm(self) -> AbstractContextManager[None]:
        """One thread of linear algebra, so that its sums come out the same wherever they are made."""
        return one_thread()


def projection(
    given: Observations, areas: pd.DataFrame | None, *, sieve: Sieve | None = None, **how: Any
) -> Projection:
    """How these observations are projected; ``how``: see :func:`healthplan.projection.project`."""
    how["areas"] = areas if given.parents is None else with_parents(areas, given.parents)
    units = in_units(given.indicators, UNIT)
    what = hashlib.blake2b(prior.PRIOR.read_bytes(), digest_size=16)
    rests = [__version__, METHOD_VERSION, given.digest, units, sieve, *sorted(how.items(), key=str)]
    what.update("\n".join(map(mark, rests)).encode())
    return Projection(given, units, sieve, how, what.hexdigest())


def mark(part: object) -> str:
    """What tells a table, or a value, from any other, in every process."""
    if isinstance(part, pd.DataFrame):
        return csv_text(part)
    if isinstance(part, tuple) and any(isinstance(one, pd.DataFrame) for one in part):
        return "\n".join(map(mark, part))
    return str(getattr(part, "key", part))


def in_units(rows: dict[str, int], enough: int) -> tuple[tuple[str, ...], ...]:
    """Indicators one after another, as many in a unit as it takes to have ``enough`` rows."""
    units: list[list[str]] = [[]]
    count = 0
    for name, size in rows.items():
        if count >= enough:
            units.append([])
            count = 0
        units[-1].append(name)
        count += size
    return tuple(tuple(unit) for unit in units if unit)


def _with_areas(table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The table as it is. Raises InputError for rows without an area, where nobody is there to list them."""
    bare = table[table["area"].isna() | table["area"].eq("")].head(20).to_dict("records")
    refuse(Fault("KEY-AREA-BLANK", str(one.get("file", file)), row=int(one["row"]), column="area") for one in bare)
    return table, []


def portion(table: pd.DataFrame, indicators: Sequence[str]) -> pd.DataFrame:
    """The rows of these indicators, with no more words than they use, in the order of those: the same in whatever
    company they were read."""
    words = table["indicator"].cat
    mine = np.isin(np.asarray(words.categories, object), list(indicators))
    some = table.take(np.flatnonzero(mine[words.codes.to_numpy()]))
    for name in (n for n in (*TEXT, "file") if n in some):
        codes = some[name].cat.codes.to_numpy()
        used, at = np.unique(codes, return_index=True)
        order = used[np.argsort(at)]
        order = order[order >= 0]
        new = np.full(len(some[name].cat.categories) + 1, -1, np.int32)
        new[order] = np.arange(len(order))
        some[name] = pd.Categorical.from_codes(new[codes], some[name].cat.categories.take(order))
    return some.reset_index(drop=True)


def coded_table(block: pd.DataFrame) -> pa.Table:
    """A table as it is written, of trajectories its columns in order; texts are categories."""
    import pyarrow as pa

    columns = {}
    first = FIRST_COLUMNS if "kind" in block else ()
    for name in (*first, *(c for c in block.columns if c not in first)):
        column = block[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            words = pa.array(column.cat.categories.to_numpy(object), pa.string())
            codes = pa.array(column.cat.codes.to_numpy().astype(np.int32))
            columns[name] = pa.DictionaryArray.from_arrays(codes, words)
        else:
            columns[name] = pa.array(column, from_pandas=True)
    return pa.table(columns)

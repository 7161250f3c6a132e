"""Work in parts: each is written whole or not at all, whoever does it, and the parts in their order make the file.

A unit of work holds everything that its answer rests on (an indicator with all its areas), so a part is the same bytes
in one run, in a shard of it, in a run begun again after a kill, or on a worker of a Dask cluster. Parts lie in the folder
``FILE.parts`` until the file is there; a part carries the key of all that it was made from, and a checksum of every page.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import asdict
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from healthplan import cluster, sealed
from healthplan.errors import Fault, InputError, refuse, wrong_value
from healthplan.files import beside, harmless, sweep

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[int, int], None]
Done = tuple[int, Path]
ROUND = 12_000_000  # rows read at once: what bounds the memory
WORKERS = 2
WAITING = 3  # units read and not yet begun, at most
TASKS = 16  # of a cluster, at least: what a worker that dies takes with it
ROW_GROUP = 1 << 20
ABOUT = b"healthplan"  # the key under which a file says what it is part of
DICTIONARY = 1 << 26  # bytes up to which the words of a column are kept once, in their order


class Work(Protocol):
    """What is cut into units, numbered from 0. ``key``: of everything that the answer rests on; ``sizes``: rows of each."""

    @property
    def key(self) -> str: ...
    @property
    def sizes(self) -> Sequence[int]: ...
    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """What each of these units needs."""
        ...

    def solve(self, given: Any) -> tuple[pa.Table, list[Fault]]:
        """Its rows, and what was said of its figures; of None a table without rows."""
        ...

    def calm(self) -> AbstractContextManager[None]:
        """What has to hold while units are solved beside each other."""
        ...


def shard_of(written: str) -> tuple[int, int]:
    """Number and count of ``i/N``."""
    number, _, count = written.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        wrong_value("--shard", written, "1/4 ... 4/4")
    return int(number), int(count)


def refuse_ending(path: Path, expected: str = ".csv, .parquet") -> None:
    """Raises InputError for a file that is none of these."""
    if path.suffix.lower() not in expected.split(", "):
        raise InputError(Fault("FILE-FORMAT", file=str(path), fields={"reason": path.suffix, "expected": expected}))


def run(
    work: Work,
    out: Path,
    *,
    shard: tuple[int, int] | None = None,
    scheduler: str = "",
    processes: bool = False,
    progress: Progress | None = None,
) -> tuple[int, list[Fault]]:
    """Write ``out`` (.csv or .parquet; of a ``shard`` .parquet): rows written, and what was said of the figures.

    ``scheduler``: address of a Dask cluster whose workers see the same files; else two threads, or ``processes``. Parts
    that an earlier run finished are taken as they are.
    """
    refuse_ending(out, ".parquet" if shard else ".csv, .parquet")
    number, count = shard or (1, 1)
    size = len(work.sizes)
    mine = [unit for unit in range(size) if unit * count // size == number - 1]
    folder = out.absolute().with_name(f"{out.name}.parts")
    for left in (out.absolute().parent, folder):
        sweep(left, deep=False)
    place = {unit: _part(folder, work.key, unit) for unit in mine}
    done = {unit for unit, path in place.items() if _is_whole(path, work.key)}
    todo = [unit for unit in mine if unit not in done]
    made = _there(work, folder, todo, scheduler) if scheduler else _here(work, folder, todo, processes)
    total, faults = sum(work.sizes[unit] for unit in mine), []
    with beside(out) as part:
        with _writer(part, work.solve(None)[0].schema, out) as sink:
            ahead = iter(mine)
            following = next(ahead, None)
            for unit in _each(done, made):
                done.add(unit)
                if progress is not None:
                    progress(sum(work.sizes[u] for u in done), total)
                while following is not None and following in done:
                    sink.copy(place[following])
                    faults += _told(place[following])
                    following = next(ahead, None)
            if shard:
                sink.say({"key": work.key, "shard": number, "of": count, **sealed.OPEN})
        if shard:
            sealed.seal(part)
    for path in (*folder.glob("*-*.parquet"), folder):
        with suppress(OSError):
            path.rmdir() if path == folder else path.unlink()
    return sink.rows, faults


def merge(files: Sequence[Path], out: Path) -> int:
    """The shards of one run as its whole file, the same bytes as without shards; rows written. Raises InputError that
    names a file which is no shard, is damaged, or is one of another run, and the shards that are missing."""
    refuse_ending(out)
    told = {file: _shard_said(file) for file in files}
    first: dict[str, Any] = next((one for one in told.values() if "of" in one), {})
    key, count = first.get("key"), int(first.get("of", 0))
    foreign = [file for file, one in told.items() if (one.get("key"), one.get("of", -1)) != (key, count)]
    refuse(Fault("SHARD-FOREIGN", file=str(file), fields={"other": str(files[0])}) for file in foreign)
    by_number = {one["shard"]: file for file, one in told.items()}
    missing = [f"{i}/{count}" for i in range(1, count + 1) if i not in by_number]
    refuse(Fault("SHARD-MISSING", file=str(files[0]), fields={"shards": ", ".join(missing)}) for _ in missing[:1])
    import pyarrow.parquet as pq

    schema = _coded(pq.read_schema(by_number[1]))
    with beside(out) as part, _writer(part, schema, out) as sink:
        for number in range(1, count + 1):
            sink.copy(by_number[number])
    return sink.rows


def _shard_said(path: Path) -> dict[str, Any]:
    """What a shard says of itself; nothing where the file is none. Raises InputError for a damaged one, of which no more is
    read than its bytes: what reads a damaged page may fall over it."""
    if not path.exists():
        raise InputError(Fault("FILE-MISSING", file=str(path)))
    whole = sealed.holds(path)
    if whole is False:
        raise InputError(Fault("SHARD-DAMAGED", file=str(path)))
    said: dict[str, Any] = json.loads(_about(path)[ABOUT]) if whole else {}
    return said


def _each(done: set[int], made: Iterator[int]) -> Iterator[int]:
    yield from sorted(done)
    yield from made


def _here(work: Work, folder: Path, todo: list[int], processes: bool) -> Iterator[int]:
    """The units on this machine, as they are ready."""
    if not todo:
        return
    with ExitStack() as stack:
        stack.enter_context(work.calm())
        pool: Executor
        if processes and len(todo) > 1:
            pool = ProcessPoolExecutor(WORKERS, get_context("spawn"), _begin)
        else:
            pool = ThreadPoolExecutor(WORKERS)
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        for numbers in _rounds(work, todo, ROUND // 4 if processes else ROUND):
            waiting: set[Future] = set()
            for unit, given in work.read(numbers):
                waiting.add(pool.submit(_make, work, folder, unit, given))
                del given
                if len(waiting) >= WAITING:
                    ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in ready)
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in ready)


def _begin() -> None:
    """A worker ends with its run, for which it would wait for ever were that killed; and does not look through the
    hundreds of thousands of small things of a unit for rubbish each time there are a few hundred more."""
    gc.freeze()
    gc.set_threshold(500_000)

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _there(work: Work, folder: Path, todo: list[int], address: str) -> Iterator[int]:
    """The units on the workers of a Dask cluster: tasks of a few, done again elsewhere where a worker dies."""
    most = max(sum(work.sizes[u] for u in todo) // TASKS, 1)
    with cluster.client(address) as client:
        folder.mkdir(parents=True, exist_ok=True)
        tasks = [client.submit(_make_all, work, folder, numbers, pure=False) for numbers in _rounds(work, todo, most)]
        yield from cluster.results(client, tasks)


def _make_all(work: Work, folder: Path, numbers: list[int]) -> list[int]:
    """The parts of these units, but for those that are there already."""
    left = [unit for unit in numbers if not _is_whole(_part(folder, work.key, unit), work.key)]
    with work.calm():
        for unit, given in work.read(left):
            _make(work, folder, unit, given)
    return numbers


def _make(work: Work, folder: Path, unit: int, given: Any) -> int:
    """The part of one unit."""
    table, faults = work.solve(given)
    path = _part(folder, work.key, unit)
    with beside(path) as part, _writer(part, table.schema, path, compression="lz4", write_page_checksum=True) as sink:
        sink.write(table)
        sink.say({"key": work.key, "faults": [asdict(fault) for fault in faults]})
    return unit


def _rounds(work: Work, units: Iterable[int], most: int) -> Iterator[list[int]]:
    """Units to be read together: no more rows than this, but one unit at least."""
    some: list[int] = []
    rows = 0
    for unit in units:
        if some and rows + work.sizes[unit] > most:
            yield some
            some, rows = [], 0
        some.append(unit)
        rows += work.sizes[unit]
    if some:
        yield some


def _part(folder: Path, key: str, unit: int) -> Path:
    return folder / f"{key[:16]}-{unit:06d}.parquet"


def _about(path: Path) -> dict[bytes, bytes]:
    """What a Parquet file says of itself; nothing where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.exists():
        raise InputError(Fault("FILE-MISSING", file=str(path)))
    try:
        return pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return {}


def _is_whole(path: Path, key: str) -> bool:
    """Whether a part is there, made from the same, and readable to its last page."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if not path.exists() or json.loads(_about(path)[ABOUT])["key"] != key:
            return False
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for group in range(file.num_row_groups):
                file.read_row_group(group)
    except (OSError, KeyError, ValueError, pa.ArrowException):
        return False
    return True


def _told(path: Path) -> list[Fault]:
    return [Fault(**one) for one in json.loads(_about(path)[ABOUT])["faults"]]


def _plainly(one: Any) -> Any:
    """A number of NumPy as one of Python, anything else in words."""
    return one.item() if hasattr(one, "item") else str(one)


class _Sink:
    """What tables are appended to; their texts are written as words in the order in which they were coded."""

    def __init__(self, writer: Any, as_csv: bool) -> None:
        self.writer, self.as_csv, self.rows = writer, as_csv, 0

    def write(self, table: pa.Table) -> None:
        self.rows += len(table)
        table = _shown(table) if self.as_csv else table
        for at in range(0, len(table), ROW_GROUP):
            self.writer.write_table(table.slice(at, ROW_GROUP).combine_chunks(), ROW_GROUP)

    def copy(self, path: Path) -> None:
        """Append a file's row groups, each as one."""
        import pyarrow.parquet as pq

        texts = [field.name for field in pq.read_schema(path) if str(field.type) == "string"]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            for group in range(file.num_row_groups):
                self.write(file.read_row_group(group).unify_dictionaries())

    def say(self, about: dict[str, Any]) -> None:
        self.writer.add_key_value_metadata({ABOUT: json.dumps(about, ensure_ascii=False, default=_plainly)})


@contextmanager
def _writer(part: Path, schema: pa.Schema, path: Path, compression: str = "zstd", **more: Any) -> Iterator[_Sink]:
    from pyarrow import csv, parquet

    as_csv = path.suffix.lower() == ".csv"
    schema = schema.remove_metadata()
    texts = [f.name for f in schema if str(f.type).startswith("dictionary")]
    how: dict[str, Any] = {"use_dictionary": texts, "dictionary_pagesize_limit": DICTIONARY, "store_schema": False}
    opened = csv.CSVWriter(part, _plain(schema)) if as_csv else None
    with opened or parquet.ParquetWriter(part, schema, compression=compression, **how, **more) as writer:
        yield _Sink(writer, as_csv)


def _coded(schema: pa.Schema) -> pa.Schema:
    """The schema with texts coded."""
    import pyarrow as pa

    coded = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([pa.field(f.name, coded if f.type == pa.string() else f.type) for f in schema])


def _shown(table: pa.Table) -> pa.Table:
    """The table with ordinary texts, none that a spreadsheet would run."""
    import pyarrow as pa

    table = table.unify_dictionaries()
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            coded = table.column(place).combine_chunks()
            words = pa.array([harmless(word) for word in coded.dictionary.to_pylist()], pa.string())
            table = table.set_column(place, field.name, words.take(coded.indices))
    return table


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with ordinary texts."""
    import pyarrow as pa

    plain = (pa.string() if pa.types.is_dictionary(f.type) else f.type for f in schema)
    return pa.schema([pa.field(f.name, kind) for f, kind in zip(schema, plain, strict=True)])

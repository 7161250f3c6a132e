"""Every file this package writes: built beside its place, forced to the disk, then renamed; and its one csv writer.

An interrupted or failed write leaves the file of before. A csv cell that a spreadsheet would run instead of show
gets an apostrophe in front, and :func:`as_written` takes it away again when one of our own readers meets it.
"""

import csv
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

import pandas as pd

PART = ".part"  # how every unfinished file ends
# A sign a spreadsheet takes for the start of a formula (full-width ones too), behind whatever it skips: blanks,
# quotes, marks that cannot be seen. A tab or line end in front moves the rest into a cell of its own.
_RUNS = re.compile(r"""[\t\r\n]|[\s"“”\u200b-\u200f\u2060\ufeff]*[=＝+＋@＠\-−－﹣﹢﹦﹫](?=.)""", re.DOTALL)
_NUMBER = re.compile(r"[+\-−＋－]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(?<=\d)([eE][+\-]?\d+)?[%‰％]?", re.ASCII)
_LEFT = re.compile(r"\.([0-9a-f]+)-[0-9a-f]+\.part")  # as :func:`beside` names them: whose process, and which
_BEGAN = time.time()
_numbers = count()


def harmless(cell: object) -> object:
    """The cell with an apostrophe in front if a spreadsheet would run it; numbers and other text as they are."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}" if _RUNS.match(cell.lstrip("'")) else cell


def as_written(cell: str) -> str:
    """The text that :func:`harmless` was given."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell.lstrip("'")) else cell


def shown_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with every cell and header harmless; columns of numbers are not looked at."""
    out = frame.set_axis([harmless(name) for name in frame.columns], axis=1)
    for place, kind in enumerate(frame.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            out.isetitem(place, _each(frame.iloc[:, place]))
    return out


def _each(column: pd.Series) -> pd.Series:
    """Each different text is looked at once: most stand in thousands of rows."""
    changed = {cell: new for cell in column.unique() if (new := harmless(cell)) is not cell}
    return column.astype("object").map(lambda cell: changed.get(cell, cell)) if changed else column


def read_back(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of texts as one of our csv files holds it, with the words that were written."""
    return frame.rename(columns=as_written).apply(_each_back)


def _each_back(column: pd.Series) -> pd.Series:
    marked = column.str.startswith("'", na=False)
    return column.where(~marked, column[marked].map(as_written)) if marked.any() else column


def csv_text(frame: pd.DataFrame) -> str:
    """The table as csv text without an index, lines ended by a line feed, no cell that a spreadsheet runs."""
    shown = shown_cells(frame)
    words = shown.to_csv(index=False, lineterminator="\n")
    if "\r" in words:  # a lone one would not be quoted and would begin a row of its own
        words = shown.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    return words


def write_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """The table as a csv file in UTF-8, with the byte order mark that Excel needs."""
    write_bytes(path, csv_text(frame).encode("utf-8-sig"))


def write_bytes(path: str | Path, content: bytes, *, follow: bool = True) -> None:
    """A file with this content, whole or not at all; a link that lies there is followed, or else gives way."""
    with beside(path, follow=follow) as part:
        part.write_bytes(content)


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Several files: first all beside their places, then each renamed, in the order given.

    Raises ``OSError`` when one cannot be written; the earlier files then stand as they were.
    """
    with ExitStack() as stack:
        for path, content in reversed([*contents.items()]):
            stack.enter_context(beside(path)).write_bytes(content)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: another that asks for the same folder waits. No wait where the system has no such lock."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def beside(path: str | Path, *, follow: bool = True) -> Iterator[Path]:
    """A name in the folder of ``path`` to write under; it becomes ``path`` when the block ends without an error
    and has written it. The folder is made if need be. A link is followed, or else gives way."""
    place = Path(os.path.realpath(path)) if follow else Path(path)
    part = place.with_name(f".{os.getpid():x}-{next(_numbers):x}{PART}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield part
        if not part.exists():  # nothing was written, so nothing takes its name
            return
        with part.open("r+b") as file:
            os.fsync(file.fileno())
        with suppress(OSError):  # the rights that someone gave the file of before
            if follow:
                shutil.copymode(place, part)
        part.replace(place)
        sync_folder(place.parent)
    except OSError as error:  # it names the file that was asked for, not what stood beside it
        error.filename, error.filename2 = str(place), None
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sweep(folder: Path, deep: bool = True) -> None:
    """Remove the unfinished files in a folder, and (``deep``) in those below it, that a process which has ended left there; those of one that runs, and
    whatever is named otherwise, stay."""
    for part in folder.rglob("*" + PART) if deep else folder.glob("*" + PART):
        with suppress(OSError):
            if (named := _LEFT.fullmatch(part.name)) and not runs(int(named[1], 16), part.stat().st_mtime):
                part.unlink()


def runs(process: int, wrote: float = _BEGAN) -> bool:
    """Whether there is such a process that can have written at that time; where the system cannot be asked, none is
    thought to run."""
    if os.name == "nt":  # there the question would end it
        return False
    try:
        if process == os.getpid():  # else another had this number before
            return wrote >= _BEGAN
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


def sync_folder(folder: Path) -> None:
    """Force the new name to the disk, where folders can be synced (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

"""The published site, an edition a folder: built aside, then shown by one rename of index.html.

``editions/<UTC time>/`` is whole before anybody is led there, and never changes. ``index.html`` links into one edition
only. The pages at the old addresses beside it are copies, which every run puts right; files of other people stay.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from healthplan import files
from healthplan.report.inputs import sha256

FOLDER, BUILDING, GONE = "editions", ".building", ".gone-"
MANIFEST, INDEX = "manifest.json", "index.html"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"\d{8}T\d{6}Z")
_LINK = re.compile(r'(\s(?:href|src)=")(?![#/]|[a-zA-Z][a-zA-Z0-9+.-]*:)')
_LEADS = re.compile(rf'href="{FOLDER}/({_NAME.pattern})/')
FILLED_IN = (".xlsx", ".docx")  # what people may open and save where it lies: never one file in two editions


def building(out: Path) -> Path:
    """The folder of the edition that is being made."""
    return out / FOLDER / BUILDING


def folder(out: Path, name: str) -> Path:
    """The folder of an edition."""
    return out / FOLDER / name


def every(out: Path) -> list[str]:
    """The names of the editions, oldest first."""
    with suppress(OSError):
        return sorted(p.name for p in (out / FOLDER).iterdir() if _NAME.fullmatch(p.name) and (p / MANIFEST).is_file())
    return []


def shown(out: Path) -> str:
    """The edition that the index leads to; the newest where there is no index that says one; empty before the first."""
    there = every(out)
    with suppress(OSError, UnicodeDecodeError):
        led = set(_LEADS.findall((out / INDEX).read_text("utf-8"))) & set(there)
        if led:
            return max(led)
    return there[-1] if there else ""


def new_name(out: Path, now: float) -> str:
    """A name after this time's, and after every edition there is, whatever the clock says."""
    when = datetime.fromtimestamp(now, UTC)
    if there := every(out):
        last = datetime.strptime(there[-1], _STAMP).replace(tzinfo=UTC)
        when = max(when, last + timedelta(seconds=1))
    return when.strftime(_STAMP)


def whole(place: Path, sums: Mapping[str, str]) -> bool:
    """Whether all these files lie in a folder with these sums."""
    return bool(sums) and all(sha256(place / name) == total for name, total in sums.items())


def carry(names: Collection[str], source: Path, target: Path) -> None:
    """Take files of an earlier edition over as they are: one file in both where the system can, but for those that
    somebody may save anew in its place."""
    for name in names:
        new = target / name
        new.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        try:
            if new.suffix in FILLED_IN:
                raise OSError
            os.link(source / name, new)
        except OSError:
            files.write_bytes(new, (source / name).read_bytes())


def clear(place: Path, keep: Collection[str] = ()) -> None:
    """Remove every file of a folder of ours that is not named, and the folders that are empty then."""
    for path in sorted(place.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()
        elif path.relative_to(place).as_posix() not in keep:
            path.unlink(missing_ok=True)


def publish(out: Path, name: str, index: str) -> None:
    """Give the finished edition its name, and lead to it. ``index``: its index page."""
    made = folder(out, name)
    for place in (building(out), *(p for p in building(out).rglob("*") if p.is_dir())):
        files.sync_folder(place)
    building(out).rename(made)
    files.sync_folder(made.parent)
    files.write_bytes(out / INDEX, leading(index, name).encode("utf-8"), follow=False)


def leading(index: str, name: str) -> str:
    """An edition's index as it stands above the editions: every link leads into this one."""
    return _LINK.sub(rf"\1{FOLDER}/{name}/", index)


def repair(out: Path, name: str, stale: Mapping[str, str], stays: Callable[[Path], bool]) -> list[str]:
    """Make the copies at the old addresses those of the edition shown, its manifest last; return those that could not be
    written. ``stale``: what an earlier edition had, with its sums, which goes where nobody changed it; ``stays``: whether
    somebody works with the file that lies there."""
    source, failed = folder(out, name), []
    if (index := leading((source / INDEX).read_text("utf-8"), name).encode("utf-8")) != _content(out / INDEX):
        files.write_bytes(out / INDEX, index, follow=False)
    found = sorted(p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file())
    for one in sorted(set(stale) - set(found)):
        if sha256(out / one) == stale[one]:
            _remove(out, out / one)
    for one in sorted(found, key=lambda one: one == MANIFEST):
        content = (source / one).read_bytes()
        try:
            for above in (out / one).parents[: len(Path(one).parts) - 1]:
                if above.is_symlink():  # it leads to somebody else's folder
                    above.unlink()
            if one == INDEX or stays(out / one) or _content(out / one) == content:
                continue
            files.write_bytes(out / one, content, follow=False)
        except OSError:
            failed.append(one)
    return failed


def _content(path: Path) -> bytes | None:
    """Of a file of its own, which a link is not."""
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _remove(out: Path, path: Path) -> None:
    """A file, and the folders below ``out`` that are empty then."""
    with suppress(OSError):
        path.unlink()
        while path.parent != out:
            path = path.parent
            path.rmdir()


def prune(out: Path, keep: int) -> None:
    """Leave no more than the newest ``keep`` editions, and the one that is shown."""
    there, now = every(out), shown(out)
    for name in there[: max(0, len(there) - keep)]:
        if name != now:
            folder(out, name).rename(out / FOLDER / f"{GONE}{name}")  # from here on nobody takes it for an edition
    for left in (out / FOLDER).glob(f"{GONE}*"):  # also what a run that was killed had begun to remove
        shutil.rmtree(left, ignore_errors=True)

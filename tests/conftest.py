"""What all tests share: the folder of reference material that stands beside the project, where present, and how
properties are tried: never against the clock, and with the same examples every time, so that a red run can be run again."""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_collection_finish() -> None:
    """What has been loaded stays; to look for lost objects as often as Python does costs a tenth of the time (as in ``forks``)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def shared(*parts: str) -> Path:
    """A path in ../shared; the calling test is skipped, visibly, where that folder is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {Path('..', 'shared', *parts).as_posix()}, which is not here")
    return path


SITE_PLANS = ("demo-2027", "wansheng-2023-2025")
GENERATED = {"long-3": ("zh", "en"), "long-40": ("en",), "long-120": ("zh",)}  # a plan and its languages


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demo report with its quarters, a real plan's, and the index, in both languages and all formats: made once for all
    tests that read them, whichever process they run in."""
    return _once(tmp_path_factory, "site-of-all", lambda out: _run(ROOT, out, dict.fromkeys(SITE_PLANS, ("zh", "en"))))


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Reports of plans with 3, 40 and 120 goals whose names have forty characters, in all formats."""
    from generated_plans import workspace

    return _once(tmp_path_factory, "generated", lambda out: _run(workspace(out / "home"), out, GENERATED))


def _once(tmp_path_factory, name: str, make: Callable[[Path], None]) -> Path:
    base = tmp_path_factory.getbasetemp()
    out = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    with _alone(out.with_suffix(".lock")):
        if not (out / "whole").exists():
            out.mkdir()
            make(out)
            (out / "whole").touch()
    return out


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time."""
    with lock.open("a") as held:
        if os.name != "nt":
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _run(home: Path, out: Path, plans: dict[str, tuple[str, ...]]) -> None:
    """What an office runs, of each plan in its languages."""
    around = {k: v for k, v in os.environ.items() if k != "HEALTHPLAN_LANG"} | {"HEALTHPLAN_WORKSPACE": str(home)}
    for langs in dict.fromkeys(plans.values()):
        files = [home / "parameters" / f"{plan}.yaml" for plan, wanted in plans.items() if wanted == langs]
        words = [part for lang in langs for part in ("--lang", lang)] + ["--formats", "html,pdf,docx,xlsx"]
        command = [sys.executable, "-m", "healthplan", "run", *map(str, files), *words, "--out", str(out)]
        ran = subprocess.run(command, env=around, capture_output=True, text=True, encoding="utf-8")
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def door():
    """Commands that need not start (see ``doors``): ``door(*words, cwd=..., env=...)`` gives the process that has ended, its
    output as bytes; ``door.command`` is a shell's way to them."""
    import doors

    with doors.Door() as one:
        yield one


@pytest.fixture(scope="session")
def tab():
    """A browser; the test is skipped, visibly, where there is none."""
    import browser

    if os.name == "nt" or not browser.find():
        pytest.skip("no Chromium on this machine")
    with browser.Browser() as one:
        yield one

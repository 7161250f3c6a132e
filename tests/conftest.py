"""What all tests share: the folder of reference material that stands beside the project, where present, and how
properties are tried: never against the clock, and with the same examples every time, so that a red run can be run again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """A path in ../shared; the calling test is skipped, visibly, where that folder is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {Path('..', 'shared', *parts).as_posix()}, which is not here")
    return path


SITE_PLANS = ("demo-2027", "wansheng-2023-2025")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The demo report with its quarters, a real plan's, and the index, in both languages and all formats: made once for all
    tests that read them, whichever process they run in."""
    shared_by_all = (
        tmp_path_factory.getbasetemp().parent
        if os.environ.get("PYTEST_XDIST_WORKER")
        else tmp_path_factory.getbasetemp()
    )
    out = shared_by_all / "site-of-all"
    with _alone(shared_by_all / "site-of-all.lock"):
        if not (out / "whole").exists():
            _make_site(out)
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


def _make_site(out: Path) -> None:
    from typer.testing import CliRunner

    from healthplan.cli import app

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))
        patch.delenv("HEALTHPLAN_LANG", raising=False)
        files = [str(ROOT / "parameters" / f"{plan}.yaml") for plan in SITE_PLANS]
        both = ["--lang", "zh", "--lang", "en", "--formats", "html,pdf,docx,xlsx"]
        ran = CliRunner().invoke(app, ["run", *files, *both, "--out", str(out)])
        assert ran.exit_code == 0, ran.output


@pytest.fixture(scope="session")
def tab():
    """A browser; the test is skipped, visibly, where there is none."""
    import browser

    if os.name == "nt" or not browser.find():
        pytest.skip("no Chromium on this machine")
    with browser.Browser() as one:
        yield one

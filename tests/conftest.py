"""What all tests share: the folder of reference material that stands beside the project, where present, and how
properties are tried: never against the clock, and with the same examples every time, so that a red run can be run again."""

import os
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
    """The demo report, a real plan's and the index in both languages, made for these tests."""
    from healthplan.report.command import make_reports

    out = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))
        files = [ROOT / "parameters" / f"{plan}.yaml" for plan in SITE_PLANS]
        assert make_reports(files, out, langs=["zh", "en"]) == 0
    return out


@pytest.fixture(scope="session")
def tab():
    """A browser; the test is skipped, visibly, where there is none."""
    import browser

    if os.name == "nt" or not browser.find():
        pytest.skip("no Chromium on this machine")
    with browser.Browser() as one:
        yield one

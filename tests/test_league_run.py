"""A report on the areas of a larger one goes through the run as a plan's does: file to edition, and only when it is to be."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest

import healthplan
from healthplan.errors import HealthplanError
from healthplan.report import editions, manifest
from healthplan.report.parameters import load_parameters

ROOT = Path(__file__).resolve().parent.parent
ASKED = "parts_of: china\nindicators: [health_staff_per_1000]\nto: 2027\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A workspace with the shipped figures and notebook."""
    place = tmp_path_factory.mktemp("areas") / "work space"
    shutil.copytree(ROOT / "data", place / "data", ignore=shutil.ignore_patterns("plans"))
    (place / "data/plans").mkdir()
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    (place / "parameters").mkdir()
    (place / "parameters/staff.yaml").write_text(ASKED, "utf-8")
    return place


def run(root, *words):
    """What an office types: exit code and what was said."""
    command = [sys.executable, "-m", "healthplan", "run", "--lang", "zh", "--lang", "en", *words]
    env = {**os.environ, "HEALTHPLAN_WORKSPACE": str(root)}
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def change(file, area, year, by):
    """Another value for one figure of a file."""
    rows = pd.read_csv(file, dtype="str", keep_default_na=False)
    one = (rows["area"] == area) & (rows["year"] == str(year)) & (rows["period"] == "")
    at = rows.index[one & rows["indicator"].str.contains("health_workers_total|beds|births|population_resident")][0]
    rows.loc[at, "value"] = str(float(rows.loc[at, "value"]) * by)
    rows.to_csv(file, index=False, lineterminator="\n")


def test_from_parameter_file_to_edition_and_only_what_changed(root):
    """Guards: pages whose links lead nowhere; an index that says something else than the page; a figure of a district that
    makes a report on provinces anew, or one of a province that does not; pages of the same inputs that differ."""
    out = root / "reports"
    assert run(root)[0] == 0
    entry = manifest.read(out).reports["staff.html"]
    league = pd.read_csv(out / "staff.league.csv")
    assert (entry.parts_of, entry.plan, entry.year) == ("china", "", int(league["year"].max()))
    assert len(league) == 31 and set(league["outlook_year"]) == {2027}
    for lang, page in {"zh": "staff.html", "en": "staff.en.html"}.items():
        headline = manifest.read(out).reports[page].headline
        index = (out / {"zh": "index.html", "en": "index.en.html"}[lang]).read_text("utf-8")
        assert headline and headline in index and headline in (out / page).read_text("utf-8")
    assert dead_links(out) == []
    assert (out / "staff.xlsx").stat().st_size > 10_000
    first, before = editions.every(out), {f.name: f.read_bytes() for f in out.glob("staff.*") if f.is_file()}
    change(root / "data/observations/districts.csv", "wanzhou", 2020, 1.01)
    assert run(root)[0] == 0 and editions.every(out) == first, "no district is looked at"
    assert run(root, "--force")[0] == 0
    assert {f.name: f.read_bytes() for f in out.glob("staff.*") if f.is_file()} == before
    change(root / "data/observations/provinces.csv", "anhui", 2024, 1.02)
    assert run(root)[0] == 0 and len(editions.every(out)) > len(first)
    now = pd.read_csv(out / "staff.league.csv").set_index("area")["value"]
    then = league.set_index("area")["value"]
    assert now["anhui"] == pytest.approx(1.02 * then["anhui"])
    assert now.drop("anhui").equals(then.reindex(now.index).drop("anhui"))


def dead_links(out):
    """Links of the pages to files or anchors that are not there."""
    pages = {page.name: page.read_text("utf-8") for page in out.glob("*.html")}
    anchors = {name: set(re.findall(r' id="([^"]+)"', words)) for name, words in pages.items()}
    found = []
    for name, words in pages.items():
        for href in re.findall(r'href="([^"]+)"', words):
            to = urlsplit(href)
            file = unquote(to.path) or name
            there = (out / file).exists()
            if not there or (to.fragment and to.fragment not in anchors.get(file, {to.fragment})):
                found.append((name, href))
    return found


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
def test_its_pages_open_without_complaint_and_fit_their_window(root, tab, width):
    """Guards: a league that pushes the page wide on a phone, a script, a request."""
    if not (root / "reports").is_dir():
        assert run(root)[0] == 0
    for page in (
        "staff.html",
        "staff.en.html",
        "staff.overview.html",
        "staff.areas.html",
        "staff.en.areas-2.html",
        "staff.details.html",
    ):
        tab.open(root / "reports" / page, width)
        assert (tab.complaints(), tab.requests(), tab.value("document.scripts.length")) == ([], [], 0), page
        assert tab.value("document.documentElement.scrollWidth") <= width, page
        outside = tab.value(
            "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, .picture, svg') && e.offsetParent"
            " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
        )
        assert outside == [], page


def test_a_notebook_that_answers_for_other_areas_has_failed(root, tmp_path):
    import nbformat

    place = tmp_path / "w"
    shutil.copytree(root, place, ignore=shutil.ignore_patterns("reports"))
    book = nbformat.read(place / "notebooks/04-league.ipynb", 4)
    calls = [cell for cell in book.cells if "hp.areas(parts_of" in cell.source]
    calls[0].source = (
        calls[0]
        .source.replace("hp.areas(parts_of", 'hp.areas("chongqing"')
        .replace("indicators=indicators", "indicators=['population_resident']")
    )
    book.cells = [c for c in book.cells if "hp.section" not in c.source]
    nbformat.write(book, place / "notebooks/04-league.ipynb")
    figures = [
        f"population_resident,{area},2023,{n}00000\n" for n, area in enumerate(("wanzhou", "dazu", "wansheng"), 5)
    ]
    (place / "own.csv").write_text("indicator,area,year,value\n" + "".join(figures), "utf-8")
    (place / "parameters/staff.yaml").write_text(ASKED + "observations: [own.csv]\n", "utf-8")
    code, said = run(place)
    assert code == 1
    assert said.count("chongqing") == 2 and "china" in said, said


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("as_of: 2024\n", {"PARAM-MISSING"}),
        ("plan: demo-2027\nparts_of: china\n", {"PARAM-KIND"}),
        ("plan: demo-2027\nindicators: [beds]\nto: 2027\n", {"PARAM-KIND"}),
        ("parts_of: china\narea: demo\ncut_off: 2024-06-30\n", {"PARAM-KIND"}),
        ("parts_of: china\nindicators: [Beds, 'a b']\n", {"PARAM-VALUE"}),
        ("parts_of: china\nto: later\n", {"PARAM-VALUE"}),
    ],
)
def test_parameters_of_two_kinds_are_refused_in_either_language_alone(tmp_path, words, codes):
    """Guards: a plan's parameter that a report on areas leaves aside in silence; a reason in the other language."""
    (tmp_path / "p.yaml").write_text(words, "utf-8")
    with pytest.raises(HealthplanError) as error:
        load_parameters(tmp_path / "p.yaml")
    assert {fault.code for fault in error.value.faults} == codes
    for fault in error.value.faults:
        assert not re.search(r"[\u4e00-\u9fff]", fault.text("en"))
        ours = re.sub(r"[a-z]+(_[a-z]+)+|[\w/.-]+\.(yaml|csv|ipynb)|[A-Z]+-[A-Z]+|Beds|later|a b", "", fault.text("zh"))
        assert not re.search(r"\b(not|year|empty|figures|of)\b", ours), ours


def test_an_area_without_any_figure_is_said_and_one_that_is_no_more_is_not(tmp_path, monkeypatch):
    """Guards: a county that sends nothing and is seen nowhere; a county dissolved years ago that is asked for its figures."""
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("plans", "observations"))
    (tmp_path / "data/observations").mkdir()
    areas = pd.read_csv(tmp_path / "data/areas.csv", dtype="str", keep_default_na=False)
    new = [("guizhou-x", "甲省", "Jia", "province", "china")]
    new += [(f"x{n}", f"甲{n}县", f"Jia {n}", "former" if n == 6 else "district", "guizhou-x") for n in range(7)]
    rows = pd.DataFrame(new, columns=["area", "name_zh", "name_en", "rank", "parent"])
    rows = pd.concat([areas, rows]).fillna("")
    rows.to_csv(tmp_path / "data/areas.csv", index=False)
    (tmp_path / "data/corrections.csv").unlink()
    figures = [
        ("nurses_per_1000", f"x{n}", year, 2 + n / 10 + (year - 2018) / 20)
        for n in range(5)
        for year in range(2018, 2025)
    ]
    frame = pd.DataFrame(figures, columns=["indicator", "area", "year", "value"])
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    seen = healthplan.areas("guizhou-x", files=[frame], lang="zh")
    silent = seen.league.set_index("area").loc["x5"]
    assert set(seen.areas) == {f"x{n}" for n in range(6)} == set(seen.league["area"])
    assert pd.isna(silent["place"]) and (silent["basis"], silent["than_typical"]) == ("none", "unknown")
    page = str(healthplan.section(seen, "first"))
    assert "甲5县" in page and "甲6县" not in page

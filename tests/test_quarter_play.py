"""A year of Wanzhou's plan played by an office and fifteen departments that know only their workbooks (all figures invented):
every trouble ends as it should, nothing is lost, every verdict is reckoned twice, and a figure is followed to the first page."""

import csv
import html
import io
import os
import re
import shutil
from collections import Counter
from datetime import date

import openpyxl
import pytest
import quarter_again as again
import quarter_play as made
from conftest import ROOT
from typer.testing import CliRunner

import healthplan
from healthplan import cli
from healthplan.ledger import store
from healthplan.messages import text
from healthplan.quarter import pages
from healthplan.starter import make_workspace

PLAN, YEAR = "wanzhou-2024", 2024
FIELDS = {"本期数值": "figure", "分子": "figure", "分母": "figure", "阶段": "stage", "进展情况": "progress", "存在问题": "problem",
          "下一步措施": "measure", "完成时限": "expected_done", "佐证材料": "evidence"}  # fmt: skip
EDITIONS = {"2024Q1-1": "2024-04-09", "2024Q2-1": "2024-07-09", "2024Q2-2": "2024-07-14", "2024Q3-1": "2024-10-09",
            "2024Q4-1": "2025-01-09", "2024Q4-2": "2025-01-14"}  # fmt: skip


@pytest.fixture(scope="module")
def game(tmp_path_factory):
    """The year as played, once for all tests; the workspace is in force while they run."""
    folder = tmp_path_factory.mktemp("year") / "区"
    before = {name: os.environ.get(name) for name in ("HEALTHPLAN_WORKSPACE", "HEALTHPLAN_LANG")}
    os.environ["HEALTHPLAN_LANG"] = "zh"
    make_workspace(folder)
    shutil.copytree(ROOT / "data" / "plans" / PLAN, folder / "data" / "plans" / PLAN)
    yield made.play(folder, PLAN, YEAR)
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture(scope="module")
def ledger(game):
    return store.load(PLAN)


@pytest.fixture(scope="module")
def by_return(ledger):
    found = {}
    for row in ledger.entries.to_dict("records"):
        found.setdefault(row["return_id"], []).append(row)
    return found


def test_the_year_is_as_large_as_a_real_one(ledger):
    everyone = {one for task in ledger.tasks.to_dict("records") for one in store.departments_of(task)}
    assert len(ledger.tasks) >= 100 and len(everyone) == 15
    assert (ledger.tasks["support"] != "").sum() >= 51
    assert set(ledger.tasks["kind"]) >= {"cumulative", "average", "end_value", "bound", "stages"}


# --- troubles


def test_every_trouble_of_the_list_happened(game):
    assert {(one.name, one.quarter) for one in made.TROUBLES} == {(met.name, int(met.quarter[-1])) for met in game.met}


def of_cell(met, by_return):
    rows = [r for r in by_return.get(met.return_id, []) if (r["task_id"], r["item_id"]) == (met.task, met.item)]
    return [r for r in rows if r["field"] in ("figure", "stage")]


def said(game, quarter):
    """Everything that taking said of a quarter."""
    return "\n".join(words for key, words in game.said.items() if key[0] == "take" and key[1] == quarter)


def refused(game, ledger, by_return, met):
    rows = [row for row in of_cell(met, by_return) if row["status"] == "refused"]
    assert len(rows) == 1 and rows[0]["reason"] and pd_none(rows[0]["value"]), met
    assert rows[0]["reason"] in said(game, met.quarter), met


def pd_none(value):
    return value is None or value != value


def accepted(game, ledger, by_return, met):
    assert any(row["status"] != "refused" for row in of_cell(met, by_return)), met


def unreported(game, ledger, by_return, met):
    """No entry of the quarter counts, none is 0, and the task is neither judged nor behind."""
    now = [row for row in of_cell(met, by_return) if row["quarter"] == met.quarter]
    assert not now, met
    led = set(ledger.tasks.loc[ledger.tasks["lead"] == met.department, "task_id"]) if not met.task else {met.task}
    led -= set(ledger.items.loc[~ledger.items["department"].isin(["", met.department]), "task_id"]) | set(
        ledger.tasks.loc[ledger.tasks["reporting"] == "annual_only", "task_id"]
    )
    first = ledger.verdicts[(ledger.verdicts["edition"] == f"{met.quarter}-1") & ledger.verdicts["task_id"].isin(led)]
    assert len(first) == len(led) and set(first["state"]) <= {"unreported", "cannot_judge"}, (met, set(first["state"]))
    assert first["to_date"].isna().all() and (first["lamp"] == "").all()


def whole(game, ledger, by_return, met):
    assert met.return_id not in set(ledger.returns["return_id"]) and met.return_id not in by_return
    assert f"{met.file}：整表退回" in said(game, met.quarter)


def repeated(game, ledger, by_return, met):
    own = ledger.returns[ledger.returns["return_id"] == met.return_id]
    assert len(own) == 1
    if met.name == "unedited":
        assert own["state"].iloc[0] == "unfilled" and met.return_id not in by_return
    else:
        assert f"{met.file}：与已收的表完全相同" in said(game, met.quarter)


def warned(game, ledger, by_return, met):
    words = {"row_added": "列入待认领", "locked_changed": "改动了锁定的", "older_version": "旧版本"}[met.name]
    assert re.search(f"{re.escape(met.file)}：.*{words}", said(game, met.quarter))
    assert by_return[met.return_id]


def returned(game, ledger, by_return, met):
    own = ledger.returns[ledger.returns["return_id"] == met.return_id].iloc[0]
    wanted = {"late": {"late"}, "partial": {"partial"}}.get(met.name, {"returned", "partial"})
    assert own["state"] in wanted and (own["days_late"] > 0) == (met.name == "late")
    assert by_return[met.return_id]


ENDS = {"refused": refused, "accepted": accepted, "unreported": unreported, "whole": whole, "again": repeated, "warned": warned,
        "returned": returned}  # fmt: skip


@pytest.mark.parametrize("trouble", made.TROUBLES, ids=lambda one: f"{one.name}-{one.quarter}")
def test_a_trouble_ends_as_it_should(game, ledger, by_return, trouble):
    mine = [met for met in game.met if (met.name, int(met.quarter[-1])) == (trouble.name, trouble.quarter)]
    for met in mine:
        ENDS[trouble.ends](game, ledger, by_return, met)


def one(game, by_return, name):
    """The entry that a trouble of a single cell left."""
    met = next(met for met in game.met if met.name == name)
    now = [row for row in of_cell(met, by_return) if row["quarter"] == met.quarter]
    return now[0]


def test_marks_are_converted_and_said(game, by_return):
    assert one(game, by_return, "thousands")["value"] == 1200 and "1200" in one(game, by_return, "thousands")["reason"]
    about = one(game, by_return, "about")
    assert (about["value"], about["approx"]) == (1200, True)
    assert one(game, by_return, "percent_for_permille")["value"] == 2.8
    assert one(game, by_return, "not_applicable")["status"] == "not_applicable"
    assert "重复统计" in one(game, by_return, "falls_with_reason")["reason"]


def test_text_in_a_figure_cell_is_kept(game, by_return):
    met = next(met for met in game.met if met.name == "text_for_number")
    assert one(game, by_return, "text_for_number")["text"] == "约五百上下吧"
    assert any(r["field"] == "progress" and r["task_id"] == met.task for r in by_return[met.return_id])


def test_two_people_on_one_cell_are_both_named(game, by_return):
    files = [met.file for met in game.met if met.name == "two_on_one_cell"]
    for met in (met for met in game.met if met.name == "two_on_one_cell"):
        (row,) = [r for r in of_cell(met, by_return) if r["status"] == "refused"]
        assert all(file in row["reason"] for file in files)


def test_an_earlier_quarter_is_corrected_by_a_reason_alone(game, ledger, by_return):
    for met in (met for met in game.met if met.name.startswith("earlier")):
        rows = [row for row in of_cell(met, by_return) if row["quarter"] < met.quarter]
        assert [row["status"] for row in rows] == ["reported" if met.ends == "accepted" else "refused"]
        assert bool(rows[0]["supersedes"]) == (met.ends == "accepted")


# --- nothing is lost, nothing blank is 0


def field_of(cell):
    return FIELDS.get(cell.column, "figure")


def numbers(row):
    return {float(row[c]) for c in ("value", "numerator", "denominator") if not pd_none(row[c])}


def kept(cell, rows):
    """Whether an entry holds what a cell says, in its figure, its words or as the cell was written."""
    period = cell.quarter if cell.page == "填报" else cell.column
    own = [r for r in rows if (r["task_id"], r["item_id"], r["quarter"]) == (cell.task, cell.item, period)]
    if cell.column in ("截至日期", "更正说明"):
        held = [row["cut_off"] for row in own] + [row["reason"] for row in own]
        told = cell.value.isoformat() if isinstance(cell.value, date) else str(cell.value)
        return any(told in words for words in held) or any(row["status"] != "reported" for row in own) or not own
    for row in (row for row in own if row["field"] == field_of(cell)):
        told = cell.value.isoformat() if isinstance(cell.value, date) else str(cell.value)
        if isinstance(cell.value, int | float) and any(abs(n - cell.value) < 1e-9 for n in numbers(row)):
            return True
        if told in row["text"] or cell.trouble in ("thousands", "about", "percent_for_permille"):
            return True
    return False


def test_every_filled_cell_is_an_entry_or_named(game, ledger, by_return):
    """A file is refused whole and named, or each of its cells stands as an entry, taken or asked again."""
    taken, lost = set(ledger.returns["return_id"]), []
    standing = [row for rows in by_return.values() for row in rows]
    for cell in game.cells:
        ids = {
            rid for key, rid in game.ids.items() if key.startswith(cell.quarter) and key.endswith(f"/{cell.file}")
        } & taken
        whole_file = f"{cell.file}：整表退回" in said(game, cell.quarter)
        rows = [row for rid in ids for row in by_return.get(rid, [])]
        if not whole_file and not kept(cell, rows) and not kept(cell, standing):
            lost.append(cell)
    assert len(game.cells) > 2000 and not lost, lost[:5]


def test_blank_is_never_zero(game, ledger):
    written = {(cell.task, cell.item) for cell in game.cells if cell.value == 0}
    zero = ledger.entries[(ledger.entries["value"] == 0) | (ledger.entries["numerator"] == 0)]
    assert {(row["task_id"], row["item_id"]) for row in zero.to_dict("records")} <= written
    silent = ledger.verdicts[ledger.verdicts["state"].isin(["unreported", "awaiting", "not_applicable"])]
    assert silent["to_date"].isna().all() and len(silent) > 20


def test_tables_only_grow(game):
    """Editions, entries, returns, decisions: what was written stays as it was, line by line."""
    for before, after in zip(game.kept, game.kept[1:], strict=False):
        for name in (
            "entries.csv",
            "returns.csv",
            "verdicts.csv",
            "notices.csv",
            "changes.csv",
            "sheets.csv",
            "tasks.csv",
        ):
            assert after.get(name, b"").startswith(before.get(name, b"")), name


def test_a_file_taken_dry_changes_nothing_and_says_the_same(game):
    dry, wet = game.said["dry take", "2024Q2", "0"], game.said["take", "2024Q2", "0"]
    assert dry.splitlines()[:-1] == wet.splitlines()[:-1] and dry != wet


# --- verdicts reckoned twice


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_verdict_is_reckoned_twice(game, edition):
    folder = store.folder(PLAN)
    known = again.Ledger(folder, edition[:6], EDITIONS[edition])
    told = [row for row in again.rows(folder, "verdicts") if row["edition"] == edition]
    assert len(told) == len(known.tasks) >= 100
    other = []
    for row in told:
        mine = again.Case(known, known.tasks[row["task_id"]]).verdict()
        pairs = [(mine.to_date, row["to_date"])]
        if mine.state not in ("cannot_judge", "unreported", "not_applicable"):
            pairs += [(mine.even, row["expected_even"]), (mine.gap, row["gap_pp"])]
        same = all(a is None if b == "" else a is not None and abs(a - float(b)) < 1e-6 for a, b in pairs)
        if mine.state != row["state"] or not same:
            other.append((row["task_id"], mine, {c: row[c] for c in ("state", "to_date", "expected_even", "gap_pp")}))
    assert not other, other[:4]


def test_the_goal_in_force_decides(game, ledger):
    (key,) = [key for key in game.said if key[0] == "change"]
    task, old = key[1], float(key[3])
    goals = ledger.verdicts[ledger.verdicts["task_id"] == task].set_index("edition")["goal_value"]
    assert [goals[f"2024Q{n}-1"] for n in range(1, 5)] == [old, old, round(old * 1.1), round(old * 1.1)]


def test_late_returns_make_the_next_edition(ledger):
    first, second = (ledger.verdicts[ledger.verdicts["edition"] == f"2024Q2-{n}"].set_index("task_id") for n in (1, 2))
    moved = (first["state"] == "unreported") & (second["state"] != "unreported")
    assert moved.sum() > 5


# --- one number everywhere


def plain_text(path):
    return html.unescape(re.sub(r"<[^>]+>", " ", path.read_text("utf-8")))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("quarter", [f"2024Q{n}" for n in range(1, 5)])
def test_page_workbook_csv_and_notice_say_the_same(game, ledger, quarter, lang):
    folder = game.reports(quarter)
    edition = max(one for one in EDITIONS if one.startswith(quarter))
    page = plain_text(folder / ("index.html" if lang == "zh" else "index.en.html"))
    own = ledger.verdicts[ledger.verdicts["edition"] == edition]
    shipped = list(csv.DictReader(io.StringIO((folder / "verdicts.csv").read_bytes().decode("utf-8-sig"))))
    assert [(row["task_id"], row["state"]) for row in shipped] == list(zip(own["task_id"], own["state"], strict=True))
    notice = ledger.notices[(ledger.notices["edition"] == edition) & (ledger.notices["department"] == "")].iloc[0]
    for state, count in Counter(own["state"]).items():
        words = text("ledger_pages.count", lang, state=text(f"ledger.state_{state}", lang), count=count)
        assert words in notice[f"text_{lang}"] and words in page
    book = openpyxl.load_workbook(folder / f"{text('ledger_pages.workbook_name', lang)}.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=3, values_only=True))
    at = rows[0].index(text("ledger.col_state", lang))
    for row, (_, verdict) in zip(rows[1:], own.iterrows(), strict=True):
        assert row[at].startswith(text(f"ledger.state_{verdict['state']}", lang))


def test_pages_run_nothing_and_show_both_languages_apart(game):
    pages = sorted(game.reports().rglob("*.html"))
    assert len(pages) > 100
    for path in pages:
        body = path.read_text("utf-8")
        assert "<script" not in body and "http" not in re.sub(r"xmlns=\S+", "", body.split("</style>")[-1])
        assert (' lang="en"' in body) == path.name.endswith(".en.html")


def test_the_closed_year_is_scored(game):
    page = plain_text(game.reports() / "year-2024.html")
    assert text("ledger_pages.limit", "zh")[:12] in page
    assert game.said["close",].startswith("2024年结账")


# --- from the returned cell to the first page


@pytest.fixture(scope="module")
def followed(game, ledger, by_return):
    """A share that its lead returned as two counts in the third and fourth quarter, of a goal due within the year: the row of
    *tasks*, and the cells by quarter and column."""
    judged = ledger.verdicts[ledger.verdicts["edition"] == "2024Q3-1"].set_index("task_id")["state"]
    for task in ledger.tasks.to_dict("records"):
        mine = [c for c in game.cells if (c.task, c.department) == (task["task_id"], task["lead"]) and not c.trouble]
        cells = {(c.quarter, c.column): c.value for c in mine if c.column in ("分子", "分母", "截至日期")}
        whole = all((f"2024Q{n}", column) in cells for n in (3, 4) for column in ("分子", "分母", "截至日期"))
        if (
            whole
            and task["kind"] == "end_value"
            and "-t" in task["source"]
            and judged[task["task_id"]] in ("behind", "on_pace")
        ):
            return task, cells
    raise AssertionError("no such row")


def test_a_returned_cell_stands_in_the_plans_answer(game, ledger, followed):
    task, cells = followed
    over, under = cells["2024Q3", "分子"], cells["2024Q3", "分母"]
    (entry,) = [
        row for row in ledger.entries.to_dict("records")
        if (row["task_id"], row["quarter"], row["field"]) == (task["task_id"], "2024Q3", "figure")
    ]  # fmt: skip
    assert (entry["numerator"], entry["denominator"]) == (over, under)
    verdict = ledger.verdicts[ledger.verdicts["edition"] == "2024Q3-1"].set_index("task_id").loc[task["task_id"]]
    assert verdict["entry_ids"] == entry["entry_id"] and verdict["to_date"] == pytest.approx(over / under * 100)
    plan = healthplan.plan(PLAN, cut_off="2024-09-30")
    row = plan.gaps.set_index("target_id").loc[task["source"]]
    assert row["rests_on"] == "quarter" and row["latest_value"] == pytest.approx(over / under * 100)


def test_a_run_writes_report_and_ledger_and_links_them(game, ledger, followed, tmp_path):
    """The figure on the first page of the plan as of the cut-off; after the year is closed among the sources; the ledger of
    another plan that cannot be read is one line, and nothing else stops."""
    task, cells = followed
    for name, more in (("quarter", "cut_off: 2024-09-30\n"), ("year", "as_of: 2024\n")):
        (tmp_path / f"{name}.yaml").write_text(f"plan: {PLAN}\nlang: zh\n{more}", encoding="utf-8")
    damaged = game.folder / "data" / "plans" / "demo-2027" / "ledger"
    damaged.mkdir()
    (damaged / "verdicts.csv").write_text("edition\nx\n", encoding="utf-8")
    files = [tmp_path / "quarter.yaml", tmp_path / "year.yaml"]
    done = CliRunner().invoke(cli.app, ["run", *map(str, files), "--out", str(tmp_path / "out")])
    shutil.rmtree(damaged)
    assert done.exit_code == 1 and done.output.count("demo-2027的季度页面未能写成") == 1, done.output
    out = tmp_path / "out"
    card = healthplan.plan(PLAN, cut_off="2024-09-30").card.set_index("target_id").loc[task["source"]]
    front, details = plain_text(out / "quarter.html"), plain_text(out / "quarter.details.html")
    assert "2024Q3-1" in front and "2024Q3-1" in details
    assert card["now"].split("（")[0] in details and "2024Q3" not in plain_text(out / "year.html")
    rows = list(
        csv.DictReader((game.folder / "data" / "observations" / f"ledger-{PLAN}.csv").open(encoding="utf-8-sig"))
    )
    share = cells["2024Q4", "分子"] / cells["2024Q4", "分母"] * 100
    sheet = ledger.sheets[(ledger.sheets["quarter"] == "2024Q4") & (ledger.sheets["department"] == task["lead"])].iloc[
        -1
    ]
    wanted = f"{task['lead']} 2024Q4 {sheet['sheet_id']} {cells['2024Q4', '截至日期'].isoformat()}"
    (row,) = [row for row in rows if row["note"].startswith(f"ledger {task['task_id']} ") and row["year"] == "2024"]
    assert float(row["value"]) == pytest.approx(share) and row["source"] == wanted
    assert wanted in plain_text(out / "year.details.html")
    index = (out / "index.html").read_text("utf-8")
    assert f'/ledger/{PLAN}/index.html"' in index and text("site.quarters", "zh") in index
    for name in ("index.html", "index.en.html", "2024Q3/index.html", "2024Q4/index.en.html", "year-2024.html"):
        assert (out / "ledger" / PLAN / name).is_file()
    assert not (out / "ledger" / "demo-2027").exists()


# --- the sample district, and the same from the same seed


def test_the_shipped_ledger_is_what_the_seed_gives(tmp_path, monkeypatch):
    """Played anew in another place it has the same bytes; every word of a department says that it is invented."""
    folder = tmp_path / "other"
    make_workspace(folder)
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(folder))
    monkeypatch.setenv("HEALTHPLAN_LANG", "zh")
    monkeypatch.chdir(tmp_path)
    made.demo(folder)
    shipped = ROOT / "data" / "plans" / made.DEMO / "ledger"
    there = {path.name: path.read_bytes() for path in sorted(shipped.glob("*.csv"))}
    assert there == {
        path.name: path.read_bytes() for path in sorted((folder / shipped.relative_to(ROOT)).glob("*.csv"))
    }
    found = store.load(made.DEMO)
    said_words = found.entries[
        found.entries["field"].isin(["progress", "problem", "measure", "evidence"])
        & (found.entries["status"] == "reported")
    ]
    assert (
        said_words["text"].str.contains("虚构|约五百").all()
        and found.tasks["office_note"].str.contains("invented").all()
    )
    assert set(found.verdicts["quarter"]) == {f"2025Q{n}" for n in range(1, 5)}
    pages.write_all(made.DEMO, tmp_path / "again")
    for path in sorted((tmp_path / "again").rglob("index*.html")):
        assert text("report.synthetic", "en" if ".en." in path.name else "zh")[:6] in plain_text(path)
    first = {
        p.relative_to(tmp_path / "again"): p.read_bytes() for p in (tmp_path / "again").rglob("*.*") if p.is_file()
    }
    pages.write_all(made.DEMO, tmp_path / "third")
    assert first == {
        p.relative_to(tmp_path / "third"): p.read_bytes() for p in (tmp_path / "third").rglob("*.*") if p.is_file()
    }

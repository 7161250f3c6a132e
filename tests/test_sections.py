"""Sections of a report: exact pieces from small tables; counts that add up; every target once; references named."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from page_figures import rows, under

import healthplan as hp
from healthplan import files, registers, tables, workspace
from healthplan.figures.goal import card_chart
from healthplan.judging import Judged
from healthplan.language.phrases import number
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.plans import Plan
from healthplan.registers import Registers
from healthplan.report import blocks
from healthplan.report.export import page_name
from healthplan.report.manifest import Entry
from healthplan.report.sections import action, deliverables, goals, sources
from healthplan.report.sections.answer import answer_sentences, reference_table, with_reference
from healthplan.report.sections.requests import asked, requests
from healthplan.report.site import answers_name, index_pages

BAD = "<b onclick=x>"
PLANS = ("wansheng-2023-2025", "demo-2027")
FIVE = {
    "life_expectancy": "重庆市",
    "maternal_mortality_rate": "全国",
    "infant_mortality_rate": "全国",
    "under5_mortality_rate": "全国",
    "health_literacy_rate": "重庆市",
}


def card_of(*statuses):
    """A scorecard with one target a status."""
    rows = [
        {"target_id": f"p-t{n:03d}", "name": f"目标{n}", "goal": "不低于80%", "deadline": "2025年", "now": "70%（2024年）",
         "outlook": "75%（70～80）", "gap": "差5个百分点", "probability": "10%", "status": status,
         "status_word": text(f"status.{status}", "zh"), "why": "因为。", "flip": "再高5个百分点。", "departments": "卫生健康局", "locator": "一(一)",
         "scope": "全区", "basis": "own", "counted": True}
        for n, status in enumerate(statuses, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def gaps_of(card, **columns):
    base = {"basis": "own", "data_indicator": "", "data_area": "", "data_group": "", "reference_gap": np.nan, "reference_value": np.nan, "probability_met": 0.1}  # fmt: skip
    return pd.DataFrame({"target_id": card["target_id"], "status": card["status"], **(base | columns)})


def seen_of(
    card=None,
    gaps=None,
    *,
    targets=None,
    milestones=(),
    used=None,
    as_of=2025,
    lang="zh",
    **registers,
):
    """A plan's value around small tables."""
    card = card_of("no_data") if card is None else card
    if targets is None:
        targets = pd.DataFrame({"target_id": card.get("target_id", []), "comparator": ">=", "indicator": "i"})
    rows = milestones if isinstance(milestones, pd.DataFrame) else pd.DataFrame({"state": milestones})
    names = ("indicators", "areas", "departments", "sources")
    empty = pd.DataFrame({"indicator": [], "area": [], "source": []})
    known = Registers(**{name: registers.get(name, empty) for name in names}, place=workspace.current())
    seen = PlanView(Plan({}, targets, rows, pd.DataFrame()), known, pd.DataFrame(), as_of, "ensemble", lang)
    gaps = gaps_of(card) if gaps is None else gaps
    used = tables.empty("observations") if used is None else used
    seen.__dict__.update(card=card, judged=Judged(*[gaps] * 5), verdicts=gaps, used=used)
    seen.__dict__["expected"] = tables.empty("expected")
    years = dict.fromkeys(("latest_year", "deadline_year", "decisive_year", "deadline_value"), np.nan)
    seen.__dict__["told"] = gaps.assign(**{name: value for name, value in years.items() if name not in gaps})
    return seen


def words_of(html):
    """What a reader sees, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# The answer


def test_the_answer_counts_every_target_once():
    card = card_of(
        "off_course",
        "on_course",
        "no_data",
        "no_data",
        "due_unconfirmed",
        "conflicting",
        "superseded",
    )
    targets = pd.DataFrame({"comparator": [">="] * 6 + ["reference"]})
    said = answer_sentences(seen_of(card, targets=targets, milestones=["current"] * 3))
    assert said == [
        "规划写明7项目标（其中1项不写数值，只与其他地区或指标比较）和3项不带数字的交付事项。",
        "用本区数据能够判断的2项：1项预计达标，1项预计不达标。",
        "1项期限已过，没有本区公开数据可以确认是否达标。",
        "2项期限未到，没有可用的数据（见“缺失数据及索取对象”）。",
        "1项在规划中表述不一致，须先由发文单位明确以何者为准。",
        "1项已被后来的条款取代，不再判断。",
    ]
    counted = [int(n) for words in said[1:] for n in re.findall(r"(\d+)项(?:：|期限|在规划|已被)", words)]
    assert sum(counted) == len(card)


def test_nought_is_not_mentioned():
    card = card_of("reference_only", "due_unconfirmed")
    gaps = gaps_of(card, basis="reference", reference_value=[1.0, 2.0], reference_gap=[-1.0, -0.5])
    last = answer_sentences(seen_of(card, gaps))[-1]
    assert last == (
        "有上级地区或全国数据可参照的有2项。若本区与参照地区水平相同：2项到期时达到目标。这仅是参照，不是本区的结果。"
    )


# Tables


def test_the_scorecard_has_every_target_once_and_its_groups_add_up():
    card = card_of(
        "met",
        "off_course",
        "reference_only",
        "due_unconfirmed",
        "no_data",
        "conflicting",
        "superseded",
    )
    html = goals.scorecard(seen_of(card))
    assert sorted(re.findall(r'<tr id="([^"]+)"', html)) == sorted(card["target_id"])
    assert sum(int(n) for n in re.findall(r"（(\d+)项）", html)) == len(card)


def test_a_goal_printed_twice_counts_once_in_its_group_as_in_the_answer():
    """Guards: the answer says 48 and the group's head 50."""
    card = card_of("no_data", "no_data", "off_course").assign(counted=[True, False, True])
    html = goals.scorecard(seen_of(card))
    assert "（1项，其中1项在规划中写了两处，各列一行）" in html
    assert html.count('<tr id="') == 3


def test_every_status_of_a_scorecard_is_explained_in_its_colour():
    card = card_of("met", "off_course", "no_data")
    html = goals.status_key(card, "zh")
    for status in card["status"]:
        colour = tables.STATUS_FACTS[status]["standing"]
        assert f'<span class="status {colour}">{text(f"status.{status}", "zh")}</span>' in html
        assert text(f"status.means_{status}", "zh") in html


def test_a_scorecard_row_exactly():
    card = card_of("off_course").assign(number=1)
    html = goals.cards(card, ("number", "target", "goal", "status_word"), "zh")
    assert html.endswith(
        '<tr><td class="number">1</td>'
        '<th scope="row" class="target">目标1<br><small>范围：全区 · 一(一)</small><br><small>卫生健康局</small></th>'
        '<td class="goal">不低于80%<br><small>2025年</small></td>'
        '<td class="status_word"><span class="status short">预计不达标</span>'
        "<br><small>达标概率10%</small></td></tr></tbody></table></div>"
    )


def test_names_from_a_plan_are_escaped_in_every_cell():
    card = card_of("off_course").assign(name=BAD, goal=BAD, departments=BAD, scope=BAD, locator=BAD, deadline=BAD)
    html = goals.scorecard(seen_of(card))
    assert BAD not in html
    assert "&lt;b onclick=x&gt;" in html


def test_groups_of_rows_stand_under_their_words():
    rows = pd.DataFrame({"a": [1]})
    html = blocks.grouped_table([(BAD, rows), ("乙", rows)], {"a": "甲"})
    assert html.count('<tr class="group">') == 2
    assert BAD not in html


def test_figures_of_a_series_share_one_line_and_keep_file_and_line():
    seen = pd.DataFrame(
        {"indicator": "i", "area": "a", "group": "", "year": [2020, 2021], "period": "", "value": [1.5, 2.0], "unit": "‰",
         "source": ["s", "t"], "obs_status": ["final", "preliminary"], "note": "", "note_zh": "",
         "file": ["data/observations/china.csv", "mine.xlsx"], "line": [7, 3]}
    )  # fmt: skip
    known = pd.DataFrame(
        {
            "source": ["s"],
            "title": ["公报"],
            "producer": "委",
            "date": "2021",
            "trust_class": 2,
            "address": "x",
        }
    )
    names = pd.DataFrame({"indicator": ["i"], "name_zh": ["指标"]})
    areas = pd.DataFrame({"area": ["a"], "name_zh": ["甲区"]})
    html = sources.sources(seen_of(used=seen, sources=known, indicators=names, areas=areas))
    assert "指标 · 甲区（‰）" in html
    assert '<td class="place">china.csv:7</td>' in html
    assert '<td class="place">mine.xlsx:3</td>' in html
    assert "初步" in html
    assert '<td class="source">t</td>' in html  # a source that the register does not know keeps its own word


def test_deliverables_are_in_time_order_and_past_ones_say_so():
    rows = pd.DataFrame(
        {"deliverable_zh": ["丙", "甲", "乙", "丁"], "deadline": ["", "2023-06", "2023", "2026"], "departments": "卫生健康局",
         "wording": "must", "locator": "一;二", "state": "current"}
    )  # fmt: skip
    seen = seen_of(milestones=rows)
    seen.tables.about.update(period_start="2023", published_year="2022")
    html = deliverables.milestones(seen)
    assert re.findall(r'<td class="deliverable">(.)</td>', html) == ["甲", "乙", "丁", "丙"]
    assert html.count("□ 已到期") == 2
    assert "4项中2项期限已过" in html
    assert "2023年6月底前" in html
    assert "一、二" in html


def test_stages_and_their_schedule_worked_by_hand():
    """50 % by 2024 and 80 % by 2026: half way between them is 65 % at the end of 2025."""
    targets = pd.DataFrame(
        {"target_id": ["p-t001", "p-t002"], "stage_of": "p-t001", "indicator": "i", "deadline": ["2024", "2026"],
         "value": [50.0, 80.0], "name_zh": ["阶段一", "阶段二"], "state": "current"}
    )  # fmt: skip
    gaps = pd.DataFrame(
        {"target_id": targets["target_id"], "stage": ["ended", "ruling"], "latest_value": np.nan, "latest_year": np.nan,
         "schedule_value": np.nan, "schedule_gap": np.nan, "base_year": np.nan, "base_value": np.nan,
         "status": ["due_unconfirmed", "no_data"]}
    )  # fmt: skip
    card = card_of("due_unconfirmed", "no_data").assign(target_id=targets["target_id"])
    indicators = pd.DataFrame({"indicator": ["i"], "unit": ["%"]})
    html = action.stages(seen_of(card, gaps, targets=targets, indicators=indicators))
    words = words_of(html)
    assert "已到期" in words
    assert "当前阶段" in words
    assert "2025年4季度末 2026年1季度末 2026年2季度末 2026年3季度末 2026年4季度末" in words
    assert "阶段二 65% 68.8% 72.5% 76.3% 80%" in words
    replaced = pd.concat([targets, targets.tail(1).assign(target_id="p-t003", deadline="2025", value=90.0,
                          state="superseded")], ignore_index=True)  # fmt: skip
    more = pd.concat([gaps, gaps.tail(1).assign(target_id="p-t003")], ignore_index=True)
    card = card_of("due_unconfirmed", "no_data", "superseded").assign(target_id=replaced["target_id"])
    seen = seen_of(card, more, targets=replaced, indicators=indicators)
    assert "65% 68.8% 72.5% 76.3% 80%" in words_of(action.stages(seen))  # not by way of 90


# Whole plans


@pytest.fixture(scope="module", params=PLANS)
def line(request):
    return made(request.param)


@cache
def made(plan_id):
    return hp.plan(plan_id, as_of=2025, lang="zh")


def test_a_plans_card_has_every_target_once(line):
    html = goals.scorecard(line)
    ids = re.findall(r'<tr id="([^"]+)"', html)
    assert sorted(ids) == sorted(line.tables.targets["target_id"])


def test_every_shipped_figure_in_the_sources_has_file_and_line(line):
    html = sources.sources(line)
    places = re.findall(r'<td class="place">([^<]*)</td>', html)
    derived = line.used["file"].isna().sum()
    assert len(places) == len(line.used)
    assert sum(bool(re.fullmatch(r"[\w-]+\.csv:\d+", place)) for place in places) == len(places) - derived
    assert places.count("由个数计算") == derived < len(places) / 2


def test_an_english_card_has_no_chinese(line):
    shown = line.in_language("en").card.drop(columns="scope")
    for column in shown:
        chinese = shown[column].astype(str).str.contains(r"[\u4e00-\u9fff]")
        assert not chinese.any(), (column, shown.loc[chinese, column].tolist()[:3])


def test_a_reference_is_never_said_without_its_area(line):
    open_ones = line.gaps[line.gaps["basis"] == "reference"]["target_id"]
    rows = line.card[line.card["target_id"].isin(open_ones)]
    names = line.registers.areas["name_zh"].tolist()
    for row in rows.to_dict("records"):
        assert row["now"].startswith("本区无数据")
        for cell in (row["now"], row["outlook"], row["gap"]):
            assert cell == "—" or any(name in cell for name in names), cell


def test_the_place_that_decides_most_is_named_first_and_none_is_asked_what_the_plan_must_say(line):
    """Guards: a place of two goals before one of seven; figures asked for where the plan contradicts itself."""
    wanted, places = requests(line).copy(), asked(line)
    wanted["office"] = wanted["addressee"].where(wanted["addressee"] != "", wanted["office"])
    sums = wanted.groupby("office")["gain"].sum()
    assert places["gain"].tolist() == sorted(sums, reverse=True) == sums[places["ask"]].tolist()
    names = line.card.set_index("target_id")["name"]
    for place in places.to_dict("records"):
        own = wanted.loc[wanted["office"] == place["ask"], "target_id"]
        assert (place["names"], place["count"]) == (names[own].tolist(), len(own))
    assert set(line.card.set_index("target_id").loc[wanted["target_id"], "status"]) <= set(tables.statuses("open"))
    lines = rows(under(BeautifulSoup(sources.missing(line), "lxml"), "missing"))
    assert [row["ask"] for row in lines] == places["ask"].tolist()
    assert [int(row["count"]) for row in lines] == places["count"].tolist()


def test_each_goal_is_answered_by_a_figure_with_its_source_or_by_an_office(line):
    """Guards: a figure here is the one on the scorecard, its source is among the figures used, and whoever is to be asked
    is asked under 缺什么 too."""
    table = sources.answers(line).set_index("target_id")
    card, used = line.card.set_index("target_id"), line.used
    titles = sources._titled(line.registers.sources.set_index("source")["title"], line.lang)
    printed = set(used["source"].map(titles)) | set(used["second_source"].map(titles))
    assert table.index.tolist() == card.index.tolist()
    for one, row in table.iterrows():
        by = row["answered_by"]
        assert (row["figure"] != "") == (row["source"] != "") == (by in ("own", "reference")), one
        assert by != "reference" or row["figure"] in card.loc[one, "now"].split("\n"), one
        assert by != "own" or row["figure"] == card.loc[one, "now"], one
        assert set(filter(None, row["source"].split("；"))) <= printed, one
        assert row["office"] != "" or by in ("own", "conditions"), one
    offices = requests(line).set_index("target_id")["office"]
    assert (table.loc[offices.index, "office"] == offices).all()
    assert set(table["answered_by"]) <= set(tables.ANSWERED_BY)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_index_prints_what_stands_in_the_csv_beside_it(lang, tmp_path):
    """Guards: the index's table of answers and the file that it links to are the same, cell for cell, and its counts
    are the plan's goals, each once."""
    seen = made("wansheng-2023-2025").in_language(lang)
    file = tmp_path / answers_name(page_name("wansheng", lang))
    files.write_csv(pd.DataFrame(hp.result(seen).beside["answers"]), file)
    table = registers.read_table(file, "answers")
    page = page_name("wansheng", lang)
    cards = f"{page.removesuffix('.html')}.cards.html"
    entry = Entry(page=page, name="wansheng", plan="wansheng-2023-2025", lang=lang, variant="newest", status="done", outputs={cards: ""})  # fmt: skip
    html = index_pages([entry], {page: table})[page_name("index", lang)].decode()
    index = BeautifulSoup(html, "lxml")
    shown, own = index.select("tr.goal"), table[table["standing"] != ""]
    assert own["target_id"].tolist() == seen.card.loc[seen.card["counted"], "target_id"].tolist()
    for row, told in zip(shown, own.to_dict("records"), strict=True):
        area, goal, status, lead, by, figure, office = (" ".join(cell.stripped_strings) for cell in row.find_all(["td", "th"]))  # fmt: skip
        assert area == seen.area_name("wansheng")
        assert goal == f"{told['name']} {told['goal']} · {told['deadline']}"
        assert row.find("a")["href"] == f"{cards}#{told['card']}"
        assert (status, by) == (text(f"status.{told['status']}", lang), text(f"site.by_{told['answered_by']}", lang))
        assert figure.replace(" ", "") == ((told["figure"] + told["source"]).replace(" ", "") or "—")
        assert (lead, office) == (told["lead"] or "—", told["office"] or "—")
    counted = table[table["counted"] == "yes"]
    by = counted["answered_by"].value_counts()
    parts = [by.get(word, 0) for word in ("own", "reference", "office")]
    assert sum(parts) == len(counted) == seen.card["counted"].sum()
    note = index.find(id="answers").find_next("p").get_text()
    assert [int(n) for n in re.findall(r"\d+", note)] == [len(counted), *parts]
    link = index.find("a", href=file.name).get_text()
    assert [int(n) for n in re.findall(r"\d+", link)] == [len(counted), *parts]
    assert 'id="answers"' not in index_pages([entry])[page_name("index", lang)].decode()


def test_what_the_index_may_be_filtered_by_is_what_its_rows_carry():
    """Guards: a choice that hides every row, or a row's class that is no word of ours (it was where a thing lay in memory)."""
    page = page_name("wansheng", "zh")
    table = pd.DataFrame(hp.result(made("wansheng-2023-2025")).beside["answers"])
    entry = Entry(page=page, name="wansheng", plan="wansheng-2023-2025", lang="zh", variant="newest", status="done")  # fmt: skip
    index = BeautifulSoup(index_pages([entry], {page: table})["index.html"].decode(), "lxml")
    offered = {
        choice["id"].removeprefix("by-"): choice.parent.get_text(strip=True) for choice in index.select("input[id]")
    }
    assert offered.keys() == set(re.findall(r"#by-([\w-]+):checked", index.find("style").get_text()))
    lead = table.set_index("name")["lead"]
    for row in index.select("tr.goal"):
        cells = [cell.get_text() for cell in row.find_all("td")]
        told = {offered[one] for one in row["class"] if one != "goal"}
        group = row.find("svg")["aria-label"]
        assert told == {cells[0], group, *filter(None, [lead[row.find("a").get_text()]])}


def test_the_five_goals_of_wansheng_have_a_chart_with_a_reference_named_as_such():
    found = made("wansheng-2023-2025")
    rows = found.charts.set_index("indicator")
    labels = rows["goal_label"].str.removeprefix("目标：")
    assert labels.to_dict() == {
        "life_expectancy": "不低于79岁",
        "maternal_mortality_rate": "不高于10/10万",
        "infant_mortality_rate": "不高于3.5‰",
        "under5_mortality_rate": "不高于5‰",
        "health_literacy_rate": "不低于30%",
    }
    known = found.verdicts.set_index("target_id")
    for row in found.charts.to_dict("records"):
        area, gap = FIVE[row["indicator"]], known.loc[row["target_id"]]
        words = [t.get_text() for t in card_chart(row, found.trajectories).axes[0].texts]
        assert area in "".join(words)
        assert "参照" + number(gap["reference_projected"]) in words
    table = words_of(reference_table(found))
    assert "不是本区数据" in table
    assert len(with_reference(found.verdicts)) == len(FIVE)


# Charts


def test_preliminary_points_are_hollow_and_a_break_is_explained():
    key = {"indicator": "a", "area": "x", "group": ""}
    paths = pd.DataFrame(
        {**key, "year": [2019, 2020, 2021], "value": [1.0, 2.0, 3.0], "kind": "observed", "lower_80": np.nan,
         "upper_80": np.nan, "lower_95": np.nan, "upper_95": np.nan}
    )  # fmt: skip
    seen = pd.DataFrame({**key, "year": [2020, 2021], "period": "", "obs_status": ["break", "preliminary"]})
    view = seen_of(used=seen)
    view.__dict__["projected"] = paths
    paths = view.shown_trajectories
    assert paths["obs_status"].tolist() == ["final", "break", "preliminary"]
    chart = {"indicator": "a", "own_area": "x", "group": "", "own_label": "甲区实际值", "reference_indicator": "", "reference_area": "",
             "goal_value": 3.0, "goal_value_high": np.nan, "goal_label": "目标：3", "deadline_year": 2022.0,
             "axis_label": "甲", "synthetic": False}  # fmt: skip
    axes = card_chart(chart, paths).axes[0]
    hollow = [line for line in axes.lines if line.get_gid() == "hollow"]
    assert [(line.get_color(), line.get_xdata()[0]) for line in hollow] == [("white", 2021.0)]
    assert text("figures.break", "zh") in [t.get_text() for t in axes.texts]


def test_a_borrowed_trend_names_its_lender():
    paths = pd.DataFrame(
        {"indicator": "a", "area": "x", "year": [2020, 2021], "value": [1.0, 2.0], "kind": ["observed", "borrowed"],
         "lower_80": 1.5, "upper_80": 2.5, "lower_95": 1.0, "upper_95": 3.0}
    )  # fmt: skip
    chart = {"indicator": "a", "own_area": "x", "group": "", "own_label": "甲区实际值", "borrowed_label": "借用全国的趋势",
             "reference_indicator": "", "reference_area": "", "goal_value": np.nan, "goal_value_high": np.nan,
             "goal_label": "", "deadline_year": 2021.0, "axis_label": "甲", "synthetic": False}  # fmt: skip
    texts = [t.get_text() for t in card_chart(chart, paths).axes[0].texts]
    assert "借用全国的趋势" in texts


def test_a_goal_that_had_to_be_worked_out_stands_at_its_own_height():
    found = made("demo-2027")
    for row in found.charts.merge(found.verdicts, on="target_id").to_dict("records"):
        ends = (row["goal_low"], row["goal_high"])
        if not all(pd.isna(end) for end in ends):
            assert row["goal_value"] in ends

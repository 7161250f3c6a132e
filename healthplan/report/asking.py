"""What is asked of whom: the office that a letter can go to, the lines of its sheet, and which goals its answers settle, tried
out on the line itself with invented figures before it is promised."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from healthplan import registers, tables
from healthplan.errors import HealthplanError
from healthplan.intake import answered_none
from healthplan.judging.changes import standing
from healthplan.judging.joined import members
from healthplan.language import comparators, groups, units
from healthplan.language.vocabulary import pattern
from healthplan.line import PlanView, once
from healthplan.messages import text

YEARS = 8  # of figures asked for
KEPT = 40
# Which years settle a goal: that of its deadline (the newest, where it is still to come), those since the year before the
# plan, all that are asked for. The first that is enough is promised.
WAYS = ("due", "plan", "years")
LEVELS = (0.5, 1.5)  # of the goal: a figure on either side of it has to settle it
ALL_OF_IT = ("全区", "全县", "全市")  # scopes that are no part of the area
LARGER = ("市", "省", "国家")  # how the addressees of larger areas begin in data/addressees.csv
Row = Mapping[str, Any]


def addressees(seen: PlanView, lang: str) -> Callable[[str, str], str]:
    """What names the office that a letter can go to, by the asking words of an indicator (Chinese, and in ``lang``), as this
    plan calls such offices; of words that data/addressees.csv does not know, the first place that they name."""
    table = registers.read_optional("addressees", seen.registers.place)
    known = dict(zip(table["ask"], table[f"addressee_{lang}"], strict=True))
    own = _own_words(seen, lang)

    def named(ask: str, said: str) -> str:
        first = re.split("[；;]", re.sub(r"（.*?）|\(.*?\)", "", said))[0].strip()
        name = known.get(ask) or first or text("requests.office_unknown", lang)
        for word, other in own.items():
            name = name.replace(word, other)
        return name[:1].upper() + name[1:]

    return named


def _own_words(seen: PlanView, lang: str) -> dict[str, str]:
    """What the plan calls the health commission, and the rank of its area, where not as the table does."""
    named = ";".join([*seen.tables.targets["departments"], *seen.tables.milestones["departments"]])
    bureau = "卫生健康局" in named and "卫生健康委" not in named
    said: dict[str, str] = {}
    if bureau:
        said |= (
            {"区卫生健康委": "区卫生健康局"}
            if lang == "zh"
            else {"district health commission": "district health bureau"}
        )
    if seen.registers.area_name(seen.tables.area, "zh").endswith("县"):
        said |= {"区": "县"} if lang == "zh" else {"district": "county"}
    return said


def lines(seen: PlanView, rows: pd.DataFrame) -> pd.DataFrame:
    """Table *request_lines*: what stands on the sheet of each addressee, one row a series, for the goals of *requests*
    (``rows``) that figures would settle, or of which an office has answered that there are none."""
    found: dict[tuple, dict[str, Any]] = {}
    said = answered_none(seen.registers.place)
    for row in _goals(seen, rows):
        if not row["unlocks"] and not any(
            (*series, last) in said for series in row["series"] for last in row["needs"]["due"]
        ):
            continue  # nothing that it could be asked for helps
        for series in row["series"]:
            one = found.setdefault(
                series, {"addressee": row["addressee"], "targets": [], "goals": [], "required": set()}
            )
            one["targets"].append(row["target_id"])
            one["goals"].append(row["told"])
            one["required"] |= row["needs"][row["unlocks"] or "due"]
    window = set(_window(seen))
    files = file_names(seen, [one["addressee"] for one in found.values()])
    out = [_line(seen, series, one, window, said) | {"file": files[one["addressee"]]} for series, one in found.items()]
    return tables.check(pd.DataFrame(out, columns=tables.columns("request_lines")), "request_lines")


def file_names(seen: PlanView, addressees: Iterable[str]) -> dict[str, str]:
    """The workbook of each addressee. Figures are kept under the first ``KEPT`` characters of a file's name and replace those of an
    earlier file called the same: so a name says plan and year, no two are alike so far, and none is that of a file whose
    figures the workspace has."""
    have = {path.stem.removeprefix("own-") for path in seen.registers.place.data("observations").glob("own-*.csv")}
    found: dict[str, str] = {}
    for name in dict.fromkeys(addressees):
        words = f"{seen.tables.about['plan_id']}-{seen.as_of}-{name}"
        stem = plain = re.sub(r"[^\w-]+", "-", words).strip("-")[:KEPT].strip("-")
        at = 1
        while plain in have:
            at += 1
            plain = f"{stem[: KEPT - 3]}-{at}"
        have.add(plain)
        found[name] = f"{plain}.xlsx"
    return found


def _line(seen: PlanView, series: tuple, one: dict[str, Any], window: set[int], none: set[tuple]) -> dict[str, Any]:
    indicator, area, group = series
    about = seen.registers.indicators.set_index("indicator")
    what = about.loc[indicator] if indicator in about.index else pd.Series(dtype="object")
    said = lambda years: ";".join(str(year) for year in sorted(years))  # noqa: E731
    known = _known(seen, series)
    years = window | one["required"]
    return {
        "addressee": one["addressee"], "indicator": indicator, "area": area, "group": group,
        "name": seen.indicator_name(indicator), "area_name": seen.area_name(area),
        "group_name": groups.name(group, seen.lang) if group else "",
        "unit": units.word(seen.unit(indicator), seen.lang), "goals": text("report.semicolon", seen.lang).join(dict.fromkeys(one["goals"])),
        "targets": ";".join(one["targets"]), "years": said(years), "required": said(one["required"] - known),
        "known": said(known & years), "none": said(year for year in years - known if (*series, year) in none), "parts": "yes" if str(what.get("denominator", "") or "") else "",
    }  # fmt: skip


def unlocked(seen: PlanView, rows: pd.DataFrame) -> dict[str, str]:
    """By target id the first of ``WAYS`` whose years settle a goal, empty where no figures of its sheet would.

    Figures on either side of the goal are put where nothing is known, and the goal is judged again. Goals about different
    parts of the area that are measured by one series are not promised: one figure cannot answer them all.
    """
    asking = {row["target_id"]: row for row in _goals(seen, rows.assign(unlocks="", addressee=""))}
    said = sorted(answered_none(seen.registers.place))
    resting = (seen.verdicts, seen.used, seen.tables.targets, seen.as_of, seen.method, sorted(asking), said)
    return once("unlocked", resting, lambda: _tried(seen, asking))


def _tried(seen: PlanView, asking: dict[str, Any]) -> dict[str, str]:
    left = set(asking) - in_parts(seen, asking)
    found = dict.fromkeys(asking, "")
    for way in WAYS:
        settled = left
        for level in LEVELS:
            settled = _settled(seen, [asking[one] for one in sorted(settled)], way, level)
        found |= dict.fromkeys(settled, way)
        left = left - settled
    return found


def in_parts(seen: PlanView, asking: Iterable[str]) -> set[str]:
    """The goals of which another one, about another part of the area, has the same series, and those about one institution
    (人民医院) whose series is the area's: a figure of the area says nothing of either."""
    goals = tables.of_groups(seen.tables.targets)
    goals = goals[goals["target_id"].isin(asking) & (goals["scope"] != "")]
    scopes = goals.groupby(["indicator", "area", "group"])["scope"].transform("nunique")
    named = seen.registers.indicators.set_index("indicator")["name_zh"]
    of_one = [
        any(pattern("one_institution").fullmatch(one) and one not in named.get(indicator, "") for one in re.split("[；;]", scope))
        for scope, indicator in zip(goals["scope"], goals["indicator"], strict=True)
    ]  # fmt: skip
    return set(goals.loc[(scopes > 1) | pd.Series(of_one, goals.index, dtype="bool"), "target_id"])


def answered(seen: PlanView, asked: pd.DataFrame, rows: pd.DataFrame, waiting: Iterable[str]) -> set[str]:
    """Those of the ``waiting`` goals that are asked for again (lines ``asked``) though the answer was that there is no figure."""
    open_ones = set(rows.loc[rows["unlocks"] == "", "target_id"])
    again = {one for targets in asked["targets"] for one in targets.split(";")} & open_ones
    goals = seen.tables.targets.set_index("target_id")
    return {one for one in waiting if again & set(members({**goals.loc[one]}) or [one])}


def _settled(seen: PlanView, rows: list[Row], way: str, level: float) -> set[str]:
    """Which goals are judged once these years of their series are known."""
    figures: dict[tuple, dict[str, Any]] = {}
    said = answered_none(seen.registers.place)
    for row in rows:
        for series in row["series"]:
            none = {year for year in row["needs"][way] if (*series, year) in said}
            for year in sorted(row["needs"][way] - none - _known(seen, series)):
                value = row["value"] * (1.0 if series[1] != row["area"] else level)
                key = dict(zip(tables.SERIES, series, strict=True))
                figures.setdefault(
                    (*series, year), {**key, "year": year, "value": value * (1 - 0.01 * (seen.as_of - year))}
                )
    if not figures:
        return set()
    made = pd.DataFrame(figures.values()).reindex(columns=seen.observations.columns)
    made = made.assign(
        obs_status="final", unit=[seen.unit(one) for one in made["indicator"]], period="", source="asked"
    )
    ids = {row["target_id"] for row in rows}
    try:
        again = seen.judged_with(made, seen.as_of, ids)
    except HealthplanError:
        return set()
    judged = again[[standing(status) not in ("open", "") for status in again["status"]]]
    return set(judged["target_id"]) & ids


def _known(seen: PlanView, series: tuple) -> set[int]:
    """The whole years of which a series has a figure."""
    have = seen.observations
    have = tables.of_groups(have[(have["indicator"] == series[0]) & (have["area"] == series[1])])
    return set(have.loc[(have["group"] == series[2]) & (have["period"].fillna("") == ""), "year"].astype(int))


def _window(seen: PlanView) -> range:
    return range(seen.as_of - YEARS + 1, seen.as_of + 1)


def _goals(seen: PlanView, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Each asking goal with its series, the years it needs by way, its value and its words."""
    known = tables.of_groups(seen.tables.targets).set_index("target_id")
    judged = seen.verdicts.drop_duplicates("target_id").set_index("target_id")
    card = seen.card.set_index("target_id")
    start, larger = seen.tables.about.get("period_start"), _of_larger(seen)
    out = []
    for row in rows.to_dict("records"):
        one = row["target_id"]
        goal, verdict = known.loc[one], judged.loc[one]
        due = verdict["deadline_year"]
        last = seen.as_of if pd.isna(due) else min(int(due), seen.as_of)
        first = min(int(start) - 1 if start else last - 1, last - 1)
        needs = {"due": {last}, "plan": set(range(first, last + 1)), "years": {*_window(seen), last}}
        value = 50.0 if pd.isna(goal["value"]) else float(goal["value"]) or 1.0
        words = card.loc[one, "goal"]
        if goal["scope"] not in ("", *ALL_OF_IT):  # 人民医院市级重点学科: a part of the area, by the goal's own name
            words = text("requests.goal_of", seen.lang, name=card.loc[one, "name"], goal=words)
        said = text("requests.goal_by", seen.lang, goal=words, deadline=card.loc[one, "deadline"])
        out.append(row | {
            "series": _series(seen, goal, verdict, row["group"], larger), "area": goal["area"], "needs": needs, "value": value,
            "told": said if card.loc[one, "deadline"] not in ("", "—") else words,
        })  # fmt: skip
    return out


def _series(
    seen: PlanView, goal: pd.Series, verdict: pd.Series, group: str, larger: set[str]
) -> list[tuple[str, str, str]]:
    """The series that a goal rests on: its own, and those it is measured against or ranked among that lack figures, where
    the office that keeps them is not one of the district alone: none of those is asked for a larger area's figure."""
    own = [(goal["indicator"], goal["area"], group)]
    if goal["indicator"] not in larger:
        return own if goal["area"] == seen.tables.area else []
    if goal["comparator"] == comparators.RANK:
        return own + [(goal["indicator"], area, group) for area in str(verdict.get("unknown") or "").split(";") if area]
    other = str(goal.get("reference_indicator") or "")
    area = goal["reference"] or (goal["area"] if other else "")
    if goal["comparator"] in comparators.AGAINST_OTHERS and area:
        own.append((other or goal["indicator"], area, "" if other else group))
    return own


def _of_larger(seen: PlanView) -> set[str]:
    """The indicators whose figures are kept by an office of a larger area (市中心血站)."""
    keepers = registers.read_optional("addressees", seen.registers.place).set_index("ask")["addressee_zh"]
    kept = keepers.index[keepers.fillna("").str.startswith(LARGER)]
    known = seen.registers.indicators
    return set(known.loc[known["ask_zh"].isin(kept), "indicator"])


def offices(seen: PlanView, rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The addressees in the order in which letters pay: by the goals that each one's answer settles.

    Columns: addressee, count (goals of *brief* that its sheet settles), cumulative, targets (their ids with ; between), what
    (names of what is asked for).
    """
    settles = settled_by(seen, rows)
    goals = pd.Series(list(settles), index=list(settles.values()), dtype="str").groupby(level=0).agg(list)
    found = asked.groupby("addressee", sort=False)["name"].agg(lambda names: list(dict.fromkeys(names))).rename("what")
    own = [goals.get(one, []) for one in found.index]
    table = found.reset_index().assign(targets=list(map(";".join, own)), count=list(map(len, own)))
    table = table.sort_values("count", ascending=False, kind="stable", ignore_index=True)
    return table.assign(cumulative=table["count"].cumsum())


def settled_by(seen: PlanView, rows: pd.DataFrame) -> dict[str, str]:
    """The addressee whose answer settles each open goal of *brief*; a goal of several conditions by the last of them."""
    asking = rows.set_index("target_id")[["addressee", "unlocks"]].to_dict("index")
    shown = seen.brief[seen.brief["standing"] == "open"]["target_id"]
    goals = seen.tables.targets.set_index("target_id")
    found = {}
    for one in shown:
        parts = members({**goals.loc[one]}) or [one]
        open_ones = [asking[part] for part in parts if part in asking]
        if open_ones and all(part["unlocks"] for part in open_ones):
            found[one] = open_ones[-1]["addressee"]
    return found

"""Whom to ask for which figures: the goals that wait for them, the places that keep them, the request for each place."""

import pandas as pd

from healthplan import tables
from healthplan.calls.reference_class import alike, gain
from healthplan.language import comparators
from healthplan.line import PlanView, once
from healthplan.messages import text
from healthplan.report import asking
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import conditions

OPEN = tables.statuses("open")  # a figure would decide these


def request_sheets(seen: PlanView) -> Html:
    """The request of each place (取数函), half a page of paper each."""
    return Html("")


def requests(seen: PlanView) -> pd.DataFrame:
    """Table *requests*: the goals that are not judged for want of figures, first those of which one figure decides most.

    A goal of several conditions asks for nothing itself: its conditions do.
    """
    return once("requests", (seen.card, seen.verdicts, seen.used, seen.as_of, seen.lang), lambda: _requests(seen))


def _requests(seen: PlanView) -> pd.DataFrame:
    given, lang = tables.of_groups(seen.tables.targets), seen.lang
    asks = seen.card["counted"] | seen.card["target_id"].isin(conditions(seen))
    open_ones = seen.card[asks & seen.card["status"].isin(OPEN)][["target_id", "status"]]
    beside = seen.verdicts.drop_duplicates("target_id").reindex(columns=["target_id", "deadline_year", "unknown"])
    rows = open_ones.merge(given, on="target_id").merge(beside, on="target_id", how="left")
    about = seen.registers.indicators.set_index("indicator")
    about = about.reindex(columns=[f"ask_{lang}", "indicator_kind"]).astype(object).fillna("")
    known = dict(
        zip(seen.registers.indicators["indicator"], seen.registers.indicators["ask_zh"].fillna(""), strict=True)
    )
    named = asking.addressees(seen, lang)
    answered, out = with_figures(seen), []
    for row in rows[rows["comparator"] != comparators.ALL_OF].to_dict("records"):
        one, measure, due = row["target_id"], row["indicator"], row["deadline_year"]
        ask, kind = about.loc[measure] if measure in about.index else ("", "")
        found = None if one in answered else alike(row, due, kind)
        years = 5 if pd.isna(due) else int(due) - seen.as_of
        areas = [seen.area_name(area) for area in str(row["unknown"]).split(";") if area and area != "nan"]
        office = text("scorecard.list_comma", lang).join(areas) or ask or text("gaps.ask_unknown", lang)
        out.append({
            "office": office, "target_id": one, "addressee": named(known.get(measure, ""), ask),
            "what": measure, "group": row["group"],
            "gain": gain(row["status"], years, kind, found),
            "similar": found.n if found else None, "similar_met": found.met if found else None,
        })  # fmt: skip
    table = pd.DataFrame(out, columns=tables.columns("requests"))
    table["unlocks"] = table["target_id"].map(asking.unlocked(seen, table))
    return tables.check(table.sort_values("gain", ascending=False, kind="stable"), "requests")


def with_figures(seen: PlanView) -> set[str]:
    """The goals of whose own series there is a figure, whatever the plan's table of series promises."""
    own = by_own_figures(seen.verdicts)
    there = pd.MultiIndex.from_frame(tables.of_groups(seen.used)[tables.SERIES])
    asked_for = own[["data_indicator", "data_area", "data_group"]].fillna("")
    return set(own.loc[pd.MultiIndex.from_frame(asked_for).isin(there), "target_id"])


def by_own_figures(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps that rest on the district's own series, or would if it had figures."""
    return gaps[gaps["basis"].isin(["own", "borrowed"])]


def asked(seen: PlanView) -> pd.DataFrame:
    """Where the missing figures are kept, first the place that decides most: by the sum of what one figure of each of its
    goals would settle.

    Columns: ask (the place, or the areas whose figures a rank needs), gain, count, names (of its targets), indicators
    (their ids), groups (whose figures).
    """
    rows = requests(seen).merge(seen.card[["target_id", "name"]], on="target_id")
    named = {"names": ("name", list), "indicators": ("what", list), "groups": ("group", list)}
    places = rows.groupby("office", sort=False).agg(gain=("gain", "sum"), count=("target_id", "size"), **named)
    places = places.rename_axis("ask").reset_index()
    return places.sort_values(["gain", "count"], ascending=False, kind="stable")

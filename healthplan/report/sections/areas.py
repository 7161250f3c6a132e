"""A small picture an area, all to one scale; and each area's own page with its figures and where they stand."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from healthplan.figures.league import Scale, area_chart, others, panel
from healthplan.language.phrases import half_up, number
from healthplan.league_view import LeagueView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import PART, Html
from healthplan.report.sections.apart import Indicator, Row, every
from healthplan.report.sections.league import cells, heading, sources, speed_cells, typical_words
from healthplan.report.sections.sources import places

MOST = 97.5  # per cent of the ends of outlooks that a scale holds: one area's wide band must not flatten all others
SHORT = 8  # letters of a figure with its unit, that a chart has room for
FIGURE = ("year", "value", "obs_status", "place")
COLUMNS = ["year", "value", "lower_80", "upper_80"]


class Courses(NamedTuple):
    """What the pictures of one indicator draw: figures and outlook by area, the scale of all; ``base``: the year that is 100
    where totals of areas of any size stand beside each other as an index."""

    own: dict[str, pd.DataFrame]
    ahead: dict[str, pd.DataFrame]
    scale: Scale
    base: int | None

    @property
    def lines(self) -> list[tuple[list[float], list[float]]]:
        return [(list(one["year"]), list(one["value"])) for one in self.own.values() if len(one)]


@lru_cache(maxsize=16)
def courses(one: Indicator, indexed: bool) -> Courses | None:
    """The courses of all areas; ``indexed``: of a total each divided by its figure of the first year on
    one basis. None where nothing can be drawn."""
    seen = one.seen
    figures = seen.observations[seen.observations["indicator"] == one.id].sort_values("year")
    paths = seen.trajectories[(seen.trajectories["indicator"] == one.id) & (seen.trajectories["kind"] != "observed")]
    base = _base(figures) if indexed else None
    own, ahead = {}, {}
    for area, rows in figures.groupby("area", sort=False):
        shown = rows[["year", "value"]].astype(float)
        by = 1.0
        if base is not None:
            shown = shown[shown["year"] >= base]
            first = shown["value"].iloc[0] if len(shown) else 0.0
            if not first:  # nothing can be held against nought
                continue
            by = 100 / first
        mine = paths[(paths["area"] == area) & (paths["year"] > rows["year"].max())].sort_values("year")
        more = mine[COLUMNS].astype(float)
        own[str(area)] = shown.assign(value=shown["value"] * by)
        ahead[str(area)] = more.assign(**{name: more[name] * by for name in COLUMNS[1:]})
    drawn = [frame for frame in own.values() if len(frame)]
    if not drawn:
        return None
    scale = _scale(pd.concat(drawn), pd.concat([*ahead.values()]))
    held = {area: _held(frame, scale) for area, frame in ahead.items()}
    return Courses(own, held, scale, base)


def _base(figures: pd.DataFrame) -> int:
    """The first year of figures on one basis: that of the last change of definition that at least half of the areas have."""
    broken = figures[figures["obs_status"] == "break"].groupby("year")["area"].nunique()
    broken = broken[broken * 2 >= figures["area"].nunique()]
    return int(broken.index.max() if len(broken) else figures["year"].min())


def _scale(figures: pd.DataFrame, ahead: pd.DataFrame) -> Scale:
    values = [*figures["value"], *ahead["value"].dropna()]
    if len(band := ahead[["lower_80", "upper_80"]].dropna()):
        values += [np.percentile(band["lower_80"], 100 - MOST), np.percentile(band["upper_80"], MOST)]
    low, high = float(min(values)), float(max(values))
    spare = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    last = max([*figures["year"], *ahead["year"]])
    first = float(figures["year"].min())
    return Scale(first - (first == last), float(last), low - spare if low < 0 or low > spare else 0.0, high + spare)


def _held(ahead: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Bands end at the edge of the picture."""
    ends = {name: ahead[name].clip(scale.low, scale.high) for name in ("lower_80", "upper_80")}
    return ahead.assign(**ends)


@lru_cache(maxsize=32)
def _ground(one: Indicator, big: bool) -> tuple[Html, str]:
    """The pale lines as a symbol that every picture of a page shows again, and its name."""
    found, name = courses(one, one.total), f"pale-{one.id}"
    assert found is not None
    drawn = blocks.svg(others(found.lines, found.scale, big=big), name)
    box = re.search(r'viewBox="([^"]+)"', drawn)
    assert box is not None
    inner = drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]
    symbol = f'<symbol id="{name}" viewBox="{box[1]}">{inner}</symbol>'
    return Html(f'<svg class="marks" width="0" height="0" aria-hidden="true">{symbol}</svg>'), name


def _over(picture: str, ground: str) -> str:
    """A picture on the pale lines of its page."""
    return re.sub(r"(<svg[^>]*>)", rf'\1<use href="#{ground}"/>', picture, count=1)


def small(seen: LeagueView) -> Html:
    """A panel an area in the order of places: its own course strong, all others pale, the outlook as a band."""
    pieces = [blocks.heading(text("league.small_h1", seen.lang, title=heading(seen)), 1)]
    return blocks.join(*pieces, *map(_panels, every(seen)))


def _panels(one: Indicator) -> Html:
    found = courses(one, one.total)
    if found is None:
        return Html("")
    ground, name = _ground(one, big=False)
    shown = []
    for row in one.rows.to_dict("records"):
        area, told = row["area"], cells(one, row)
        own = found.own.get(area)
        drawn = "" if own is None else blocks.svg(panel(own, found.ahead[area], found.scale), f"p-{one.id}-{area}")
        shown.append(told | {"picture": Html(_over(drawn, name))})
    ends = {"low": number(half_up(found.scale.low, 2)), "high": number(half_up(found.scale.high, 2))}
    years = {"first": int(found.scale.first), "last": int(found.scale.last), "year": one.year}
    read = one.say("small_read" if found.base is None else "small_read_total", base=found.base, **years, **ends)
    return blocks.rendered("league_small", one.lang, id=one.id, name=one.name, read=read, ground=ground, rows=shown,
                           to=one.seen.to, absent=one.absent_words() if one.absent else "")  # fmt: skip


def areas(seen: LeagueView) -> Html:
    """A list of all areas, then a page for each: place, speed and outlook in words, a chart, its figures with their sources."""
    listed = [{"id": area, "name": seen.area_name(area)} for area in seen.areas]
    known = {one.id: {row["area"]: row for row in one.rows.to_dict("records")} for one in every(seen)}
    titles = sources(seen)["source"].to_dict()
    first = blocks.rendered(
        "league_areas", seen.lang, title=text("league.areas_h1", seen.lang, title=heading(seen)), areas=listed
    )
    return Html(PART.join([first, *(_area(seen, area, known, titles) for area in seen.areas)]))


def _area(seen: LeagueView, area: str, known: dict[str, dict[str, Row]], titles: dict[str, str]) -> Html:
    parts = [_one(one, area, known[one.id].get(area), titles) for one in every(seen)]
    at = seen.areas.index(area)
    near = [seen.areas[i] if 0 <= i < len(seen.areas) else "" for i in (at - 1, at + 1)]
    beside = [{"id": one, "name": seen.area_name(one)} if one else None for one in near]
    fields = {"id": area, "name": seen.area_name(area), "above": heading(seen), "beside": beside}
    return blocks.rendered("league_area", seen.lang, parts=parts, **fields)


def _one(one: Indicator, area: str, row: Row | None, titles: dict[str, str]) -> dict[str, Any]:
    """What an area's page says of one indicator."""
    ground, picture = _drawn(one, area, row) if row is not None else ("", "")
    facts = _facts(one, row) if row is not None else []
    absent = "" if row is not None else one.say("area_absent", year=one.year, ask=one.ask)
    told = {"id": one.id, "name": one.name, "facts": facts, "absent": absent, "ground": ground, "picture": picture}
    return told | {"figures": _figures(one, area, titles)}


def _facts(one: Indicator, row: Row) -> list[tuple[str, str]]:
    """Figure, how exactly it is known, place, speed, outlook: label and words."""
    told = cells(one, row)
    years = one.years(row)
    facts = [("figure", one.say("fact_figure", value=told["figure"], years=years))]
    if pd.notna(row["events"]) and pd.notna(row["exposure"]):
        facts.append(
            (
                "events",
                one.say(
                    "fact_events", events=number(row["events"]), exposure=number(half_up(row["exposure"])), years=years
                ),
            )
        )
    if one.ranked and pd.notna(row["level"]):
        fields = {"level": one.value(row["level"]), "range": told["range"], "typical": typical_words(one)}
        facts.append(("level", one.say(f"fact_level_{row['than_typical']}", **fields)))
    if one.ranked and told["place"]:
        count = int(one.rows["place"].notna().sum())
        facts.append(
            (
                "place",
                one.say("fact_place", place=told["place"], count=count, apart=row["apart_from"], others=count - 1),
            )
        )
    if pd.notna(row["speed_rate"]):
        moved = speed_cells(one, row, linked=False)
        key = f"fact_speed_{row['speed_than_typical']}"
        fields = {
            "first": row["speed_first_year"],
            "last": row["speed_last_year"],
            "place": moved["speed_place"] or blocks.PLACEHOLDER,
        }
        those = one.say("those_same_bare" if one.ranked else "those_all_bare")
        ends = moved["excess_range"]
        facts.append(
            (
                "speed",
                one.say(
                    key,
                    rate=moved["rate"],
                    typical=moved["typical"],
                    excess=moved["excess"],
                    those=those,
                    range=ends,
                    **fields,
                ),
            )
        )
    if pd.notna(row["outlook"]):
        fields = {
            "value": told["outlook"],
            "range": told["outlook_range"] or blocks.PLACEHOLDER,
            "year": row["outlook_year"],
        }
        facts.append(("outlook", one.say("fact_outlook", **fields)))
    return [(one.say(f"label_{name}"), words) for name, words in facts]


def _drawn(one: Indicator, area: str, row: Row) -> tuple[Html, Html]:
    found = courses(one, one.total)
    if found is None or area not in found.own or found.own[area].empty:
        return Html(""), Html("")
    ground, name = _ground(one, big=True)
    told, own, ahead = cells(one, row), found.own[area], found.ahead[area]
    shown = lambda value: number(half_up(value, 1)) if found.base is not None else one.value(value)  # noqa: E731
    now, then = shown(own["value"].iloc[-1]), []
    now = now if len(now) <= SHORT else number(own["value"].iloc[-1])
    if len(ahead):
        then = [one.say("chart_then", year=int(ahead["year"].iloc[-1]), value=shown(ahead["value"].iloc[-1]))]
        if told["outlook_range"]:
            ends = (ahead["lower_80"].iloc[-1], ahead["upper_80"].iloc[-1])
            if found.base is None:
                then += [text("figures.range_80", one.lang), told["outlook_range"]]
            else:
                then += [text("figures.range_80", one.lang), one.say("range", low=shown(ends[0]), high=shown(ends[1]))]
    pale = one.say("chart_pale" if found.base is None else "chart_pale_index", base=found.base)
    figure = area_chart(own, ahead, found.scale, now=now, then=then, typical=pale, lang=one.lang)
    values = text("report.semicolon", one.lang).join(
        f"{year:.0f}: {shown(value)}" for year, value in zip(own["year"], own["value"], strict=True)
    )
    alt = one.say(
        "alt_area", name=one.name, area=row["name"], values=values, outlook=told["outlook"] or blocks.PLACEHOLDER
    )
    return ground, Html(_over(blocks.picture(figure, alt, f"{area}-{one.id}"), name))


def _figures(one: Indicator, area: str, titles: dict[str, str]) -> Html:
    """Every figure of an area by year with what kind it is and where it was printed."""
    rows = one.seen.observations
    rows = rows[(rows["indicator"] == one.id) & (rows["area"] == area)].sort_values("year", ascending=False)
    if rows.empty:
        return Html("")
    shown = pd.DataFrame({
        "year": rows["year"], "value": [one.value(value) for value in rows["value"]],
        "obs_status": [text(f"observations.status_{status}", one.lang) for status in rows["obs_status"]],
        "place": places(rows, one.lang), "source": [titles.get(source, source) for source in rows["source"]],
    })  # fmt: skip
    runs = (shown["source"] != shown["source"].shift()).cumsum()
    groups = [(own["source"].iloc[0], own) for _, own in shown.groupby(runs, sort=False)]
    headers = {name: one.say(f"col_{name}_of" if name == "place" else f"col_{name}") for name in FIGURE}
    return blocks.grouped_table(groups, headers, kind="small figures")

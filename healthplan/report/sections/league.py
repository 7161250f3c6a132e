"""The first page of a report about areas beside each other: the answer in sentences, the league, who moves fastest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.console import left_out
from healthplan.figures.league import speed_chart
from healthplan.language import units
from healthplan.language.phrases import number
from healthplan.league_view import LeagueView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.apart import ENDS, Indicator, Row, every, named
from healthplan.report.sections.sources import titled

MARKS = {"faster": "▲", "slower": "▼", "above": "▲", "below": "▼"}
TYPICAL = ("typical_lower_95", "typical_upper_95")
HEADED = 4  # so many indicators have room in one line
CHARTED = 3  # areas, below which a chart shows nothing


def title(seen: LeagueView) -> Html:
    """The strip at the head of each page: which areas, as of when, looked ahead to when."""
    return blocks.rendered("title", seen.lang, parts=strip(seen), synthetic=invented(seen))


def invented(seen: LeagueView) -> bool:
    """Whether the figures were observed nowhere."""
    return any(map(seen.registers.invented, (seen.above, *seen.areas)))


def heading(seen: LeagueView) -> str:
    """What the report is about: the words of its title, on every page and file."""
    return text("league.title", seen.lang, area=seen.area_name(seen.above), count=len(seen.areas))


def strip(seen: LeagueView) -> list[str]:
    """The larger area with how many parts, the newest figures, the year looked ahead to."""
    return [heading(seen), *edition(seen)]


def edition(seen: LeagueView) -> list[str]:
    """How far the figures reach and the outlook: the same words at the head of every page and file."""
    return [
        text("league.figures_to", seen.lang, year=seen.as_of),
        text("league.outlook_to", seen.lang, year=seen.to),
    ]


def headline(seen: LeagueView) -> str:
    """The answer in one line: of the first indicators how many are told apart, or how many moved faster and slower."""
    told = [_headline(one) for one in every(seen)]
    if (more := len(told) - HEADED) > 0:
        told[HEADED:] = [text("league.head_more", seen.lang, count=more)]
    return text("league.semicolon", seen.lang).join(told)


def _headline(one: Indicator) -> str:
    if one.rows.empty:
        return one.say("head_none", name=one.name)
    if not one.ranked and not one.total:
        return one.say("head_unranked", name=one.name)
    column, ends, key = ("than_typical", ("above", "below"), "head_level") if one.ranked else (
        "speed_than_typical", ENDS, "head_speed")  # fmt: skip
    counts = one.rows[column].value_counts()
    up, down = (int(counts.get(end, 0)) for end in ends)
    known = int(counts.drop("unknown", errors="ignore").sum())
    return one.say(key, name=one.name, up=up, down=down, rest=known - up - down)


def first(seen: LeagueView) -> Html:
    """The answer in sentences indicator by indicator, then a league of each: place as a range, figure, how exactly it is
    known, speed, outlook; who has no figure is listed with whom to ask."""
    told = [{"id": one.id, "name": one.name, "sentences": one.sentences()} for one in every(seen)]
    leagues = [_league(one) for one in every(seen)]
    return blocks.rendered(
        "league", seen.lang, title=heading(seen), headline=headline(seen), told=told, leagues=leagues
    )


def _league(one: Indicator) -> Row:
    rows = one.rows.to_dict("records")
    stretch = one.rows[["speed_first_year", "speed_last_year"]].dropna()
    years = dict(zip(("first", "last"), map(int, stretch.iloc[0]), strict=True)) if len(stretch) else {}
    return {
        "id": one.id,
        "years": one.say("league_years", **years) if years else "",
        "title": one.say(f"league_head{_kind(one)}", name=one.name),
        "note": one.say(f"league_note{_kind(one)}"),
        "columns": heads(one),
        "rows": [cells(one, row) | strip_of(one, row) for row in rows],
        "typical": _at(one, typical(one)),
        "around": _around(one),
        "absent": one.absent_words() if one.absent else "",
    }


def _kind(one: Indicator) -> str:
    """Which words go with a league: of levels, of totals by speed, of figures that are not ranked."""
    return "" if one.ranked else "_total" if one.total else "_unranked"


def heads(one: Indicator) -> dict[str, str]:
    """The heads of the league's columns."""
    kind = "" if one.ranked else "_total"
    shown = one.rows.iloc[0] if len(one.rows) else None
    fields = {
        "year": one.year if shown is None else one.years(dict(shown)),
        "to": one.seen.to,
        "typical": typical_words(one),
        "unit": one.change_unit,
    }
    return {
        name: one.say(f"col_{name}{kind if name in ('place', 'line', 'range', 'apart') else ''}", **fields)
        for name in ("place", "area", "figure", "line", "range", "apart", "speed", "outlook")
    }


def cells(one: Indicator, row: Row) -> Row:
    """A row of the league in words."""
    kind = "percent" if pd.isna(row["speed_rate_kind"]) else row["speed_rate_kind"]
    than = row["than_typical"] if one.ranked else row["speed_than_typical"]
    of, low, high = ("", "lower_95", "upper_95") if one.ranked else ("speed_", *_columns(one)[1:])
    span = one.range(row[low], row[high]) if one.ranked else one.changes(row[low], row[high], kind, bare=True)
    mark = MARKS.get(row["speed_than_typical"], "") if one.ranked else ""
    speed = one.change(row["speed_rate"], kind)
    ends = one.range(row["outlook_lower_80"], row["outlook_upper_80"])
    return {
        "id": row["area"],
        "area": row["name"],
        "place": one.place(row, of),
        "figure": one.value(row["value"]),
        "range": span,
        "than": than,
        "apart": "" if than == "unknown" else one.say(f"than_{than}"),
        "speed": f"{speed} {mark}".strip(),
        "outlook": "" if pd.isna(row["outlook"]) else one.value(row["outlook"]),
        "outlook_range": ends,
    }


def typical(one: Indicator) -> float:
    """The level of the typical area; where areas are held apart by speed, no difference."""
    return float(one.rows["typical"].dropna().iloc[0]) if one.ranked else 0.0


def typical_words(one: Indicator) -> str:
    """The same in words."""
    if one.ranked:
        return one.value(typical(one))
    known = one.rows[one.rows["speed_typical"].notna()]
    return one.change(known["speed_typical"].iloc[0], known["speed_rate_kind"].iloc[0]) if len(known) else ""


def _columns(one: Indicator) -> list[str]:
    return (
        ["level", "lower_95", "upper_95"]
        if one.ranked
        else [f"speed_excess{end}" for end in ("", "_lower_95", "_upper_95")]
    )


def _at(one: Indicator, value: float) -> float:
    """Where a value lies on the line of the league, in per cent of its width."""
    columns = [*_columns(one), *(TYPICAL if one.ranked else ())]
    ends = [typical(one), *(end for name in columns for end in one.rows[name].dropna())]
    low, high = min(ends), max(ends)
    return round(100 * (value - low) / ((high - low) or 1.0), 1)


def _around(one: Indicator) -> list[float]:
    """Where the interval of the typical level begins on the line, and how wide it is; of totals nowhere."""
    known = one.rows[list(TYPICAL)].dropna()
    if not one.ranked or known.empty:
        return [0.0, 0.0]
    low, high = (_at(one, end) for end in known.iloc[0])
    return [low, round(high - low, 1)]


def strip_of(one: Indicator, row: Row) -> Row:
    """Dot and line of a row: how exactly it is known, against what is typical."""
    level, low, high = (row[name] for name in _columns(one))
    if pd.isna(level) or pd.isna(low) or pd.isna(high):
        return {"at": None, "from": None, "wide": None}
    start = _at(one, low)
    return {"at": _at(one, level), "from": start, "wide": round(_at(one, high) - start, 1)}


def speeds(seen: LeagueView) -> Html:
    """Who moves fastest from the same start: start against change a year, and a table with ranges."""
    return blocks.join(blocks.head("speeds", seen.lang, part="league"), blocks.said("league.speeds_read", seen.lang, "sub"),
                       *map(_speeds, every(seen)))  # fmt: skip


def _speeds(one: Indicator) -> Html:
    rows = one.rows[one.rows["speed_rate"].notna()].sort_values("speed_place", kind="stable")
    head = blocks.heading(one.name, 3, f"speeds-{one.id}")
    if rows.empty:
        return blocks.join(head, blocks.paragraph(one.say("speed_unknown")))
    table = blocks.worded(pd.DataFrame([speed_cells(one, row) for row in rows.to_dict("records")]), one.lang, part="league",
                          raw=("area",), kind="league-speeds")  # fmt: skip
    drawn = rows[rows["speed_typical"].notna()]
    return blocks.join(head, speed_picture(one, drawn) if len(drawn) >= CHARTED else "", table)


def speed_cells(one: Indicator, row: Row, *, linked: bool = True) -> Row:
    """A row of the table of speeds in words; the area as a link to its page."""
    kind = row["speed_rate_kind"]
    link = f'<a href="@page:areas@#{blocks.cell(row["area"])}">{blocks.cell(row["name"])}</a>'
    times = row["speed_times_typical"]
    return {
        "speed_place": one.place(row, "speed_"),
        "area": link if linked else row["name"],
        "start": one.say("start", year=row["speed_first_year"], value=one.value(row["speed_start"])),
        "rate": one.change(row["speed_rate"], kind),
        "typical": one.change(row["speed_typical"], kind),
        "excess": one.change(row["speed_excess"], kind, difference=True),
        "excess_range": one.changes(row["speed_excess_lower_95"], row["speed_excess_upper_95"], kind),
        "times": "" if pd.isna(times) else one.say("times", times=number(times)),
        "apart_speed": one.say(f"than_{row['speed_than_typical']}") if row["speed_than_typical"] != "unknown" else "",
    }


def speed_picture(one: Indicator, rows: pd.DataFrame) -> Html:
    """The chart of start and change, with what it shows in words."""
    drawn = {"start": rows["speed_start"], "rate": rows["speed_rate"], "typical": rows["speed_typical"]}
    frame = pd.DataFrame(drawn | {"name": rows["name"], "than_typical": rows["speed_than_typical"]})
    kind, first = rows["speed_rate_kind"].iloc[0], int(rows["speed_first_year"].min())
    unit = "%" if kind == "percent" else units.word(units.difference_unit(one.unit), one.lang)
    words = {
        "x_words": one.say("axis_start", name=one.name, year=first, unit=units.word(one.unit, one.lang)),
        "y_words": one.say("axis_rate", unit=unit),
        "typical_words": one.say("typical_line" if one.ranked else "typical_line_total"),
    }
    figure = speed_chart(frame, **words, lang=one.lang)
    pairs = [f"{row['name']} {one.change(row['speed_rate'], kind)}" for row in rows.to_dict("records")]
    alt = one.say("alt_speeds", name=one.name, values=text("league.comma", one.lang).join(pairs))
    return blocks.picture(figure, alt, f"speeds-{one.id}")


def details(seen: LeagueView) -> Html:
    """How it was worked out, what the tables mean, what was asked of the user's own figures, the sources."""
    lang = seen.lang
    pieces: list[str] = [blocks.heading(text("league.details_h1", lang), 1)]
    for part in ("method", "tables"):
        pieces.append(blocks.head(part, lang, part="league"))
        pieces += [blocks.paragraph(words) for words in told(seen, part)]
    if seen.doubts:
        pieces.append(blocks.head("doubts", lang, part="league"))
        pieces += [blocks.paragraph(fault.text(lang), "small") for fault in seen.doubts]
    shown = sources(seen)
    pieces += [
        blocks.head("sources", lang, part="league"),
        blocks.worded(shown, lang, part="league", kind="small league-sources"),
    ]
    return blocks.join(*pieces)


METHOD = ("counts", "shrunk", "apart", "line", "places", "total", "start", "ahead")
TABLES = ("league", "speeds", "trajectories", "figures")


def told(seen: LeagueView, part: str) -> list[str]:
    """The sentences of a part of the details."""
    fields = {"year": seen.to, "method": seen.method, "left": sum(map(left_out, seen.doubts))}
    return [text(f"league.{part}_{one}", seen.lang, **fields) for one in (METHOD if part == "method" else TABLES)]


def sources(seen: LeagueView) -> pd.DataFrame:
    """Where the figures were printed: source, producer, date, address, how many figures, of which areas; by id. A figure that
    two sources confirm, or that was worked out from both, counts for either."""
    known = seen.registers.sources.set_index("source").fillna("").astype(str)
    made = {}
    both = seen.observations.reindex(columns=["source", "second_source", "area"]).fillna("")
    both = pd.concat([both, both.assign(source=both["second_source"])])
    for source, own in both[both["source"] != ""].groupby("source", sort=False):
        about = known.loc[source].to_dict() if source in known.index else {"title": str(source)}
        areas = named((seen.area_name(one) for one in dict.fromkeys(own["area"])), seen.lang)
        facts = {name: about.get(name, "") for name in ("producer", "date", "address")}
        made[source] = {"source": titled(about["title"], seen.lang), **facts, "count": f"{len(own):,}", "areas": areas}
    columns = ["source", "producer", "date", "address", "count", "areas"]
    return pd.DataFrame.from_dict(made, orient="index", columns=columns)


def sentences(seen: LeagueView) -> list[dict[str, Any]]:
    """Everything that pages say in whole sentences, by part, for other formats (columns part, number, words)."""
    parts = {"strip": strip(seen), "edition": edition(seen), "headline": [headline(seen)]}
    parts["synthetic"] = [text("figures.synthetic", seen.lang)] if invented(seen) else []
    parts |= {one.id: one.sentences() for one in every(seen)}
    parts |= {part: told(seen, part) for part in ("method", "tables")}
    return [
        {"part": part, "number": at, "words": words} for part, own in parts.items() for at, words in enumerate(own, 1)
    ]

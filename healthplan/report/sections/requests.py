"""Whom to ask for which figures: the goals that wait for them, the places that keep them, the request for each place."""

import re
from functools import lru_cache
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.calls.reference_class import alike, gain
from healthplan.explanations.summary import sentences
from healthplan.language import comparators
from healthplan.language.dates import when
from healthplan.language.phrases import quantity
from healthplan.line import PlanView, once
from healthplan.messages import text
from healthplan.report import asking, blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.deliverables import LISTED, deliverables
from healthplan.report.sections.goals import conditions

OPEN = tables.statuses("open")  # a figure would decide these
ROOM = {"zh": 58, "en": 100}  # letters of what is asked for on the first page
TOPS = 16  # so many offices stand on the first page, the others are counted
BACKGROUND = 5  # so many figures of larger areas stand on the first page
PLACES = {"正文": "text", "附件": "annex", "附表": "annex"}  # where the sides of a contradiction stand
LEFT = ("apart", "answered", "others")  # why a goal stays open whoever is asked, in the order of the sentences


def unjudged(seen: PlanView) -> Html:
    """The first page of a plan of which no goal is judged: whom to ask for what and how many goals each answer settles; where the
    plan says two things; what larger areas had. Nothing here is called missed."""
    told, opened = _facts(seen), opening(seen)
    said = {part: sentences(opened, part, seen.lang) for part in ("headline", "sub")}
    said["headline"] = opened["words"].iloc[0]
    sides = contradictions(seen).to_dict("records")
    return blocks.rendered(
        "unjudged",
        seen.lang,
        **told,
        **said,
        contradictions=sides,
        background=_background(seen),
        shown=BACKGROUND,
        tops=TOPS,
    )


def opening(seen: PlanView) -> pd.DataFrame:
    """Table *summary* of a plan that cannot be judged: the headline, and how many goals the first offices' answers settle."""
    lang, told, conflicts = seen.lang, _facts(seen), len(contradictions(seen))
    say = lambda key, **fields: text(f"requests.{key}", lang, **fields)  # noqa: E731
    why = [say(f"title_part_{name}", count=told[name]) for name in ("due", "ahead", "conflicting") if told[name]]
    lines = [("headline", say("title", count=told["goals"], parts=say("comma").join(why))), ("sub", say("lead"))]
    offices = told["offices"]
    reach = [(n, offices[n - 1]["cumulative"]) for n in dict.fromkeys(min(n, len(offices)) for n in (4, 8)) if n]
    if len(reach) > 1:
        (first, some), (second, more) = reach
        lines.append(("sub", say("lead_two", first=first, some=some, second=second, more=more)))
    elif reach:
        lines.append(("sub", say("lead_one", first=reach[0][0], some=reach[0][1])))
    if conflicts:
        lines.append(("sub", say("lead_conflicts", count=conflicts)))
    facts = [("fact", one["count"], f"{one['words']}\n{one['note']}") for one in told["facts"]]
    said = [(part, words.rstrip("。. "), "") for part, words in lines]
    rows = pd.DataFrame([*said, *facts], columns=["part", "words", "detail"]).assign(standing="", target_id="")
    rows["number"] = rows.groupby("part").cumcount() + 1
    return tables.check(rows, "summary")


def whom_to_ask(seen: PlanView) -> Html:
    """The same in a box, for the first page of a plan that is judged in part; empty where nothing is open."""
    head, *lines = box(seen) or [("", "")]
    return blocks.rendered("whom_to_ask", seen.lang, head=head[0], lines=lines) if head[0] else Html("")


def box(seen: PlanView) -> list[tuple[str, str]]:
    """What the box says, and where each line leads: its head, the first offices, the others, the first contradiction."""
    told, sides = _facts(seen), contradictions(seen).head(1).to_dict("records")
    if not told["open"]:
        return []
    say = lambda key, **fields: text(f"requests.box_{key}", seen.lang, **fields)  # noqa: E731
    tops, more = told["offices"][:2], told["offices"][2:]
    first = len(tops) + len(sides)
    lines = [(say("head" if first else "head_bare", count=told["open"], things=first), "")]
    for at, one in enumerate(tops, 1):
        words = say("ask", office=one["addressee"], count=one["count"], what=one["words"])
        lines.append((words, f"@page:requests@#office-{at}"))
    if more:
        rest = say("ask_more", offices=len(more), goals=told["settled"] - tops[-1]["cumulative"])
        lines.append((rest, "@page:requests@"))
    if told["conflicting"]:
        settle = [say("settle", **{key: one[key] for key in ("name", "first", "second")}) for one in sides]
        lines.append((say("conflicts", count=told["conflicting"]) + "".join(settle), ""))
    left = [(name, told[f"{name}_count"]) for name in LEFT]
    return lines + [(say(name, count=count, names=told[name]), "") for name, count in left if count]


def left_open(seen: PlanView) -> list[str]:
    """What no figure would settle yet, in sentences."""
    told = _facts(seen)
    counts = {one: told[f"{one}_count"] for one in LEFT}
    return [text(f"requests.{one}", seen.lang, count=counts[one], names=told[one]) for one in LEFT if counts[one]]


def to_do(seen: PlanView) -> list[str]:
    """What is to be ticked off when letters go out; nothing where none does."""
    count = len(_facts(seen)["offices"])
    said = [text(f"requests.todo_{one}", seen.lang, count=count) for one in ("send", "by", "who")]
    return said if count else []


def background(seen: PlanView) -> list[str]:
    """What larger areas had, in sentences under their heading: as many as stand on the first page."""
    rows, say = _background(seen), lambda key, **fields: text(f"requests.background_{key}", seen.lang, **fields)
    more = [say("more", count=len(rows) - BACKGROUND)] if len(rows) > BACKGROUND else []
    return [say("head"), *(say("line", **row) for row in rows[:BACKGROUND]), *more] if rows else []


def asked_offices(seen: PlanView) -> pd.DataFrame:
    """Table *asked_offices*: whom every page and file lists, first the office whose answer settles most goals."""
    rows = pd.DataFrame(_facts(seen)["offices"], columns=[*tables.columns("asked_offices")[1:]])
    rows.insert(0, "number", range(1, len(rows) + 1))
    return tables.check(rows, "asked_offices")


def request_sheets(seen: PlanView) -> Html:
    """The request of each office (取数函), half a page of paper each, with its workbook."""
    told = _facts(seen)
    if not told["letters"]:
        return Html("")
    rows = told["lines"].to_dict("records")
    for row in rows:
        row |= {name: row[name].split(";") if row[name] else [] for name in ("years", "required", "known", "none")}
    sheets = [
        office | {"rows": [r for r in rows if r["addressee"] == office["addressee"]]} for office in told["letters"]
    ]
    parts = {line["addressee"] for line in rows if line["parts"]}
    return blocks.rendered(
        "requests", seen.lang, **told, sheets=sheets, parts=parts, plan=seen.tables.about[f"title_{seen.lang}"]
    )


@lru_cache(maxsize=2)
def _facts(seen: PlanView) -> dict[str, Any]:
    """What the pages about requests say: counts of *brief* by why they are open, the offices with their files, what no figure
    would settle yet. Pages, files and sentences share the answer: nobody may change it."""
    rows, counts = requests(seen), seen.brief["status"].value_counts()
    lines = asking.lines(seen, rows)
    offices = asking.offices(seen, rows, lines)
    files = dict(zip(lines["addressee"], lines["file"], strict=True))
    comma = text("scorecard.names_comma", seen.lang)
    offices["file"] = [files[one] for one in offices["addressee"]]
    letters = offices.to_dict("records")  # with those asked again although they have answered that there is nothing
    offices = offices[offices["count"] > 0].copy()
    offices["words"] = [_few(names, seen.lang) for names in offices["what"]]
    settled, names = asking.settled_by(seen, rows), _names(seen)
    open_ones = seen.brief[seen.brief["status"].isin(OPEN)]["target_id"]
    waiting = [one for one in open_ones if one not in settled]  # with settled and conflicting all that are open
    apart = asking.in_parts(seen, waiting)
    of = lambda *statuses: int(sum(counts.get(status, 0) for status in statuses))  # noqa: E731
    status = seen.brief.set_index("target_id")["status"]
    asks = lambda *statuses: len({whom for one, whom in settled.items() if status[one] in statuses})  # noqa: E731
    again = asking.answered(seen, lines, rows, waiting) - apart
    left = {"apart": apart, "answered": again, "others": {*waiting} - apart - again}
    told = {
        "goals": len(seen.brief), "open": of(*OPEN, "conflicting"), "due": of("due_unconfirmed"),
        "ahead": of("no_data", "reference_only"), "conflicting": of("conflicting"), "deliverables": int(deliverables(seen)["past"].sum()),
        "due_offices": asks("due_unconfirmed"), "ahead_offices": asks("no_data", "reference_only"),
        "home": seen.tables.area, "settled": len(settled), "offices": offices.to_dict("records"), "letters": letters, "lines": lines,
    }  # fmt: skip
    told |= {why: comma.join(names[one] for one in waiting if one in goals) for why, goals in left.items()}
    return told | {f"{why}_count": len(goals) for why, goals in left.items()} | {"facts": _boxes(told, seen.lang)}


def _boxes(told: dict[str, Any], lang: str) -> list[dict[str, str]]:
    """The counts that a page without verdicts opens with: number, words, a note, what it is about."""
    say = lambda key, **fields: text(f"requests.{key}", lang, **fields)  # noqa: E731
    asked = {n: told[f"{n}_offices"] for n in ("due", "ahead")}
    notes = {n: say("box_note", count=count) if count else "" for n, count in asked.items()} | {
        n: say(f"box_{n}_note") for n in ("conflicting", "deliverables")
    }
    rows = [("judged", f"0{say('slash')}{told['goals']}", say("box_judged_note"))]
    rows += [(name, str(told[name]), note) for name, note in notes.items() if told[name]]
    return [{"what": n, "count": count, "words": say(f"box_{n}"), "note": note} for n, count, note in rows]


def _names(seen: PlanView) -> dict[str, str]:
    """The goals of *brief* by name; those that share one with what they ask for."""
    rows, say = seen.brief, lambda row: text("requests.goal_by", seen.lang, goal=row["name"], deadline=row["goal"])
    twice = rows["name"].duplicated(keep=False)
    records = zip(rows.to_dict("records"), twice, strict=True)
    return {row["target_id"]: say(row) if again else row["name"] for row, again in records}


def _few(names: list[str], lang: str) -> str:
    """The first names, as many as two lines hold, and how many there are."""
    comma, kept = text("scorecard.names_comma", lang), names[:1]
    for name in names[1:]:
        if len(comma.join([*kept, name])) > ROOM[lang]:
            break
        kept.append(name)
    words = comma.join(kept)
    return words if len(kept) == len(names) else text("requests.and_so_on", lang, names=words, count=len(names))


def contradictions(seen: PlanView) -> pd.DataFrame:
    """Table *contradictions*: where the plan says two things."""
    lang, found = seen.lang, seen.findings
    goals = {row["target_id"]: row for row in seen.card.to_dict("records")}
    stands = seen.tables.targets.set_index("target_id")["locator"]
    promised = seen.tables.milestones.set_index("milestone_id").to_dict("index")
    undated, out = text("requests.no_date", lang), []
    for row in found[found["finding"].isin(LISTED)].to_dict("records"):
        sides, values = [], row["finding"] == "two_values"
        for one in row["target_ids"].split(";")[:2]:
            if goal := goals.get(one):
                sides.append((goal["name"], goal["goal"] if values else goal["deadline"], stands[one]))
            elif thing := promised.get(one):
                name, date = thing[f"deliverable_{lang}"], when(thing["deadline"], lang) or undated
                sides.append((name, name if row["finding"] == "two_steps" else date, thing["locator"]))
        if len(sides) == 2:
            places = [next((p for p in PLACES if one[2].startswith(p)), "") for one in sides]
            called = (
                [f"place_{PLACES[p]}" for p in places if p] if len(set(places) - {""}) == 2 else ["side_1", "side_2"]
            )
            name = re.sub(r"[（(](?:正文|附件|总目标|text|body|annex|overall)[）)]$", "", sides[0][0]).strip()
            first, second = (text(f"requests.{key}", lang) for key in called)
            said = {"name": name, "first": sides[0][1], "second": sides[1][1]}
            out.append(said | {"called_first": first, "called_second": second, "values": values})
    return tables.check(pd.DataFrame(out, columns=tables.columns("contradictions")), "contradictions")


def _background(seen: PlanView) -> list[dict[str, Any]]:
    """The latest figures of larger areas beside goals without figures of their own."""
    latest = seen.judged.references.drop_duplicates("target_id")
    rows = seen.brief.merge(latest[latest["reference_value"].notna()], on="target_id")
    unit = seen.written_units()
    return [
        {
            "name": row["name"], "goal": row["goal"], "area": seen.area_name(row["reference_area"]),
            "value": quantity(row["reference_value"], unit[row["target_id"]], seen.lang), "year": int(row["reference_year"]),
        }
        for row in rows[rows["standing"] == "open"].to_dict("records")
    ]  # fmt: skip


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
    rows["office"] = rows["addressee"].where(rows["addressee"] != "", rows["office"])
    named = {"names": ("name", list), "indicators": ("what", list), "groups": ("group", list)}
    places = rows.groupby("office", sort=False).agg(gain=("gain", "sum"), count=("target_id", "size"), **named)
    places = places.rename_axis("ask").reset_index()
    return places.sort_values(["gain", "count"], ascending=False, kind="stable")

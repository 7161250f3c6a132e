"""What a report says on paper, piece by piece: the same for PDF and Word, from the tables of its result.

A piece is a record: ``heading`` (level, words), ``text`` (words), ``table`` (caption, heads, rows, widths in per cent),
``picture`` (name, caption, alt), ``card`` (a goal: words, standing, status, lines of label and words, of
which the last ``long`` are sentences, name of its picture).
Numbers are words already (table *brief*); a line feed within a cell begins a smaller line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from healthplan import tables
from healthplan.judging.things import in_whole
from healthplan.language import units
from healthplan.language.dates import on
from healthplan.language.phrases import number, probability
from healthplan.messages import text
from healthplan.report.result import Result

Piece = dict[str, Any]
Row = Mapping[str, Any]
DASH = "—"
JUDGED = ("short", "risk", "reached")  # groups of statuses
ASKED = ("number", "addressee", "count", "cumulative")  # of each office, in every format
LONG = ("why", "flip", "by", "support", "locator")  # the last lines of a card, of which some are whole sentences


def say(lang: str, key: str, **fields: object) -> str:
    """The words of this part of the catalogue."""
    return text(f"formats.{key}", lang, **fields)


def title(result: Result) -> str:
    """The title of a report on paper; a plan that is named in book marks already gets no second ones."""
    return say(result.lang, "title", plan=result.title.strip("《》"))


def edition(result: Result) -> str:
    """Which figures a report rests on, in the words at the head of its pages, whenever it was made."""
    return text("report.semicolon", result.lang).join(said(result, "edition"))


def opening(result: Result) -> dict[str, Any]:
    """What the first page says, by part: table *summary*; of a plan that cannot be judged its headline, the counts and
    whom to ask."""
    lang, parts = result.lang, _by_part(result.beside.get("summary", []))
    brief = result.beside["brief"]
    counts = {row["standing"]: row for row in parts.get("count", [])}
    own = [row for row in brief if row["status"] == "off_course"]
    comma, stop = (text(f"summary.{key}", lang) for key in ("comma", "stop"))
    running = {name: "".join(f"{row['words']}{stop}" for row in parts.get(name, [])).strip() for name in ("sub", "key")}
    names = {row["target_id"]: row["name"] for row in brief}
    headline = comma.join(row["words"] for row in parts.get("headline", [])) or result.headline
    return {
        "headline": headline,
        "sub": running["sub"] or "".join(said(result, "answer")[1:3]),
        "counts": [
            {
                "standing": one,
                "words": text(f"brief.standing_{one}", lang),
                "count": sum(row["standing"] == one for row in brief),
                "detail": counts[one]["detail"] if one in counts else "",
            }
            for one in tables.STANDINGS
        ],
        "facts": [[row["words"], *row["detail"].split("\n")] for row in parts.get("fact", [])],
        "rows": own,
        "changes": parts.get("change", []),
        "missed": [row | {"name": names[row["target_id"]]} for row in parts.get("missed", [])],
        "watch": [row | {"name": names[row["target_id"]]} for row in parts.get("watch", [])],
        "offices": offices(result),
        "record": "".join(row["words"] for row in parts.get("record", [])) or "".join(said(result, "record")),
        "key": running["key"],
    }


def _by_part(rows: Iterable[Row]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["part"], []).append(dict(row))
    return found


def said(result: Result, part: str) -> list[str]:
    """The sentences of a part (table *sentences*)."""
    return [row["words"] for row in result.beside.get("sentences", []) if row["part"] == part]


def offices(result: Result) -> list[dict[str, Any]]:
    """Table *asked_offices* with the names of the goals (``goals``) that each answer settles."""
    names = {row["target_id"]: row["name"] for row in result.scorecard}
    comma = text("scorecard.list_comma", result.lang)
    goals = lambda row: comma.join(names[one] for one in row["targets"].split(";") if one)  # noqa: E731
    return [row | {"goals": goals(row)} for row in result.beside.get("asked_offices", [])]


def contradictions(result: Result) -> list[list[str]]:
    """Where the plan says two things: what about, both sides, and boxes to tick which one stands."""
    slash = text("requests.slash", result.lang)
    return [
        [row["name"], f"{row['first']} {slash} {row['second']}", f"□{row['called_first']} □{row['called_second']}"]
        for row in result.beside.get("contradictions", [])
    ]


def story(result: Result, pictures: Mapping[str, str], carded: Sequence[str] = JUDGED) -> list[Piece]:
    """The whole report. ``pictures``: the alternative text of each picture there is, by name; ``carded``: the groups of
    statuses whose goals stand one by one, the others in tables alone."""
    made = PARTS | {"goals": partial(_goals, carded=carded)}
    parts = {name: list(make(result, pictures)) for name, make in made.items()}
    order = ORDER if any(row["standing"] != "open" for row in result.beside["brief"]) else ORDER_UNJUDGED
    return [piece for name in order for piece in _under(say(result.lang, name), parts[name])]


def _under(words: str, pieces: list[Piece]) -> list[Piece]:
    """Pieces under their heading; a part that has nothing to say has none."""
    return [heading(1, words), *pieces] if pieces else []


def heading(level: int, words: str, **more: str) -> Piece:
    return {"kind": "heading", "level": level, "words": words, **more}


def paragraph(words: str) -> Piece:
    return {"kind": "text", "words": words}


def table(lang: str, caption: str, rows: list[list[str]], columns: Mapping[str, int], **fields: object) -> Piece:
    """A table under its caption (a key of this part). ``columns``: the key of each head, and its width in per cent."""
    heads = [say(lang, f"col_{name}") for name in columns]
    cells = [[cell or DASH for cell in row] for row in rows]
    widths = list(columns.values())
    return {"kind": "table", "caption": say(lang, caption, **fields), "heads": heads, "rows": cells, "widths": widths}


def picture(lang: str, name: str, pictures: Mapping[str, str]) -> Iterator[Piece]:
    """A picture that belongs to no goal, where there is one."""
    if name in pictures:
        yield {"kind": "picture", "name": name, "caption": say(lang, name), "alt": pictures[name]}


def _overall(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    lang, first = result.lang, opening(result)
    judged = result.beside.get("summary")  # then the rest of the answer stands in the table
    more = first["sub"] if judged else ""
    answer = said(result, "answer")[: 2 if judged else None]
    pieces = (first["headline"] + text("summary.stop", lang).strip(), more, ("" if lang == "zh" else " ").join(answer))
    yield from map(paragraph, filter(None, pieces))
    words = text("scorecard.list_comma", lang)
    rows = []
    for one in first["counts"]:
        own = [row["status_word"] for row in result.beside["brief"] if row["standing"] == one["standing"]]
        of_it = words.join(text("report.part_after", lang, count=own.count(w), status=w) for w in dict.fromkeys(own))
        rows.append([one["words"], str(one["count"]), of_it, one["detail"]])
    yield table(lang, "counts_caption", rows, {"group": 28, "count": 10, "of_it": 40, "standing_change": 22})


def _goals(result: Result, pictures: Mapping[str, str], carded: Sequence[str]) -> Iterator[Piece]:
    """Group by group: a table of its goals, then those of the groups ``carded`` one after another."""
    lang = result.lang
    card = {row["target_id"]: row for row in result.scorecard}
    ask = {one: row["addressee"] for row in offices(result) for one in row["targets"].split(";")}
    for standing in tables.STANDINGS:
        rows = [row for row in result.beside["brief"] if row["standing"] == standing]
        if not rows:
            continue
        words = text(f"brief.standing_{standing}", lang)
        yield heading(2, say(lang, "group", standing=words, count=len(rows)))
        if standing == "open":
            yield _open_table(rows, words, ask, lang)
            continue
        if standing not in carded:
            yield _whole_table(rows, words, lang)
            continue
        yield _judged_table(rows, words, lang)
        for row in rows:
            yield _card(row, card[row["target_id"]], pictures, lang)


def _judged_table(rows: Sequence[Row], words: str, lang: str) -> Piece:
    cells = [
        [
            f"{row['name']}\n{goal_line(row, lang)}",
            row["course"],
            "\n".join(filter(None, (row["gap"], row["gap_things"]))),
            row["chance_word"],
            row["lead"],
        ]
        for row in rows
    ]
    columns = {"goal_by": 34, "course": 18, "gap": 18, "chance": 14, "lead": 16}
    return table(lang, "group_caption", cells, columns, standing=words)


def _whole_table(rows: Sequence[Row], words: str, lang: str) -> Piece:
    """Everything that leaders read of goals that have no card."""
    lines = lambda *parts: "\n".join(filter(None, parts))  # noqa: E731
    cells = [
        [
            lines(row["name"], goal_line(row, lang), row["lead"]), lines(row["now"], row["then"] and f"→{row['then']}"),
            lines(row["chance_word"], row["gap"], row["gap_things"]), lines(row["needed"], row["needed_parts"]),
            lines(row["trust_word"], row["trust_why"]),
        ]
        for row in rows
    ]  # fmt: skip
    columns = {"goal_by": 30, "course": 17, "chance": 15, "needed": 18, "trust_word": 20}
    return table(lang, "group_caption", cells, columns, standing=words)


def _open_table(rows: Sequence[Row], words: str, ask: Mapping[str, str], lang: str) -> Piece:
    cells = [
        [f"{row['name']}\n{goal_line(row, lang)}", row["status_word"], row["now"], row["lead"], ask.get(row["target_id"], "")]
        for row in rows
    ]  # fmt: skip
    columns = {"goal_by": 30, "status_word": 14, "now": 20, "lead": 16, "addressee": 20}
    return table(lang, "group_caption", cells, columns, standing=words)


def goal_line(row: Row, lang: str) -> str:
    """What is asked, and by when."""
    return say(lang, "goal_line", goal=row["goal"], deadline=row["deadline"])


def _card(row: Row, shown: Row, pictures: Mapping[str, str], lang: str) -> Piece:
    """A goal with all that is said of it. ``row``: of *brief*; ``shown``: of *scorecard*."""
    semicolon = text("report.semicolon", lang)
    chance, before = row["chance_word"], row["chance_before"]
    if chance and before is not None:
        chance = say(lang, "chance_before", chance=chance, before=probability(before, lang))
    lines = {
        "goal": goal_line(row, lang),
        "now": row["now"],
        "then": shown["outlook"] if row["then"] else "",
        "gap": semicolon.join(filter(None, (row["gap"], row["gap_things"]))),
        "chance": chance,
        "needed_line": semicolon.join(filter(None, (row["needed"], row["needed_parts"]))),
        "trust": semicolon.join(filter(None, (row["trust_word"], row["trust_why"]))),
        "why": shown["why"],
        "flip": shown["flip"],
        "by": row["lead"],
        "support": row["support"],
        "locator": shown["locator"],
    }
    name = row["target_id"] if row["target_id"] in pictures else ""
    kept = {key: words.replace("\n", semicolon) for key, words in lines.items() if words not in ("", DASH)}
    return {
        "kind": "card", "words": row["name"], "standing": row["standing"], "status": row["status_word"],
        "lines": [[say(lang, key), words] for key, words in kept.items()], "long": len(kept.keys() & set(LONG)),
        "name": name, "alt": pictures.get(name, ""), "caption": say(lang, "picture", name=row["name"]),
    }  # fmt: skip


def _changes(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    yield from (paragraph(row["words"]) for row in opening(result)["changes"])


def _asking(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    lang, found = result.lang, offices(result)
    if found:
        rows = [[*(str(one[name]) for name in ASKED), one["words"]] for one in found]
        yield paragraph(say(lang, "asking_note"))
        yield table(
            lang, "asking_caption", rows, {"number": 7, "addressee": 28, "count": 9, "cumulative": 12, "words": 44}
        )
    yield from map(paragraph, said(result, "left_open"))
    if sides := contradictions(result):
        yield table(lang, "sides_caption", sides, {"item": 34, "sides": 44, "which": 22}, count=len(sides))
    if ticks := said(result, "to_do"):
        yield paragraph("　".join(f"□ {one}" for one in ticks))


def _findings(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    yield from map(paragraph, said(result, "finding"))


def _needed(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    lang, names = result.lang, {row["target_id"]: row["name"] for row in result.scorecard}
    rows = []
    for thing in result.beside.get("things", []):
        whole = in_whole({name: float("nan") if v is None else v for name, v in thing.items()})
        if max(whole["to_add"] or 0, whole["beyond_projection"] or 0) <= 0:
            continue
        shown = [whole[name] for name in ("stock", "required", "to_add", "beyond_projection", "per_year")]
        what = text(f"report.things_{thing['what']}", lang)
        rows.append([f"{names[thing['target_id']]}\n{what}", *(_whole(value, thing["unit"], lang) for value in shown)])
    if rows:
        columns = {"name": 30, "stock": 14, "required": 14, "to_add": 14, "beyond_projection": 14, "per_year": 14}
        yield table(lang, "needed_caption", rows, columns)


def _whole(value: Any, unit: str, lang: str) -> str:
    return "" if value is None or value != value else units.written(f"{int(value):,}".replace("-", "−"), unit, lang)


def _deliverables(result: Result, pictures: Mapping[str, str]) -> Iterator[Piece]:
    lang, found = result.lang, result.beside.get("deliverables", [])
    if found:
        rows = [[row["deadline"], row["deliverable"], row["departments"], row["locator"]] for row in found]
        columns = {"deadline": 18, "deliverable": 40, "departments": 26, "locator": 16}
        yield paragraph(say(lang, "deliverables_note"))
        yield from picture(lang, "calendar", pictures)
        yield table(lang, "deliverables_caption", rows, columns)


def _followed(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    lang, found = result.lang, result.beside.get("followed", [])
    shown = lambda row, name: "" if row[name] is None else units.written(number(row[name]), row["unit"], "zh")  # noqa: E731
    rows = [
        [row["name"], row["lead"], shown(row, "goal_value"), shown(row, "to_date"), row["state_word"], row["why"]]
        for row in found
    ]
    yield from map(paragraph, said(result, "later"))
    if rows:
        columns = {"task_name": 26, "lead": 16, "goal_value": 13, "to_date": 13, "state_word": 12, "why": 20}
        yield paragraph(say(lang, "followed_day", day=on(max(row["cut_off"] for row in found), lang)))
        yield table(lang, "followed_caption", rows, columns)


def _method(result: Result, pictures: Mapping[str, str]) -> Iterator[Piece]:
    lang = result.lang
    yield from map(paragraph, said(result, "method"))
    for part in ("tracking", "record"):
        if words := said(result, part):
            yield heading(2, say(lang, part))
            yield from map(paragraph, words)
    yield from picture(lang, "reliability", pictures)


def _sources(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    lang = result.lang
    documents = result.beside.get("documents", [])
    if not documents:
        return
    yield from map(paragraph, said(result, "trust_classes"))
    rows = [[row["source"], row["producer"] or "", row["date"] or "", _plain(row["trust"])] for row in documents]
    yield table(lang, "documents_caption", rows, {"source": 48, "producer": 26, "date": 14, "trust_class": 12})
    yield paragraph(say(lang, "sources_note"))
    series = groupby(result.beside["figures"], key=lambda row: (row["series"], row["area"], row["unit"]))
    rows = [[f"{name}\n{area}", unit, *_figures(list(own), lang)] for (name, area, unit), own in series]
    yield table(lang, "figures_caption", rows, {"series": 26, "unit": 9, "values": 45, "place": 20})


def _gather(result: Result, _: Mapping[str, str]) -> Iterator[Piece]:
    if found := result.beside.get("gather", []):
        rows = [[row["item"], row["answer"], row["by"]] for row in found]
        yield paragraph(text("gather.note", result.lang))
        yield table(result.lang, "gather_caption", rows, {"gather_item": 38, "gather_answer": 46, "gather_by": 16})


def _figures(rows: list[Row], lang: str) -> list[str]:
    """The figures of a series by year, and where they stand: consecutive lines of a file as a range."""
    values = [f"{row['year']}{row['period'] and ' ' + row['period']}: {number(row['value'])}" for row in rows]
    lines: dict[str, list[str]] = {}
    for row in rows:
        name, _, line = (row["place"] or "").rpartition(":")
        lines.setdefault(name or line, []).extend([line] if name else [])
    places = [f"{name}:{_ranges(own)}" if own else name for name, own in lines.items() if name]
    return [text("report.semicolon", lang).join(values), "\n".join(places)]


def _ranges(lines: list[str]) -> str:
    """2, 3, 4, 9 as 2–4, 9."""
    runs: list[list[int]] = []
    for line in sorted({int(one) for one in lines}):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:.0f}"


PARTS: dict[str, Callable[[Result, Mapping[str, str]], Iterator[Piece]]] = {
    "overall": _overall, "goals": partial(_goals, carded=JUDGED), "changes": _changes, "asking": _asking, "findings": _findings, "needed": _needed,
    "deliverables": _deliverables, "followed": _followed, "method": _method, "sources": _sources,
    "gather": _gather,
}  # fmt: skip
ORDER = tuple(PARTS)
ORDER_UNJUDGED = (
    "overall",
    "asking",
    "findings",
    *(name for name in PARTS if name not in ("overall", "asking", "findings")),
)

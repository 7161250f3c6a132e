"""Areas beside each other on paper, piece by piece: the same for PDF and Word, from the cells and sentences of the result."""

from collections.abc import Iterator, Mapping, Sequence

from healthplan.messages import text
from healthplan.report.formats.pdf import HERE, STANDARD, compiled, day
from healthplan.report.formats.pictures import Picture
from healthplan.report.formats.story import Piece, edition, heading, paragraph, said
from healthplan.report.formats.word import document
from healthplan.report.result import Result

DASH = "—"
WIDE = {"league": (8, 15, 12, 16, 10, 11, 28), "speeds": (9, 17, 17, 10, 9, 10, 14, 7, 7)}  # per cent of the page


def story(result: Result, pictures: Mapping[str, str], *, brief: bool = False) -> list[Piece]:
    """The answer; unless ``brief`` the leagues, the speeds, how it was worked out, and the sources too."""
    lang = result.lang
    say = lambda key, **fields: text(f"league.{key}", lang, **fields)  # noqa: E731
    names = {row["indicator"]: row["indicator_name"] for row in result.beside["league"]}
    told: list[Piece] = []
    for one, name in names.items():
        told += [heading(1, name), *map(paragraph, said(result, one))]
        told += [] if brief else _table(result, "league", one, name)
    told.append(paragraph(say("by_luck")))
    if brief:
        return told
    told.append(heading(1, say("speeds_head")))
    told.append(paragraph(say("speeds_read")))
    for one, name in names.items():
        drawn = f"speeds-{one}"
        told.append(heading(2, name))
        if drawn in pictures:
            told.append({"kind": "picture", "name": drawn, "caption": name, "alt": pictures[drawn]})
        told += _table(result, "speeds", one, name)
    told += [heading(1, say("method_head")), *map(paragraph, said(result, "method"))]
    told.append(heading(1, say("sources_head")))
    columns = ("source", "producer", "date", "count", "areas")
    rows = [[str(row[name] or DASH) for name in columns] for row in result.beside["documents"]]
    heads = [say(f"col_{name}") for name in columns]
    told.append(
        {"kind": "table", "caption": say("sources_head"), "heads": heads, "rows": rows, "widths": [40, 16, 10, 8, 26]}
    )
    return told


def _table(result: Result, kind: str, one: str, name: str) -> Iterator[Piece]:
    """A table of the pages: its head is the first line of the cells kept."""
    cells = [
        row
        for row in result.beside["shown"]
        if row["table"] == kind and row["indicator"] == one and row["column"] != "line"
    ]
    lines: dict[int, dict[str, str]] = {}
    for cell in cells:
        lines.setdefault(cell["line"], {})[cell["column"]] = cell["words"] or DASH
    if len(lines) < 2:
        return
    head, *rows = lines.values()
    widths: Sequence[int] = WIDE[kind]
    caption = text(f"league.sheet_{kind}", result.lang)
    yield {"kind": "table", "caption": f"{name} {caption}", "heads": list(head.values()),
           "rows": [[row.get(column, DASH) for column in head] for row in rows], "widths": list(widths)}  # fmt: skip


def pdf(result: Result, pictures: Mapping[str, Picture], *, brief: bool = False) -> bytes:
    """The report as PDF/UA-1; ``brief``: the answer alone, on a page."""
    alt = {name: one.alt for name, one in pictures.items()}
    told = story(result, alt, brief=brief)
    used = {piece["name"] for piece in told if piece.get("name")}
    given = {
        "kind": "areas",
        "title": result.title,
        "headline": result.headline,
        "author": result.area_name,
        "lang": result.lang,
        "edition": edition(result),
        "date": day(result),
        "strip": "　".join(said(result, "strip")),
        "tag": "　".join(said(result, "synthetic")),
        "say": {name: text(f"formats.{name}", result.lang) for name in ("page", "contents", "figure", "table")},
        "standings": {},
        "marks": {},
        "story": told,
        "pictures": {name: one.svg for name, one in pictures.items() if name in used},
        "sizes": {name: one.wide for name, one in pictures.items() if name in used},
    }
    return compiled(HERE / "report.typ", given, format="pdf", pdf_standards=[STANDARD])


def word(result: Result, pictures: Mapping[str, Picture]) -> bytes:
    """The same as a Word document."""
    told = story(result, {name: one.alt for name, one in pictures.items()})
    below = [edition(result), *said(result, "synthetic"), result.headline]
    return document(result, result.title, below, told, pictures)

"""Reports as PDF: a one-page brief and the whole, set by typst, tagged, with all fonts within."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from healthplan import tables
from healthplan.figures.style import BOLD_FILE, font_file
from healthplan.language.phrases import probability
from healthplan.messages import text
from healthplan.report.formats.pictures import Picture, marks
from healthplan.report.formats.story import ASKED, contradictions, edition, opening, said, say, story, title
from healthplan.report.result import Result

HERE = Path(__file__).parent
STANDARD = "ua-1"
LISTED = 3  # of the goals missed already so many are named on the first page
PPI = 200


def pdf(result: Result, pictures: Mapping[str, Picture], *, brief: bool = False) -> bytes:
    """The report as PDF/UA-1; ``brief``: its first page alone, on one sheet. The date within is that of its figures."""
    alt = {name: one.alt for name, one in pictures.items()}
    told = {
        "kind": "brief" if brief else "full",
        "title": title(result),
        "author": result.area_name,
        "lang": result.lang,
        "edition": edition(result),
        "date": day(result),
        "strip": "　".join(said(result, "strip")),
        "tag": text("figures.synthetic", result.lang) if said(result, "synthetic") else "",
        "say": _words(result),
        "standings": {one: text(f"brief.standing_{one}", result.lang) for one in tables.STANDINGS},
        "marks": marks(),
        "first": _first(result),
        "story": [] if brief else story(result, alt),
        "pictures": {} if brief else {name: one.svg for name, one in pictures.items()},
        "sizes": {} if brief else {name: one.wide for name, one in pictures.items()},
    }
    return compiled(HERE / "report.typ", told, format="pdf", pdf_standards=[STANDARD])


def images(pictures: Mapping[str, Picture]) -> dict[str, bytes]:
    """The pictures as PNG, all from one run; names stay."""
    told = {"pictures": [{"svg": one.svg, "wide": one.wide, "high": one.high} for one in pictures.values()]}
    if not pictures:
        return {}
    made = compiled(HERE / "pictures.typ", told, format="png", ppi=PPI)
    return dict(zip(pictures, made if isinstance(made, list) else [made], strict=True))


def day(result: Result) -> list[int]:
    """Year, month and day of the figures: the cut-off, else the end of the year."""
    found = date.fromisoformat(result.cut_off) if result.cut_off else date(result.as_of, 12, 31)
    return [found.year, found.month, found.day]


@cache
def _fonts() -> Any:
    """The two faces of Noto Sans SC and no other: what they lack must not come from the machine."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_file().parent, BOLD_FILE.parent]
    )


def compiled(template: Path, told: dict[str, Any], **how: Any) -> Any:
    import typst

    given = {"data": json.dumps(told, ensure_ascii=False)}
    return typst.Compiler(template, font_paths=_fonts(), sys_inputs=given).compile(**how)


def _words(result: Result) -> dict[str, Any]:
    """The words of the template, with {page} and the like still open."""
    lang, first = result.lang, opening(result)
    heads = [text("first.col_goal", lang, count=len(first["rows"])), text("first.col_now", lang, year=result.as_of)]
    heads += [text("first.col_gap", lang), text("first.col_chance", lang)]
    heads += [text("first.col_needed", lang), text("first.col_trust", lang)]
    risk = sum(row["standing"] == "risk" for row in result.beside["brief"])
    return {
        "heads": heads,
        "office_heads": [say(lang, f"col_{name}") for name in (*ASKED, "words")],
        "sides_heads": [say(lang, f"col_{name}") for name in ("item", "sides", "which")],
        "sides": say(lang, "sides_caption", count=len(result.beside.get("contradictions", []))),
        "page": text("formats.page", lang),
        "more": text("formats.more_rows", lang),
        "missed": text("first.missed", lang, count=len(first["missed"])),
        "watch": text("first.watch", lang, count=len(first["watch"]), all=risk),
        "key": text("first.key", lang),
        "semicolon": text("report.semicolon", lang),
        **{name: say(lang, name) for name in ("contents", "figure", "table", "changes", "asking")},
    }


def _first(result: Result) -> dict[str, Any]:
    """The first page as the template takes it: every cell finished words."""
    lang, first = result.lang, opening(result)
    first |= {name: said(result, name) for name in ("asking", "left_open", "to_do", "background")}
    first["contradictions"] = contradictions(result)
    first["rows"] = [_row(row, lang) for row in first["rows"]]
    first["missed"] = first["missed"][:LISTED]
    return first


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    before = row["chance_before"]
    said_before = "" if before is None else text("first.before", lang, chance=probability(before, lang), way="")
    shown = {
        "goal": text("first.goal_by", lang, goal=row["goal"], deadline=row["deadline"]),
        "chance_before": said_before,
    }
    shown["binding"] = text("first.binding", lang) if row["binding"] else ""
    shown["support"] = text("first.support", lang, support=row["support"]) if row["support"] else ""
    shown["lead"] = row["lead"] or text("brief.unnamed", lang)
    return row | shown | {"trust": None if row["trust"] is None else int(row["trust"])}

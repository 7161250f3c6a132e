"""The pages and the workbook of a judged quarter and of a closed year, all from the lists; nothing is computed here.

Html without script, printed on A4; one workbook of all lists; the edition's verdicts as csv beside. Everything is written
together or not at all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd

from healthplan import files, registers, tables, workspace
from healthplan.console import tell
from healthplan.errors import HealthplanError
from healthplan.ledger import feed, quarters, store
from healthplan.messages import LANGUAGES, default_language, has, text
from healthplan.plans import plan_ids
from healthplan.quarter import commands, lines, lists, notice, year
from healthplan.quarter.lines import View, say
from healthplan.report.blocks import PLACEHOLDER, finished, heads_row
from healthplan.report.export import HTML_LANG, page_name, style_sheet
from healthplan.report.formats.docx import of_notice

TEMPLATES = Path(__file__).parent / "template"
MARKS = {"bad": "✕", "good": "○", "done": "✓", "open": "?"}
# of these the first line counts more
TWO_LINES = ("named", "owned", "lamp_says", "state_says", "state_why", "reached", "year_end", "needed")


class Block(NamedTuple):
    """One section of a page: a table, paragraphs, or links; with none of them it says that there is nothing."""

    id: str
    head: str
    lead: str = ""
    heads: dict[str, str] | None = None
    rows: Sequence[dict[str, Any]] = ()
    paragraphs: Sequence[str] = ()
    pages: Sequence[tuple[str, str]] = ()
    after: Sequence[str] = ()
    kind: str = ""
    total: str = ""

    @property
    def row_head(self) -> str:
        """The column whose cells head their rows."""
        return heads_row(list(self.heads or ()))


class About(NamedTuple):
    """A plan as its pages name it."""

    plan_id: str
    title: str
    synthetic: bool


def about(plan_id: str, lang: str) -> About:
    """The plan's title in this language, and whether it is invented."""
    found = registers.read_yaml(workspace.data("plans", plan_id, "plan.yaml"))
    return About(plan_id, str(found.get(f"title_{lang}") or found["title_zh"]), bool(found.get("synthetic", False)))


def listed(
    name: str, frame: pd.DataFrame, lang: str, *, group: str = "", drop: Iterable[str] = (), **more: Any
) -> Block:
    """A section of a list. ``group``: the column whose words head the rows that share them; ``drop``: columns left out."""
    heads = {c: words for c, words in lists.heads(frame, lang).items() if c != group and c not in drop}
    rows, before = [], None
    for one in frame.to_dict("records"):
        words = one.get(group, "") if group else ""
        fresh = words if words != before else ""
        rows.append({"group": fresh, "tone": one.get("_tone", ""), "cells": {c: one[c] for c in heads}})
        before = words
    lead = say(lang, f"{name}_lead") if has(f"ledger_pages.{name}_lead") else ""
    return Block(name, say(lang, f"{name}_head"), lead, heads, rows, **more)


def _paper(name: str, words: Sequence[str], lang: str, **more: Any) -> Block:
    return Block(name, say(lang, f"{name}_head"), paragraphs=words, **more)


def boxes(seen: View) -> list[dict[str, Any]]:
    """The counts of a page: four groups of states, each with its shape."""
    found, waits = lists.counts(seen), lists.to_verify(seen)
    more = say(seen.lang, "to_verify_count", count=waits) if waits else ""
    return [
        {"tone": tone, "mark": MARKS[tone], "count": count, "word": say(seen.lang, f"tone_{tone}"),
         "states": lists.count_words({s: n for s, n in found.items() if lines.TONE[s] == tone}, seen.lang) + (more if tone == "done" else "")}
        for tone, count in lists.by_tone(seen).items()
    ]  # fmt: skip


def _twice(seen: View) -> list[str]:
    found = lists.twice_behind(seen)
    told = (say(seen.lang, "whose", whose=one["lead"], words=one["name"]) for one in found)
    names = say(seen.lang, "semicolon").join(told)
    return [say(seen.lang, "twice", count=len(found), names=names)] if found else []


# ---- pages: html without its style sheet, which `dressed` puts in


def quarter_page(seen: View, plan: About) -> str:
    """The page of a quarter: what disagrees first, then what lags, the returns, and all the rest."""
    lang, tones, back = seen.lang, lists.by_tone(seen), lists.rates(seen)
    key = "title" if tones["bad"] else "title_good"
    counted = {"total": len(seen.tasks), "bad": tones["bad"], "open": tones["open"]}
    title = say(lang, key, quarter=lines.full(seen.quarter, lang), **counted)
    sent = notice.return_words(back, lang) if back["sent"] else say(lang, "no_sheets")
    differ = lists.disagreements(seen)
    address = {one: f"departments/{quote(page_name(file_stem(one), lang))}" for one in lists.all_departments(seen)}
    links = [(href, registers.departments(one, lang)) for one, href in address.items()]
    blocks = [
        listed("disagreements", differ, lang, kind="alert", total=str(len(differ))),
        listed("behind", lists.behind_by_department(seen), lang, group="department", after=_twice(seen)),
        *([listed("changed", changed, lang)] if len(changed := lists.changed(seen)) else []),
        listed("undecided", lists.undecided(seen), lang),
        listed("due_soon", lists.due_soon(seen), lang),
        listed("returns", lists.returns_table(seen), lang),
        Block("departments", say(lang, "departments_head"), pages=links, kind="links-section"),
        listed("tick_sheet", lists.tick_sheet(seen, paper=True), lang, kind="page"),
        listed("stages", lists.stage_table(seen), lang, drop=["department"]),
        _paper("notice", notice.paragraphs(seen, plan.title), lang, kind="page"),
        listed("sources", lists.entry_trace(seen), lang, kind="page"),
    ]
    book = (quote(_book_name(lang)), say(lang, "to_workbook"))
    draft = (quote(_notice_name(lang)), say(lang, "to_notice"))
    up = ("../" + page_name("index", lang), say(lang, "to_index"))
    return _page(seen, plan, title, blocks, [up, book, draft, ("verdicts.csv", say(lang, "to_verdicts"))], [sent])


def department_page(seen: View, plan: About, department: str) -> str:
    """A department's page: its tasks, what lags, what is due, what to return, what came of its return."""
    lang, mine = seen.lang, seen.only(department)
    whose, tones = registers.departments(department, lang), lists.by_tone(mine)
    key = "title_department" if mine.tasks else "title_department_none"
    title = say(lang, key, department=whose, total=len(mine.tasks), bad=tones["bad"], open=tones["open"])
    back = lists.returns_table(seen)
    returned = seen.returned
    own = [at for at, one in enumerate(returned) if one["department"] == department]
    empty = {row.split("|")[0] for row in lines.open_rows(seen, department)} if own else set()
    to_return = [one for one in mine.lines if one["task_id"] in empty]
    asked = lists.frame(to_return, "number named due state")
    blocks = [
        listed("behind", lists.behind_by_department(mine), lang, group="department", after=_twice(mine)),
        listed("due_soon", lists.due_soon(mine), lang),
        listed("return_what", asked, lang),
        listed("my_return", back.iloc[own], lang, drop=["department"]),
        listed("mine", lists.tick_sheet(mine, paper=True), lang),
        listed("stages", lists.stage_table(mine), lang),
        _paper("notice", notice.of_department(seen, plan.title, department), lang, kind="page"),
    ]
    return _page(mine, plan, title, blocks, [("../" + page_name("index", lang), say(lang, "to_whole"))])


def year_page(seen: View, plan: About) -> str:
    """The page of a closed year; ``seen``: the view of its last quarter."""
    lang, answers = seen.lang, [year.outcome(one["_row"]["state"]) for one in seen.lines]
    counted = {"met": answers.count(True), "missed": answers.count(False), "open": answers.count(None)}
    title = say(lang, "year_title", year=quarters.year_of(seen.quarter), total=len(answers), **counted)
    scores, bands = year.scores(seen), year.reliability(seen)
    count = len(year.stated(seen, last_only=True))
    few = [year.few(count, lang)] if count < year.LEAST and len(bands) else []
    blocks = [
        listed("late", year.caught_up(seen), lang),
        listed("score", scores, lang, after=[say(lang, "score_none")] if scores.empty else []),
        listed("reliability", bands, lang, after=few),
        Block("limit", say(lang, "limit_head"), paragraphs=[say(lang, "limit")]),
        listed("states", year.states(seen), lang, kind="page"),
    ]
    return _page(seen, plan, title, blocks, [(page_name("index", lang), say(lang, "to_index"))])


def index_page(ledger: store.Ledger, plan: About, lang: str, there: dict[str, str], years: dict[str, str]) -> str:
    """Every judged quarter by its last edition. ``there``: address of a quarter's page; ``years``: of a year's page."""
    found = []
    for quarter, edition in sorted(newest(ledger).items(), reverse=True):
        own = ledger.verdicts[ledger.verdicts["edition"] == edition]
        tones = Counter(own["state"].map(lines.TONE))
        found.append({
            "quarter": lines.full(quarter, lang), "edition": edition, "cut_off": own["cut_off"].iloc[0], "tasks": str(len(own)),
            "bad": str(tones["bad"]), "good": str(tones["good"]), "done": str(tones["done"]), "unknown": str(tones["open"]),
        })  # fmt: skip
    table = lists.frame(found, "quarter edition cut_off tasks bad good done unknown")
    links = [(there[q], lines.full(q, lang)) for q in sorted(there, reverse=True)]
    links += [(href, say(lang, "year_word", year=one)) for one, href in sorted(years.items(), reverse=True)]
    blocks = [Block("pages", say(lang, "pages_head"), pages=links), listed("index", table, lang)]
    return _render(lang, plan, say(lang, "index_title", plan=plan.title), "", blocks, [], [], [])


def _page(
    seen: View,
    plan: About,
    title: str,
    blocks: list[Block],
    links: list[tuple[str, str]],
    sentences: Sequence[str] = (),
) -> str:
    byline = say(
        seen.lang, "byline", plan=plan.title, cut_off=lines.when(seen.cut_off, seen.lang), edition=seen.edition,
        quarter=lines.full(seen.quarter, seen.lang),
    )  # fmt: skip
    return _render(seen.lang, plan, title, byline, blocks, links, boxes(seen), sentences)


def _render(
    lang: str, plan: About, title: str, byline: str, blocks: list[Block], links: list[tuple[str, str]],
    counted: list[dict[str, Any]], sentences: Sequence[str],
) -> str:  # fmt: skip
    return _template().render(
        lang=lang, html_lang=HTML_LANG[lang], title=title, byline=byline, blocks=blocks, links=links, boxes=counted,
        sentences=sentences, synthetic=text("report.synthetic", lang) if plan.synthetic else "", dash=PLACEHOLDER,
        nothing=say(lang, "none"), two_lines=TWO_LINES, lamps={shape: name for name, shape in lines.SHAPES.items()},
        to_main=text("site.to_main", lang), nav_words=text("site.pages", lang),
    )  # fmt: skip


def dressed(pages: dict[Path, str]) -> dict[Path, bytes]:
    """Pages with their style sheet: one font for all of them, cut once to the characters that any of them shows."""
    css = style_sheet("".join(pages.values())) + "\n" + (TEMPLATES / "quarter.css").read_text("utf-8")
    return {path: finished(body).replace("@@css@@", css, 1).encode() for path, body in pages.items()}


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("page.html.j2")


# ---- files


def summary(plan_id: str, ledger: store.Ledger, quarter: str, edition: str) -> list[str]:
    """What a judged quarter comes to, in lines: the draft of the notice, and how many tasks two ways of reckoning part."""
    lang = default_language()
    seen = lines.view(ledger, quarter, edition, lang)
    differ = say(lang, "disagreements_count", count=len(lists.disagreements(seen)))
    return [*notice.paragraphs(seen, about(plan_id, lang).title), differ]


def write_quarter(plan_id: str, ledger: store.Ledger, quarter: str, edition: str, lang: str) -> list[Path]:
    """The page of a quarter, one a department, the workbook, the draft of the notice, the verdicts as csv and the index of quarters: all written or
    none. Returns their paths. ``ledger`` holds the verdicts of the edition."""
    plan, folder = about(plan_id, lang), commands.folder(plan_id)
    shown, beside = _quarter(plan, ledger, quarter, edition, lang, folder / quarter)
    contents = dressed(shown | _index(plan, ledger, lang, folder, {quarter})) | beside
    files.write_all(contents)
    return list(contents)


def _quarter(
    plan: About, ledger: store.Ledger, quarter: str, edition: str, lang: str, folder: Path
) -> tuple[dict[Path, str], dict[Path, bytes]]:
    """The pages of a quarter without their style sheet, and what lies beside them."""
    seen = lines.view(ledger, quarter, edition, lang)
    shown = {folder / page_name("index", lang): quarter_page(seen, plan)}
    for department in lists.all_departments(seen):
        path = folder / "departments" / page_name(file_stem(department), lang)
        shown[path] = department_page(seen, plan, department)
    told = notice.paragraphs(seen, plan.title)
    day = quarters.day(seen.cut_off)
    return shown, {
        folder / _book_name(lang): lists.workbook(seen, plan.title, told),
        folder / _notice_name(lang): of_notice(told, lang, (day.year, day.month, day.day)),
        folder / "verdicts.csv": _verdicts(ledger, edition),
    }


def write_year(plan_id: str, ledger: store.Ledger, of: int, lang: str) -> list[Path]:
    """The page of a closed year and the index; the year's last quarter has been judged."""
    plan, folder = about(plan_id, lang), commands.folder(plan_id)
    shown = _year(plan, ledger, of, lang, folder) | _index(plan, ledger, lang, folder, {str(of)})
    contents = dressed(shown)
    files.write_all(contents)
    return list(contents)


def _year(plan: About, ledger: store.Ledger, of: int, lang: str, folder: Path) -> dict[Path, str]:
    seen = lines.view(ledger, f"{of}Q4", newest(ledger)[f"{of}Q4"], lang)
    return {folder / page_name(f"year-{of}", lang): year_page(seen, plan)}


def newest(ledger: store.Ledger) -> dict[str, str]:
    """The last edition of each judged quarter."""
    return {one.split("-")[0]: one for one in sorted(set(ledger.verdicts["edition"]), key=lines.edition_order)}


def write_all(plan_id: str, out: Path, langs: Iterable[str] = LANGUAGES) -> list[Path]:
    """Below ``out`` the pages of every judged quarter by its newest edition, of closed years, and the index: all written or
    none. Returns their paths; none where nothing is judged."""
    ledger, folder = store.load(plan_id), out / "ledger" / plan_id
    last = newest(ledger)
    contents: dict[Path, bytes] = {}
    closed = [one for one in feed.closed_years(ledger) if f"{one}Q4" in last]
    for lang in langs if last else ():
        plan = about(plan_id, lang)
        shown = _index(plan, ledger, lang, folder, {*last, *map(str, closed)})
        for quarter, edition in last.items():
            pages, beside = _quarter(plan, ledger, quarter, edition, lang, folder / quarter)
            shown, contents = shown | pages, contents | beside
        for one in closed:
            shown |= _year(plan, ledger, one, lang, folder)
        contents |= dressed(shown)
    files.write_all(contents)
    return list(contents)


def write_plans(out: Path) -> int:
    """:func:`write_all` for every plan; says in a line what was written or why not, and returns how many failed."""
    failed = 0
    for plan_id in plan_ids():
        try:
            written = write_all(plan_id, out)
        except Exception as error:  # whatever is wrong with one ledger concerns its own pages alone
            failed += 1
            known = error.faults[0].text() if isinstance(error, HealthplanError) else ""
            reason = known or f"{type(error).__name__}: {error}"
            tell(text("ledger.unwritten", None, plan=plan_id, reason=reason.splitlines()[0]))
        else:
            if written:
                index = f"ledger/{plan_id}/{page_name('index', default_language())}"
                tell(text("ledger.written", None, path=index, count=len(written)))
    return failed


def notices(plan_id: str, ledger: store.Ledger, quarter: str, edition: str, on: date) -> list[dict[str, Any]]:
    """Rows of table *notices* for an edition, texts in both languages."""
    views = {lang: lines.view(ledger, quarter, edition, lang) for lang in LANGUAGES}
    return notice.rows(views, {lang: about(plan_id, lang).title for lang in LANGUAGES}, on.isoformat())


def _verdicts(ledger: store.Ledger, edition: str) -> bytes:
    own = ledger.verdicts[ledger.verdicts["edition"] == edition]
    return files.csv_text(tables.check(own, "verdicts")).encode("utf-8-sig")


def _index(plan: About, ledger: store.Ledger, lang: str, folder: Path, written: set[str]) -> dict[Path, str]:
    """The index with the pages that stand, and the quarters and years that are about to."""
    page, judged = page_name("index", lang), sorted(set(ledger.verdicts["quarter"]))
    there = {q: f"{q}/{page}" for q in judged if q in written or (folder / q / page).exists()}
    every = {q[:4]: page_name(f"year-{q[:4]}", lang) for q in judged}
    years = {one: name for one, name in every.items() if one in written or (folder / name).exists()}
    return {folder / page: index_page(ledger, plan, lang, there, years)}


def _book_name(lang: str) -> str:
    return f"{say(lang, 'workbook_name')}.xlsx"


def _notice_name(lang: str) -> str:
    return f"{say(lang, 'notice_name')}.docx"


def file_stem(department: str) -> str:
    """A department's name as a file's: without what a file system refuses; one that had to change carries its own id."""
    plain = re.sub(r"[^\w()（）、-]+", "-", department).strip("-")[:60]
    return plain if plain == department else f"{plain or 'department'}-{store.identity(department)}"

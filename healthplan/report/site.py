"""reports/index.html and index.en.html: every plan with its answer, whatever became of its report."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import pandas as pd

from healthplan import registers, tables
from healthplan.errors import HealthplanError
from healthplan.figures.style import STATUS_COLOURS
from healthplan.language.phrases import prints_period
from healthplan.messages import LANGUAGES, text
from healthplan.report import blocks
from healthplan.report.export import HTML_LANG, TEMPLATES, page_name, status_colours, style_sheet
from healthplan.report.manifest import DONE, KEPT, VARIANTS, Entry, about_plan


def index_pages(
    entries: Sequence[Entry], answers: Mapping[str, pd.DataFrame] | None = None, followed: Collection[str] = ()
) -> dict[str, bytes]:
    """The index in Chinese, and in every other language that a report was made in, by file name. ``answers``: the table
    of that name beside each page; ``followed``: the plans whose quarters have pages below ``ledger``."""
    langs = [lang for lang in LANGUAGES if lang == "zh" or any(e.lang == lang for e in entries)]
    return {
        page_name("index", lang): _page(entries, answers or {}, lang, langs, followed).encode("utf-8") for lang in langs
    }


def answers_name(page: str) -> str:
    """The csv file with the table *answers* beside a page."""
    return f"{page.removesuffix('.html')}.answers.csv"


def _page(
    entries: Sequence[Entry],
    answers: Mapping[str, pd.DataFrame],
    lang: str,
    langs: Sequence[str],
    followed: Collection[str],
) -> str:
    from jinja2 import Environment, FileSystemLoader

    groups = _grouped(entries)
    real = [own for own in groups if not any(e.synthetic for e in own)]
    statuses = {status for entry in entries for status in entry.counts or {}}
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, keep_trailing_newline=True).get_template(
        "index.html.j2"
    )
    body = page.render(
        lang=lang,
        say=lambda key, **fields: text(key, lang, **fields),
        quote=quote,
        page_name=page_name,
        html_lang=HTML_LANG,
        comma=text("report.comma", lang),
        others=[other for other in langs if other != lang],
        failed=sum(entry.status != DONE for entry in entries),
        total=_total(real, lang),
        real=[_plan(own, lang, followed) for own in real],
        demo=[_plan(own, lang, followed) for own in groups if own not in real],
        answers=_answers([_shown(own, lang) for own in real], answers, lang),
        badges=blocks.Html("".join(blocks.status_badge(s, lang) for s in STATUS_COLOURS if s in statuses)),
    )
    own_css = (TEMPLATES / "index.css").read_text("utf-8")
    return body.replace("@@css@@", "\n".join((style_sheet(body), status_colours(".bar ."), own_css)), 1)


def _grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries plan by plan, in the order of the plans' names; within a plan by variant, name and language."""
    groups: dict[str, list[Entry]] = {}
    order = lambda e: (e.plan, VARIANTS.index(e.variant), e.name, LANGUAGES.index(e.lang))  # noqa: E731
    for entry in sorted(entries, key=order):
        groups.setdefault(entry.plan, []).append(entry)
    return list(groups.values())


def _shown(own: Sequence[Entry], lang: str) -> Entry:
    """The entry whose answer stands for the plan: newest data first, this language first, one with an answer."""
    return min(own, key=lambda e: (e.counts is None, VARIANTS.index(e.variant), e.lang != lang))


def _total(plans: Sequence[Sequence[Entry]], lang: str) -> str:
    answered = [found for own in plans if (found := _shown(own, lang).counts)]
    counts = sum((Counter(found) for found in answered), Counter[str]())
    named = {"reference": "reference_only", "nodata": "no_data", "due": "due_unconfirmed"}
    fields = {name: counts[status] for name, status in named.items()}
    judged = sum(counts[s] for s in tables.statuses("judged"))
    rest = sum(counts.values()) - judged - sum(fields.values())
    others = text("site.rest", lang, count=rest) if rest else ""
    fields |= {"plans": len(answered), "targets": sum(counts.values()), "judged": judged}
    return text("site.total", lang, rest=others, **fields)


def _plan(own: Sequence[Entry], lang: str, followed: Collection[str]) -> dict[str, Any]:
    """What the row of a plan shows: its name, years and answer, its targets by status, a line a report, and its quarters."""
    shown = _shown(own, lang)
    about, counts = about_plan(shown.plan), shown.counts or {}
    words = {s: text("site.part", lang, status=text(f"status.{s}", lang), count=n) for s, n in counts.items()}
    present = [s for s in STATUS_COLOURS if counts.get(s)]
    names = dict.fromkeys(entry.name for entry in own)
    return {
        "title": (shown.title if shown.lang == lang else "") or about.get(f"title_{lang}") or shown.plan,
        "period": _period(about, lang) if about else "",
        "synthetic": shown.synthetic,
        "failed": any(entry.status != DONE for entry in own),
        "headline": shown.headline or blocks.PLACEHOLDER,
        "bar": [{"status": s, "count": counts[s], "words": words[s]} for s in present],
        "quarters": f"ledger/{quote(shown.plan)}/{page_name('index', lang)}" if shown.plan in followed else "",
        "reports": [_variant([e for e in own if e.name == name], lang) for name in names],
    }


def _period(about: dict[str, Any], lang: str) -> str:
    area = str(about.get("area", ""))
    try:
        areas = registers.load_areas().set_index("area")[f"name_{lang}"]
        area = areas.get(area, area)
    except HealthplanError:
        pass  # a register with faults is the reports' to complain about
    if not prints_period(about):
        years = text("report.years_unstated", lang)
        return text("site.period_unstated", lang, area=area, years=years)
    start, end = about.get("period_start", "?"), about.get("period_end", "?")
    years = str(start) if start == end else f"{start}—{end}" if lang == "zh" else f"{start}–{end}"
    return text("site.period", lang, area=area, years=years)


def _variant(own: Sequence[Entry], lang: str) -> dict[str, Any]:
    """One line: which figures, the pages in each language, and what went wrong."""
    first = min(own, key=lambda e: (e.year is None, e.lang != lang))
    year = first.year or (first.parameters or {}).get("as_of")
    key = f"site.{first.variant}" + ("" if year or first.variant == "year" else "_open")
    words = text(key, lang, year=year) if year else text(key, lang)
    return {"words": words, "entries": own, "states": [state for e in own if (state := _state(e, lang))]}


def _state(entry: Entry, lang: str) -> tuple[str, str] | None:
    """What became of a report, or what of the user's files it left out; None where nothing is to be said."""
    if entry.status == DONE:
        here = entry.left_out and entry.lang == lang
        return ("small", text("site.left_out", lang, count=entry.left_out)) if here else None
    fields = {"reason": entry.reason} | ({"date": entry.made[:10]} if entry.status == KEPT else {})
    name = "" if entry.lang == "zh" else f"{text(f'site.{entry.lang}')}: "
    return "state", name + text(f"site.{entry.status}", lang, **fields)


def _answers(shown: Sequence[Entry], answers: Mapping[str, pd.DataFrame], lang: str) -> blocks.Html:
    """Goal by goal what answers it: figures of its own, of a reference, or an office to ask; a plan's table folded."""
    found = [(entry, answers[entry.page]) for entry in shown if entry.page in answers]
    if not found:
        return blocks.Html("")
    every = pd.concat([table for _, table in found])
    return blocks.join(
        blocks.head("answers", lang, part="site"),
        blocks.said("site.answers_note", lang, **_answered(every)),
        *(_answered_plan(entry, table, lang) for entry, table in found),
    )


def _answered(table: pd.DataFrame) -> dict[str, Any]:
    """How many goals there are and what answers them, each goal once."""
    by = table.loc[table["counted"] == "yes", "answered_by"]
    return {"targets": len(by)} | {word: int((by == word).sum()) for word in tables.ANSWERED_BY}


def _answered_plan(entry: Entry, table: pd.DataFrame, lang: str) -> blocks.Html:
    by = [text(f"site.by_{word}", lang) for word in table["answered_by"]]
    rows = table.assign(answered_by=by, goal_by=table["goal"] + "\n" + table["deadline"])
    file = escape(quote(answers_name(entry.page)))
    link = f'<p class="small"><a href="{file}">{escape(text("site.answers_file", lang))}</a></p>'
    about, plan = about_plan(entry.plan), entry.title or entry.plan
    plan = text("site.plan_of", lang, plan=plan, period=_period(about, lang)) if about else plan
    words = text("site.answers_plan", lang, plan=plan, **_answered(table))
    columns = ("name", "goal_by", "answered_by", "figure", "source", "office")
    shown = blocks.worded(rows, lang, columns, named={"answered_by": "answered"}, kind="small")
    return blocks.details(words, link, shown)

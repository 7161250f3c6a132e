"""reports/index.html and index.en.html: every plan with its answer, whatever became of its report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from healthplan.report.manifest import DONE, FAILED, KEPT, NAME, VARIANTS, Entry, about_plan

POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"


def index_pages(entries: Sequence[Entry], answers: Mapping[str, pd.DataFrame] | None = None) -> dict[str, bytes]:
    """The index in Chinese, and in every other language that a report was made in, by file name. ``answers``: the table
    of that name beside each page."""
    langs = [lang for lang in LANGUAGES if lang == "zh" or any(e.lang == lang for e in entries)]
    return {page_name("index", lang): _page(entries, answers or {}, lang, langs).encode("utf-8") for lang in langs}


def answers_name(page: str) -> str:
    """The csv file with the table *answers* beside a page."""
    return f"{page.removesuffix('.html')}.answers.csv"


def _page(entries: Sequence[Entry], answers: Mapping[str, pd.DataFrame], lang: str, langs: Sequence[str]) -> str:
    others = "".join(
        f'<a href="{page_name("index", other)}">{escape(text("site.other_language", lang))}</a>'
        for other in langs
        if other != lang
    )
    body = _body(entries, answers, lang)
    title = escape(text("site.title", lang))
    own = (TEMPLATES / "index.css").read_text("utf-8")
    css = "\n".join((style_sheet(title + others + body), status_colours(".bar ."), own))
    return (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANG[lang]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{title}</title>\n<style>\n{css}\n</style>\n</head>\n"
        f"<body>\n<nav>{others}</nav>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _body(entries: Sequence[Entry], answers: Mapping[str, pd.DataFrame], lang: str) -> str:
    plans = _grouped(entries)
    real = {plan: own for plan, own in plans.items() if not any(e.synthetic for e in own)}
    demo = {plan: own for plan, own in plans.items() if plan not in real}
    failed = sum(entry.status != DONE for entry in entries)
    return blocks.join(
        blocks.heading(text("site.title", lang), 1),
        blocks.said("site.note", lang, "byline"),
        blocks.said("site.failures", lang, "alarm", count=failed) if failed else "",
        blocks.paragraph(_total(real, lang), "lead") if real else "",
        _table(real, lang) if real or not demo else "",
        _answers([_shown(own, lang) for own in real.values()], answers, lang),
        _demo(demo, lang) if demo else "",
        _legend(entries, lang),
        f'<p class="small"><a href="{NAME}">{escape(text("site.manifest", lang))}</a></p>',
    )


def _grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by plan, in the order of the plans' names; within a plan by variant, name and language."""
    groups: dict[str, list[Entry]] = {}
    order = lambda e: (e.plan, VARIANTS.index(e.variant), e.name, LANGUAGES.index(e.lang))  # noqa: E731
    for entry in sorted(entries, key=order):
        groups.setdefault(entry.plan, []).append(entry)
    return groups


def _shown(own: Sequence[Entry], lang: str) -> Entry:
    """The entry whose answer stands for the plan: newest data first, this language first, one with an answer."""
    return min(own, key=lambda e: (e.counts is None, VARIANTS.index(e.variant), e.lang != lang))


def _total(plans: dict[str, list[Entry]], lang: str) -> str:
    answered = [found for own in plans.values() if (found := _shown(own, lang).counts)]
    counts = sum((Counter(found) for found in answered), Counter[str]())
    named = ("reference_only", "no_data", "due_unconfirmed")
    judged = sum(counts[s] for s in tables.statuses("judged"))
    rest = sum(counts.values()) - judged - sum(counts[s] for s in named)
    fields = {
        "reference": counts["reference_only"],
        "nodata": counts["no_data"],
        "due": counts["due_unconfirmed"],
    }
    fields |= {"plans": len(answered), "targets": sum(counts.values()), "judged": judged}
    others = text("site.rest", lang, count=rest) if rest else ""
    return text("site.total", lang, rest=others, **fields)


def _table(plans: dict[str, list[Entry]], lang: str) -> str:
    if not plans:
        return blocks.said("site.none", lang)
    words = (text(f"site.{name}", lang) for name in ("plan", "answer", "reports"))
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in words)
    rows = "".join(_row(own, lang) for own in plans.values())
    return f'<table class="plans"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _answers(shown: Sequence[Entry], answers: Mapping[str, pd.DataFrame], lang: str) -> str:
    """Goal by goal what answers it: figures of its own, of a reference, or an office to ask; a plan's table folded."""
    found = [(entry, answers[entry.page]) for entry in shown if entry.page in answers]
    if not found:
        return ""
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


def _answered_plan(entry: Entry, table: pd.DataFrame, lang: str) -> str:
    by = [text(f"site.by_{word}", lang) for word in table["answered_by"]]
    goal = table["goal"] + "\n" + table["deadline"]
    rows = table.assign(answered_by=by, goal_by=goal)
    file = escape(quote(answers_name(entry.page)))
    link = f'<p class="small"><a href="{file}">{escape(text("site.answers_file", lang))}</a></p>'
    about = about_plan(entry.plan)
    plan = entry.title or entry.plan
    plan = text("site.plan_of", lang, plan=plan, period=_period(about, lang)) if about else plan
    words = text("site.answers_plan", lang, plan=plan, **_answered(table))
    columns = ("name", "goal_by", "answered_by", "figure", "source", "office")
    named = {"answered_by": "answered"}
    return blocks.details(words, link, blocks.worded(rows, lang, columns, named=named, kind="small"))


def _demo(plans: dict[str, list[Entry]], lang: str) -> str:
    head = blocks.heading(text("site.demo", lang), 2, "demo")
    note = blocks.said("site.demo_note", lang, "synthetic")
    return f'<section class="demo">{head}{note}{_table(plans, lang)}</section>'


def _row(own: Sequence[Entry], lang: str) -> str:
    shown = _shown(own, lang)
    failed = ' class="failed"' if any(entry.status != DONE for entry in own) else ""
    line = escape(shown.headline or blocks.PLACEHOLDER)
    answer = f"<div>{line}</div>{_bar(shown.counts or {}, lang)}"
    return f"<tr{failed}><td>{_name(shown, lang)}</td><td>{answer}</td><td>{_links(own, lang)}</td></tr>"


def _name(shown: Entry, lang: str) -> str:
    about = about_plan(shown.plan)
    title = (shown.title if shown.lang == lang else "") or about.get(f"title_{lang}") or shown.plan
    invented = f' <span class="mark">{escape(text("site.invented", lang))}</span>'
    mark = invented if shown.synthetic else ""
    period = f'<div class="small">{escape(_period(about, lang))}</div>' if about else ""
    return f'<div class="name">{escape(title)}{mark}</div>{period}'


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


def _bar(counts: dict[str, int], lang: str) -> str:
    """Targets by status as a bar of pure HTML, its numbers also in words for those who do not see it."""
    present = [s for s in STATUS_COLOURS if counts.get(s)]
    if not present:
        return ""
    say = lambda s: text("site.part", lang, status=text(f"status.{s}", lang), count=counts[s])  # noqa: E731
    label = text("report.comma", lang).join(say(s) for s in present)
    pieces = "".join(
        f'<span class="{s}" style="flex:{counts[s]}" title="{escape(say(s))}">{counts[s]}</span>' for s in present
    )
    return f'<div class="bar" role="img" aria-label="{escape(label)}">{pieces}</div>'


def _links(own: Sequence[Entry], lang: str) -> str:
    names = dict.fromkeys(entry.name for entry in own)
    lines = (_variant([e for e in own if e.name == name], lang) for name in names)
    return f"<ul>{''.join(lines)}</ul>"


def _variant(own: Sequence[Entry], lang: str) -> str:
    """One line: which figures, the pages in each language, and what went wrong."""
    first = min(own, key=lambda e: (e.year is None, e.lang != lang))
    year = first.year or (first.parameters or {}).get("as_of")
    key = f"site.{first.variant}" + ("" if year or first.variant == "year" else "_open")
    words = text(key, lang, year=year) if year else text(key, lang)
    links = "".join(
        f'<a href="{escape(quote(entry.page))}" hreflang="{HTML_LANG[entry.lang]}">{escape(text(f"site.{entry.lang}"))}</a>'
        for entry in own
        if entry.status != FAILED
    )
    return f"<li>{escape(words)}{links}{''.join(_state(entry, lang) for entry in own)}</li>"


def _state(entry: Entry, lang: str) -> str:
    if entry.status == DONE:
        words = text("site.left_out", lang, count=entry.left_out)
        here = entry.left_out and entry.lang == lang
        return f'<div class="small">{escape(words)}</div>' if here else ""
    fields = {"reason": entry.reason} | ({"date": entry.made[:10]} if entry.status == KEPT else {})
    words = text(f"site.{entry.status}", lang, **fields)
    name = "" if entry.lang == "zh" else f"{text(f'site.{entry.lang}')}: "
    return f'<div class="state">{escape(name + words)}</div>'


def _legend(entries: Sequence[Entry], lang: str) -> str:
    present = {status for entry in entries for status in entry.counts or {}}
    badges = "".join(blocks.status_badge(s, lang) for s in STATUS_COLOURS if s in present)
    return f'<div class="legend">{badges}</div>' if badges else ""

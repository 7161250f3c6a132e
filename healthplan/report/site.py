"""reports/index.html and index.en.html: every plan with its answer, whatever became of its report."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from healthplan import registers, tables
from healthplan.errors import HealthplanError
from healthplan.language.phrases import prints_period
from healthplan.messages import LANGUAGES, text
from healthplan.report import blocks
from healthplan.report.export import HTML_LANG, PAGES, beside, page_name, style_sheet
from healthplan.report.manifest import DONE, FAILED, KEPT, VARIANTS, Entry, about_plan

# What may lie beside a first page, by its name and its words.
_BESIDE = [
    *((name, "html", f"site.page_{name}") for name in (*PAGES[1:], "explore")),
    ("", "xlsx", "formats.link_xlsx"),
]


def index_pages(
    entries: Sequence[Entry], answers: Mapping[str, pd.DataFrame] | None = None, followed: Collection[str] = (), since: Collection[str] = ()
) -> dict[str, bytes]:  # fmt: skip
    """The index in Chinese, and in every other language that a report was made in, by file name. ``answers``: the table
    of that name beside each page; ``followed``: the plans whose quarters have pages below ``ledger``; ``since``: the pages that
    say what changed since the edition before."""
    langs = [lang for lang in LANGUAGES if lang == "zh" or any(e.lang == lang for e in entries)]
    return {
        page_name("index", lang): _page(entries, answers or {}, lang, langs, followed, since).encode("utf-8")
        for lang in langs
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
    since: Collection[str],
) -> str:
    groups = _grouped(e for e in entries if not e.parts_of)
    compared = _grouped(e for e in entries if e.parts_of)
    real = [own for own in groups if not any(e.synthetic for e in own)]
    head, total = _total(real, lang)
    if compared and not groups:
        head, total = text("site.compared", lang), ""
    body = blocks.rendered(
        "index",
        lang,
        quote=quote,
        page_name=page_name,
        html_lang=HTML_LANG,
        comma=text("report.comma", lang),
        others=[other for other in langs if other != lang],
        failed=sum(entry.status != DONE for entry in entries),
        head=head,
        total=total,
        since=next((name for name in since if name == page_name("changes", lang)), ""),
        real=[_plan(own, lang, followed) for own in real],
        demo=[_plan(own, lang, followed) for own in groups if own not in real],
        compared=[_areas(own, lang) for own in compared],
        all_goals=_goals([_shown(own, lang) for own in real], answers, lang),
    )
    return blocks.finished(body).replace("@@css@@", style_sheet(body, "index"), 1)


def _grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries plan by plan (or larger area by larger area), in the order of their names; within one by variant, name and
    language."""
    groups: dict[str, list[Entry]] = {}
    order = lambda e: (e.plan, e.parts_of, VARIANTS.index(e.variant), e.name, LANGUAGES.index(e.lang))  # noqa: E731
    for entry in sorted(entries, key=order):
        groups.setdefault(entry.plan or entry.parts_of, []).append(entry)
    return list(groups.values())


def _shown(own: Sequence[Entry], lang: str) -> Entry:
    """The entry whose answer stands for the plan: newest data first, this language first, one with an answer."""
    return min(own, key=lambda e: (e.counts is None, VARIANTS.index(e.variant), e.lang != lang))


def _total(plans: Sequence[Sequence[Entry]], lang: str) -> tuple[str, str]:
    """The answer over all real plans: a headline, and what the goals that are not judged wait for."""
    answered = [found for own in plans if (found := _shown(own, lang).counts)]
    if not answered:
        return text("site.head_demo" if not plans else "site.title", lang), ""
    counts = sum((Counter(found) for found in answered), Counter[str]())
    named = {"reference": "reference_only", "nodata": "no_data", "due": "due_unconfirmed"}
    fields = {name: counts[status] for name, status in named.items()}
    judged = sum(counts[s] for s in tables.statuses("judged"))
    rest = sum(counts.values()) - judged - sum(fields.values())
    others = text("site.rest", lang, count=rest) if rest else ""
    fields |= {"plans": len(answered), "targets": sum(counts.values()), "judged": judged}
    head = text(f"site.head_{'some' if judged else 'none'}", lang, **fields)
    return head, text("site.total", lang, rest=others, **fields)


def _plan(own: Sequence[Entry], lang: str, followed: Collection[str]) -> dict[str, Any]:
    """What the row of a plan shows: its district, name, years and answer, how many goals can be judged, its goals by group of
    statuses, a line a report, and its quarters."""
    shown = _shown(own, lang)
    about, counts = about_plan(shown.plan), shown.counts or {}
    groups = Counter(dict.fromkeys(tables.STANDINGS, 0))
    for status, count in counts.items():
        groups[tables.STATUS_FACTS[status]["standing"]] += count
    return {
        "area": area_name(about, lang),
        "title": (shown.title if shown.lang == lang else "") or about.get(f"title_{lang}") or shown.plan,
        "period": _years(about, lang) if about else "",
        "synthetic": shown.synthetic,
        "failed": any(entry.status != DONE for entry in own),
        "headline": shown.headline or blocks.PLACEHOLDER,
        "judged": sum(counts.get(status, 0) for status in tables.statuses("judged")),
        "goals": sum(groups[one] for one in tables.STANDINGS),
        "bar": [(one, groups[one], _group_words(one, groups[one], lang)) for one in tables.STANDINGS if groups[one]],
        "quarters": f"ledger/{quote(shown.plan)}/{page_name('index', lang)}" if shown.plan in followed else "",
        "reports": _reports(own, lang),
    }


def _areas(own: Sequence[Entry], lang: str) -> dict[str, Any]:
    """What the row of areas beside each other shows: the larger area, its reports and what the first of them says."""
    shown = min(own, key=lambda e: (e.status == FAILED, VARIANTS.index(e.variant), e.lang != lang))
    known = registers.load_areas().set_index("area")
    area = str(known[f"name_{lang}"].get(shown.parts_of, shown.parts_of))
    about = {"area": area, "title": shown.title, "period": "", "bar": (), "quarters": "", "synthetic": shown.synthetic}
    failed = any(entry.status != DONE for entry in own)
    headline = shown.headline or blocks.PLACEHOLDER
    return about | {"failed": failed, "headline": headline, "reports": _reports(own, lang)}


def _group_words(standing: str, count: int, lang: str) -> str:
    return text("site.part", lang, status=text(f"brief.standing_{standing}", lang), count=count)


def area_name(about: dict[str, Any], lang: str) -> str:
    """The district of a plan by its name."""
    area = str(about.get("area", ""))
    try:
        areas = registers.load_areas().set_index("area")[f"name_{lang}"]
        return str(areas.get(area, area))
    except HealthplanError:
        return area  # a register with faults is the reports' to complain about


def _years(about: dict[str, Any], lang: str) -> str:
    if not prints_period(about):
        return text("report.years_unstated", lang)
    start, end = about.get("period_start", "?"), about.get("period_end", "?")
    key = "years_of_one" if start == end else "years_of"
    return text(f"site.{key}", lang, start=start, end=end)


def _reports(own: Sequence[Entry], lang: str) -> list[dict[str, Any]]:
    """A line a report; those that would read the same are told apart by the names of their files."""
    lines = {name: _variant([e for e in own if e.name == name], lang) for name in dict.fromkeys(e.name for e in own)}
    words = Counter(line["words"] for line in lines.values())
    return [
        line | ({"words": f"{line['words']} ({name})"} if words[line["words"]] > 1 else {})
        for name, line in lines.items()
    ]


def _variant(own: Sequence[Entry], lang: str) -> dict[str, Any]:
    """One line: which figures, the pages in each language, the other pages of the report, and what went wrong."""
    first = min(own, key=lambda e: (e.year is None, e.lang != lang))
    year = first.year or (first.parameters or {}).get("as_of")
    key = f"site.{first.variant}" + ("" if year or first.variant == "year" else "_open")
    words = text(key, lang, year=year) if year else text(key, lang)
    mine = next((e for e in own if e.lang == lang and e.status != FAILED), None)
    made = [] if mine is None else [(beside(mine.page, f"{name}.{end}".lstrip(".")), key) for name, end, key in _BESIDE]
    there = set((mine and mine.outputs) or {})
    parts = [(file, text(key, lang)) for file, key in made if file in there]
    return {
        "words": words,
        "entries": own,
        "parts": parts,
        "states": [state for e in own if (state := _state(e, lang))],
    }


def _state(entry: Entry, lang: str) -> tuple[str, str] | None:
    """What became of a report, or what of the user's files it left out; None where nothing is to be said."""
    if entry.status == DONE:
        here = entry.left_out and entry.lang == lang
        return ("small", text("site.left_out", lang, count=entry.left_out)) if here else None
    fields = {"reason": entry.reason} | ({"date": entry.made[:10]} if entry.status == KEPT else {})
    name = "" if entry.lang == "zh" else f"{text(f'site.{entry.lang}')}: "
    return "state", name + text(f"site.{entry.status}", lang, **fields)


def _goals(shown: Sequence[Entry], answers: Mapping[str, pd.DataFrame], lang: str) -> dict[str, Any]:
    """Every goal of the real plans with what answers it, and what they may be filtered by: district, group, department."""
    found = [(entry, answers[entry.page]) for entry in shown if entry.page in answers]
    if not found:
        return {}
    every = pd.concat([table for _, table in found])
    areas = list(dict.fromkeys(area_name(about_plan(entry.plan), lang) for entry, _ in found))
    leads = [lead for lead in dict.fromkeys(every["lead"]) if lead]
    rows = []
    for entry, table in found:
        area, cards = area_name(about_plan(entry.plan), lang), beside(entry.page, "cards.html")
        page = quote(cards if cards in (entry.outputs or {}) else entry.page)
        for row in table[table["standing"] != ""].to_dict("records"):
            kinds = f"a{areas.index(area)} s-{row['standing']}" + (
                f" d{leads.index(row['lead'])}" if row["lead"] else ""
            )
            by = text(f"site.by_{row['answered_by']}", lang)
            rows.append(
                {**row, "area": area, "kinds": kinds, "page": page, "by": by, "file": quote(answers_name(entry.page))}
            )
    note = text("site.answers_note", lang, **_answered(every))
    picks = {
        "by_area": [(f"a{n}", area) for n, area in enumerate(areas)],
        "by_standing": [(f"s-{one}", text(f"brief.standing_{one}", lang)) for one in tables.STANDINGS],
        "by_lead": [(f"d{n}", lead) for n, lead in enumerate(leads)],
    }
    choices = [key for some in picks.values() for key, _ in some]
    return {"rows": rows, "note": note, "files": _files(found, lang), "choices": choices, **picks}


def _files(found: Iterable[tuple[Entry, pd.DataFrame]], lang: str) -> list[tuple[str, str]]:
    """Of each plan its goals as a csv file, with what answers them in numbers."""
    told = []
    for entry, table in found:
        fields = {"plan": area_name(about_plan(entry.plan), lang) or entry.title, **_answered(table)}
        told.append((quote(answers_name(entry.page)), text("site.answers_plan", lang, **fields)))
    return told


def _answered(table: pd.DataFrame) -> dict[str, Any]:
    """How many goals there are and what answers them, each goal once."""
    by = table.loc[table["counted"] == "yes", "answered_by"]
    return {"targets": len(by)} | {word: int((by == word).sum()) for word in tables.ANSWERED_BY}

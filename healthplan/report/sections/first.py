"""The head of every page, and the first page: which goals miss, by how much, who acts, what closes it, how far to trust it."""

from healthplan.language.phrases import period
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html


def title(seen: PlanView) -> Html:
    """The strip at the head of each page, the mark of invented data, and the shapes of the groups of statuses, which the
    page uses."""
    return blocks.rendered("title", seen.lang, parts=strip(seen), synthetic=seen.synthetic)


def strip(seen: PlanView) -> list[str]:
    """Plan, years, newest figures, the earlier edition."""
    about, lang = seen.tables.about, seen.lang
    own, reference = seen.newest_figures()
    parts = [about[f"title_{lang}"], about[f"issuer_{lang}"], period(about, lang)]
    parts.append(text("report.figures_own" if own else "report.figures_none", lang, year=own))
    if reference:
        parts.append(text("report.figures_reference", lang, year=reference))
    if seen.earlier is not None:
        parts.append(text("report.figures_before", lang, year=seen.earlier[0]))
    return [part for part in parts if part]


def first(seen: PlanView) -> Html:
    """The first page of a plan."""
    return Html("")

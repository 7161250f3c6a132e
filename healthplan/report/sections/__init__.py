"""The sections of a report's pages: each takes a plan with its figures (or a file that was read) and returns a piece of a
page."""

from healthplan.report.sections import (
    action,
    answer,
    areas,
    cards,
    changes,
    deliverables,
    departments,
    file,
    first,
    gather,
    goals,
    league,
    method,
    overview,
    requests,
    sources,
)  # fmt: skip

OF_PLAN = {
    "title": first.title,
    "first": first.first,
    "cards": cards.cards,
    "overview": overview.overview,
    "departments": departments.departments,
    "changes": changes.changes,
    "requests": requests.request_sheets,
    # the long part
    "details": method.details,
    "answer": answer.answer,
    "scorecard": goals.scorecard,
    "things": action.things,
    "scenarios": action.scenarios,
    "stages": action.stages,
    "milestones": deliverables.milestones,
    "conflicts": deliverables.conflicts,
    "missing": sources.missing,
    "method": method.method,
    "methods": method.methods,
    "pace": action.pace,
    "measures": method.measures,
    "compared": method.compared,
    "calls": method.calls,
    "history": method.history,
    "sources": sources.sources,
    "gather": gather.gather,
    # one goal
    "charts": goals.charts,
}
OF_FILE = {"intake": file.intake, "difference": file.difference, "own": file.own}
OF_AREAS = {
    "title": league.title,
    "first": league.first,
    "speeds": league.speeds,
    "small": areas.small,
    "areas": areas.areas,
    "details": league.details,
}

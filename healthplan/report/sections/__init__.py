"""The sections of a report page, in reading order: each takes a plan with its figures (or a file that was read) and
returns a piece of the page."""

from healthplan.report.sections import action, deliverables, file, first, goals, method, sources

OF_PLAN = {
    "title": first.title,
    "answer": first.answer,
    "distance": first.distance,
    "scorecard": goals.scorecard,
    "charts": goals.charts,
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
}
OF_FILE = {"intake": file.intake, "difference": file.difference, "own": file.own}

"""A user's script over the verbs, for mypy alone: what is right passes, and each slip is seen (an ignore without one is an error).
Guards: a verb that a type checker takes for Any, because names load on first use."""
# mypy: warn-unused-ignores

import healthplan as hp
from healthplan.line import PlanView
from healthplan.report.blocks import Html

plan: PlanView = hp.plan("demo-2027", files=["figures.xlsx"], as_of=2024, lang="en")
goals = hp.gaps(plan).merge(hp.scorecard(plan), on="target_id")
page: Html = hp.section(hp.only(plan, "life_expectancy"), "methods")
paces = hp.scenarios(plan, own={"t002": ("percent", -3), "t001": ("unit", 0.1)})
things = hp.things_needed(plan, leavers={"nurses_per_1000": 0.03})
fonts: list[str] = hp.style(theme="whitegrid")
shown = hp.show(goals, plan=plan, rows=10, columns=["gap"])
hp.plot(plan, ["life_expectancy", "t002"])
plan.table("gaps")

hp.plan(2027)  # type: ignore[arg-type]
hp.scorecrad(plan)  # type: ignore[attr-defined]
hp.gaps("demo-2027")  # type: ignore[arg-type]
hp.scenarios(plan, own={"t002": 3})  # type: ignore[dict-item]
hp.show(plan, rows="all")  # type: ignore[arg-type]

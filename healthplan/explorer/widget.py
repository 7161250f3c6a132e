"""The explorer in a notebook: an anywidget whose every answer comes from the library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import anywidget
import pandas as pd
import traitlets

from healthplan.errors import Fault, HealthplanError, UsageError
from healthplan.explorer import looks, script
from healthplan.explorer.state import TOLD, Known, at_year, expected_words, state
from healthplan.figures.goal import card_chart
from healthplan.figures.style import drawn_as_svg
from healthplan.judging.outlook import as_judged
from healthplan.language.phrases import quantity
from healthplan.line import PlanView
from healthplan.messages import text

NOWHERE = "there?", "here"  # the browser's question whether a kernel answers, and the answer
WhatIf = Callable[..., PlanView]
Compare = Callable[[PlanView, PlanView], pd.DataFrame]


class Explorer(anywidget.AnyWidget):
    """A plan's goals to play with. ``plan`` is the plan as it was given, ``new`` what the last move makes of it, ``row`` that
    move and what came of it as a table of one row. It keeps in the notebook's file what it last showed."""

    _esm = script()
    _css = looks()
    state = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, plan: PlanView, goal: str | None, what_if: WhatIf, compare: Compare) -> None:
        self.plan = self.seen = self.new = plan
        self._what_if, self._compare = what_if, compare
        shown = state(plan)
        ids = [one["id"] for one in shown["goals"]]
        if goal is not None and goal not in ids:
            names = plan.tables.targets.set_index("target_id")[f"name_{plan.lang}"]
            raise UsageError(Fault("PLOT-SERIES", value=names[goal]))
        super().__init__(state=shown, asked={"n": 0, "goal": goal or next(iter(ids), "")})
        self.on_msg(self._greeted)
        self.observe(self._asked, "asked")

    def __repr__(self) -> str:
        """The plan and the goal, the same in every run."""
        fields = {"plan": self.plan.tables.about["plan_id"], "goal": self.asked.get("goal") or "-"}
        return text("explorer.shown", self.plan.lang, **fields)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """With a still picture for pages that run no script."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle is not None:
            bundle[0]["text/html"] = still(self.plan, self.asked.get("goal", ""))
        return bundle

    @property
    def row(self) -> pd.DataFrame:
        """The last move: what was assumed (the arguments of ``hp.what_if``), and the goal's row of ``hp.compare``; empty
        before the first."""
        goal = self.asked.get("goal")
        moved = self._compare(self.seen, self.new)
        return moved[moved["target_id"] == goal].assign(assumed=repr(self._given())).reset_index(drop=True)

    def _given(self) -> dict[str, Any]:
        found = [one for one in self.state["goals"] if one["id"] == self.asked.get("goal")]
        return arguments(self.asked, found[0]) if found else {}

    def _greeted(self, _: Any, words: Any, __: Any) -> None:
        if words == NOWHERE[0]:
            self.send(NOWHERE[1])

    def _asked(self, change: Mapping[str, Any]) -> None:
        asked, n = change["new"], change["new"].get("n")
        try:
            self._look_from(asked)
            given = self._given()
            if not given:
                self.new, self.answer = self.seen, {"n": n}
                return
            self.answer = {"n": n, **self._answered(asked, given)}
            self.answer = {**self.answer, "things": self._things(asked["goal"])}  # which takes a while more
        except HealthplanError as error:
            self.answer = {"n": n, "error": error.text(self.plan.lang)}

    def _look_from(self, asked: Mapping[str, Any]) -> None:
        """Another method, or another year, where one is asked for."""
        method, year = asked.get("method") or self.seen.method, asked.get("as_of") or self.seen.as_of
        if (method, year) != (self.seen.method, self.seen.as_of):
            self.seen = at_year(self.plan, year, method)
            self.state = state(self.seen) | {"years": self.state["years"]}

    def _answered(self, asked: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        self.new = self._what_if(self.seen, **given)
        known = Known(self.new, [asked["goal"]])
        base = {name: value for name, value in given.items() if name in ("observation", "population")}
        held = known if base == given else Known(self._what_if(self.seen, **base), [asked["goal"]]) if base else None
        return {
            "told": known.said(asked["goal"]),
            "of": {name: asked.get(name) for name in ("start", "population")},
            "goal": held and held.drawn(asked["goal"]),
            "flips": self._flips(asked["goal"]),
            "expected": expected_words(self.new),
        }

    def _flips(self, goal: str) -> list[dict[str, str]]:
        """The other goals that are now judged otherwise, with both words."""
        before, after = (seen.gaps.set_index("target_id")["status"] for seen in (self.seen, self.new))
        turned = [one for one in before.index if one != goal and before[one] != after[one]]
        names = self.plan.tables.targets.set_index("target_id")[f"name_{self.plan.lang}"]
        said = lambda status: text(f"status.{status}", self.plan.lang)  # noqa: E731
        return [{"name": names[one], "before": said(before[one]), "after": said(after[one])} for one in turned]

    def _things(self, goal: str) -> str:
        row = next(iter(self.new.things(some=[goal]).to_dict("records")), None)
        if row is None or not row["to_add"] > 0:
            return ""
        words = quantity(row["to_add"], row["unit"], self.plan.lang)
        return text(f"explorer.to_{row['what']}", self.plan.lang, amount=words)


def arguments(asked: Mapping[str, Any], goal: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of ``hp.what_if`` that say what is asked of one goal; the cell that the page shows says the same."""
    one, found = goal["id"], {}
    if asked.get("start") is not None:
        (indicator, area, group), year = goal["series"], goal["latest"][0]
        named = {name: value for name, value in (("area", area), ("group", group)) if value}
        plain = {"indicator": indicator, "year": year, "value": asked["start"]}
        found["observation"] = {**plain, **named} if named else tuple(plain.values())
    found |= {name: {one: asked[name]} for name in ("target", "deadline", "leavers") if asked.get(name) is not None}
    if asked.get("population") is not None:
        found["population"] = {goal["people"][0]: asked["population"]}
    if asked.get("pace") is not None:
        found["pace"] = {one: ("unit", asked["pace"])}
    return found


def still(seen: PlanView, goal: str) -> str:
    """The goal's chart as it stands, for a page without script."""
    known = Known(seen, [goal])
    if goal not in known.charts:
        return f"<p>{escape(text('explorer.no_goal', seen.lang))}</p>"
    chart, told = known.charts[goal], known.card[goal]
    picture = drawn_as_svg(card_chart(chart, as_judged(known.paths(chart), chart), lang=seen.lang))
    said = " · ".join(told[key].replace("\n", " ") for key in ("goal", "deadline", *TOLD))
    words = f"<figcaption><b>{escape(told['name'])}</b> {escape(said)}</figcaption>"
    return f'<figure class="picture">{words}{picture[picture.index("<svg") :]}</figure>'

"""The eighteen items of GATHER (Stevens et al., Lancet 2016): those that a program can fill in from this report's tables,
the others left open for the office."""

import pandas as pd

from healthplan import __version__, tables
from healthplan.console import left_out
from healthplan.line import PlanView
from healthplan.messages import has, text
from healthplan.report import blocks
from healthplan.report.blocks import Html

ITEMS = range(1, 19)


def gather(seen: PlanView) -> Html:
    """The checklist as a table: item, what this report says, who fills it in."""
    lang, shown = seen.lang, checklist(seen).drop(columns="number")
    head = blocks.heading(text("gather.head", lang), 2, "gather")
    return blocks.join(head, blocks.small("gather.note", lang), blocks.worded(shown, lang, part="gather", kind="small"))


def checklist(seen: PlanView) -> pd.DataFrame:
    """Table *gather*."""
    known = facts(seen)
    say = lambda key, **fields: text(f"gather.{key}", seen.lang, **fields)  # noqa: E731
    filled = [has(f"gather.fill_{item}") for item in ITEMS]
    shown = {
        "number": list(ITEMS),
        "item": [say(f"item_{item}") for item in ITEMS],
        "answer": [say(f"fill_{n}", **known) if by else say("blank") for n, by in zip(ITEMS, filled, strict=True)],
        "by": [say("by_program" if by else "by_office") for by in filled],
    }
    return tables.check(pd.DataFrame(shown), "gather")


def facts(seen: PlanView) -> dict[str, object]:
    """What the items say, from the report's own tables."""
    used, compared, brief = seen.used, seen.compared, seen.brief
    ours = compared[compared["method"] == "ensemble"]
    caught = (ours["coverage_80"] * ours["forecasts"]).sum() / max(ours["forecasts"].sum(), 1)
    status = used["obs_status"].value_counts()
    years = (int(used["year"].min()), int(used["year"].max())) if len(used) else ("—", "—")
    versions = seen.trajectories["method_version"]
    return {
        "indicators": used["indicator"].nunique(),
        "areas": used["area"].nunique(),
        "first": years[0],
        "last": years[1],
        "left": sum(map(left_out, seen.questions)),
        "sources": used["source"].nunique(),
        **{name: int(status.get(name, 0)) for name in ("preliminary", "estimated", "derived")},
        "broken": int(status.get("break", 0)),
        "figures": len(used),
        "method": text(f"method.{seen.method}", seen.lang),
        "methods": compared["method"].nunique(),
        "series": len(ours),
        "caught": f"{caught:.0%}" if len(ours) else "—",
        "forecasts": int(ours["forecasts"].sum()),
        "version": __version__,
        "made": versions.iloc[0] if len(versions) else "—",
        "files": "gaps.csv, scorecard.csv, brief.csv, things.csv, charts.csv",
        "intervals": int(pd.notna(seen.gaps["projected_lower_95"]).sum()),
        "turned": int(seen.status_changes["turned"].sum()),
        "caution": int((brief["trust"] == 1).sum()),
        "open": int((brief["standing"] == "open").sum()),
    }

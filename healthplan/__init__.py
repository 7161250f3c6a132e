"""healthplan: will a district's health plan reach its goals, by how much will it miss, what closes the gap?

The public names, loaded when first used: a command that lists plans does not wait for statsmodels.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "load_areas": "healthplan.registry",
    "load_indicators": "healthplan.registry",
    "load_sources": "healthplan.registry",
    "load_plan": "healthplan.plan",
    "plan_ids": "healthplan.plan",
    "load_observations": "healthplan.observations",
    "project": "healthplan.projection",
    "all_observations": "healthplan.line",
    "newest_year": "healthplan.line",
    "past_gaps": "healthplan.line",
    "plan_gaps": "healthplan.line",
    "plan_observations": "healthplan.line",
    "project_plan": "healthplan.line",
    "scored_calls": "healthplan.line",
    "estimate_gaps": "healthplan.gaps",
    "scorecard": "healthplan.scorecards",
    "things_needed": "healthplan.gaps",
    "charts": "healthplan.scorecards",
    "distances": "healthplan.scorecards",
}

__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'healthplan' has no attribute {name!r}")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

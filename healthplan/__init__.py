"""healthplan: will a district's health plan reach its goals, by how much will it miss, what closes the gap?

The verbs of :mod:`healthplan.verbs`, loaded when first used: a command that lists plans does not wait for
statsmodels. The table functions that they rest on are taken from their own modules.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what an editor and a type checker know of the names below
    from healthplan.line import plan_observations as plan_observations
    from healthplan.line import project_plan as project_plan
    from healthplan.observations import load_observations as load_observations
    from healthplan.plans import load_plan as load_plan
    from healthplan.plans import plan_ids as plan_ids
    from healthplan.projection import project as project
    from healthplan.registers import load_areas as load_areas
    from healthplan.registers import load_indicators as load_indicators
    from healthplan.verbs import *  # noqa: F403

__version__ = "0.1.0"

VERBS = (
    "plan", "areas", "what_if", "compare", "scorecard", "gaps", "trajectories", "explain", "things_needed", "staircase", "programme",
    "scenarios", "findings", "plot", "explore", "show", "style", "only", "section", "result", "read_file", "read_plan", "check",
)  # fmt: skip
_BELOW = {  # table functions that stay within reach
    "registers": ("load_areas", "load_indicators"),
    "plans": ("load_plan", "plan_ids"),
    "observations": ("load_observations",),
    "projection": ("project",),
    "line": ("plan_observations", "project_plan"),
}
_NAMES = dict.fromkeys(VERBS, "verbs") | {n: m for m, names in _BELOW.items() for n in names}

__all__ = ["__version__", *VERBS]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name not in _NAMES:
            here = sys.modules[__name__]  # from its names Python says which one was perhaps meant
            raise AttributeError(f"module 'healthplan' has no attribute {name!r}", name=name, obj=here)
        return getattr(import_module(f"healthplan.{_NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""The published measures of progress, each a pure function named after its source.

Each docstring gives version, formula, thresholds and reference; ``docs/methods-pace.md`` compares
them and names the published cases that cannot be reproduced. Our own status does not rest on any of
them: it rests on the probability of being met (see gaps); they stand beside it for comparison and
interchange.
"""

from healthplan.published.common import Measure, goldilocks, growth, meets
from healthplan.published.destatis import (
    destatis,
    destatis_series,
    ended_stages,
    maintained,
    ruling_stage,
    weaker_end,
    without_target,
    worst,
)
from healthplan.published.escap import (
    anticipated_progress,
    current_status,
    parity_index,
    predict_geometric,
    predict_mean_slope,
    predict_regression,
    status_index,
)
from healthplan.published.eurostat import (
    eurostat,
    eurostat_indicator,
    eurostat_yes_no,
    nearest_base_year,
)
from healthplan.published.grey import GreyModel, grey_model
from healthplan.published.healthy_people import healthy_people, smallest_detectable_target
from healthplan.published.imihigo import imihigo, imihigo_composite
from healthplan.published.open_sdg import (
    limit_coefficient,
    next_base_year,
    open_sdg,
    open_sdg_indicator,
)
from healthplan.published.pair import (
    PacePair,
    geometric_pace,
    linear_pace,
    pace_pair,
    remaining_effort,
)
from healthplan.published.unicef import aarr, required_aarr, unicef

__all__ = [
    "GreyModel",
    "Measure",
    "PacePair",
    "aarr",
    "anticipated_progress",
    "current_status",
    "destatis",
    "destatis_series",
    "ended_stages",
    "eurostat",
    "eurostat_indicator",
    "eurostat_yes_no",
    "geometric_pace",
    "goldilocks",
    "grey_model",
    "growth",
    "healthy_people",
    "imihigo",
    "imihigo_composite",
    "limit_coefficient",
    "linear_pace",
    "maintained",
    "meets",
    "nearest_base_year",
    "next_base_year",
    "open_sdg",
    "open_sdg_indicator",
    "pace_pair",
    "parity_index",
    "predict_geometric",
    "predict_mean_slope",
    "predict_regression",
    "remaining_effort",
    "required_aarr",
    "ruling_stage",
    "smallest_detectable_target",
    "status_index",
    "unicef",
    "weaker_end",
    "without_target",
    "worst",
]

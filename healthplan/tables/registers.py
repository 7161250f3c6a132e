"""The registers and the figures: what is measured, where, by whom, and what was printed."""

from __future__ import annotations

from healthplan.tables.model import Column, Table, number, text, year
from healthplan.tables.words import DIRECTIONS, INDICATOR_KINDS, OBS_STATUSES

INDICATORS = Table(
    "indicators",
    "What is measured: one row an indicator. Direction is a fact of the indicator, never an argument.",
    (
        text("indicator", "id, snake_case", required=True, pattern=r"[a-z][a-z0-9_]*"),
        text("name_zh", "Chinese name", required=True),
        text("name_en", "English name", required=True),
        text(
            "unit", "unit of every value of this indicator; shares use 0-100 and %", required=True
        ),
        text("direction", "which way is better", required=True, words=DIRECTIONS),
        number("lower_bound", "smallest value there can be, in unit"),
        number("upper_bound", "largest value there can be, in unit"),
        text("indicator_kind", "how it behaves", required=True, words=INDICATOR_KINDS),
        text("numerator", "what is counted above the line"),
        text("denominator", "what stands below the line"),
        number("per", "the rate is numerator / denominator x per"),
        text("definition_zh", "definition in Chinese", required=True),
        text("definition_en", "definition in English", required=True),
        text("aliases", "other names it goes by, separated by ;"),
        number("plausible_low", "smallest believable value, in unit: a smaller one is asked about"),
        number("plausible_high", "largest believable value, in unit"),
        text("ask_zh", "where the figure is kept, in Chinese"),
        text("ask_en", "where the figure is kept, in English"),
    ),
    ("indicator",),
    open_ended=True,
)

AREAS = Table(
    "areas",
    "Districts, cities, provinces and the nation, each with its parent.",
    (
        text("area", "id", required=True, pattern=r"[a-z][a-z0-9_-]*"),
        text("name_zh", "Chinese name", required=True),
        text("name_en", "English name", required=True),
        text("code", "GB/T 2260 code where there is one"),
        text("parent", "area id of the next larger area"),
        text(
            "rank", "nation, province, city, district, or group for several districts put together"
        ),
        text("note", "boundary changes and the like"),
        text("synthetic", "yes for an invented area: its figures never meet real ones"),
    ),
    ("area",),
    open_ended=True,
)

DEPARTMENTS = Table(
    "departments",
    "Names of departments in both languages. A department that is not here keeps its Chinese name.",
    (
        text("name_zh", "as the plan writes it", required=True),
        text("name_en", "in English", required=True),
    ),
    ("name_zh",),
)

SOURCES = Table(
    "sources",
    "Where figures were printed.",
    (
        text("source", "id", required=True),
        text("producer", "who published it", required=True),
        text("title", "what it is called", required=True),
        text("address", "where it was found"),
        text("date", "date of publication, as precise as known", date=True),
        Column(
            "trust_class", "integer", True, lower=1, upper=9, meaning="1 best; see data/README.md"
        ),
        text("note", "how it was read"),
    ),
    ("source",),
    open_ended=True,
)

OBSERVATIONS = Table(
    "observations",
    "Published or own figures, one row a value. Absent years are absent rows; nothing is filled in.",
    (
        text("indicator", "indicator id", required=True),
        text("area", "area id", required=True),
        year(),
        text("period", "part of the year or pooled years; empty for the whole year"),
        number("value", "the figure, in unit", required=True),
        text("unit", "unit of value", required=True),
        number("numerator", "the count above the line, where known", lower=0),
        number("denominator", "the count below the line, where known", lower=0),
        text("source", "source id, or the user's own file", required=True),
        text("obs_status", "SDMX-like status", required=True, words=OBS_STATUSES),
        text("note", "breaks, conversions, conflicts"),
    ),
    ("indicator", "area", "year", "period"),
    open_ended=True,
)

CORRECTIONS = Table(
    "corrections",
    "Changes to observed values, each with its reason. One that matches no row is an error.",
    (
        text("indicator", "indicator id", required=True),
        text("area", "area id", required=True),
        year(),
        number("old_value", "the value as printed", required=True),
        number("new_value", "the value used; empty removes the row"),
        text("reason", "why", required=True),
        text("source", "source id of the reason"),
    ),
    ("indicator", "area", "year"),
)

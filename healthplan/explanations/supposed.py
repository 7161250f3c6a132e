"""What is supposed in a plan, in sentences."""

from collections.abc import Iterable

import pandas as pd

from healthplan.judging.supposed import Told
from healthplan.language import units
from healthplan.language.phrases import quantity
from healthplan.messages import text
from healthplan.registers import Registers


def told(what: Iterable[Told], known: Registers, targets: pd.DataFrame, lang: str) -> list[str]:
    """A sentence a supposition, in the order in which they were stated."""
    names = dict(zip(targets["target_id"], targets[f"name_{lang}"], strict=True))
    return [_sentence(one, known, names, lang) for one in what]


def _sentence(one: Told, known: Registers, names: dict[str, str], lang: str) -> str:
    name = names.get(one.of) or known.indicator_name(one.of, lang)
    fields = {"name": name, "area": known.area_name(one.where, lang), "year": one.year, "value": one.value}
    rest = ""
    if one.kind in ("observation", "population"):
        fields["value"] = quantity(one.value, known.unit(one.of), lang)
        rest = text("whatif.completed", lang) if one.rest else ""
    elif one.kind == "leavers":
        fields["value"] = quantity(100 * one.value, "%", lang)
    elif one.kind == "pace":
        unit = units.word(units.difference_unit(known.unit(one.where)), lang)
        fields |= {"value": f"{one.value:+g}", "unit": text(f"whatif.pace_{one.rest}", lang, unit=unit)}
    elif isinstance(one.value, (tuple, list)):
        low, high = (quantity(end, one.rest, lang) for end in one.value)
        fields["value"] = text("whatif.range", lang, low=low, high=high)
    else:
        fields["value"] = quantity(one.value, one.rest, lang) if one.rest else f"{one.value}"
    return text(f"whatif.{one.kind}", lang, **fields) + rest

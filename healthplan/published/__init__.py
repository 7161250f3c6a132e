"""The published measures of progress, each once, on arrays: ``PUBLISHED`` names them all. A new one is a file of its
own beside these with a ``MEASURE``; it is then replayed by :mod:`healthplan.calls`, written to the table ``measures``
and shown on the page. ``docs/methods-pace.md`` compares them. Our own status does not rest on any of them: it rests on
the probability of being met; they stand beside it for comparison and interchange."""

from importlib import import_module
from pkgutil import iter_modules

from healthplan.published.measure import Measure

ORDER = ("open_sdg", "eurostat", "destatis", "escap", "unicef_aarr", "healthy_people", "sdsn", "gm11")


def _found() -> dict[str, Measure]:
    """Every ``Measure`` of the modules beside this one, the long-known first."""
    known = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Measure):
                known[value.name] = value
    rank = {name: place for place, name in enumerate(ORDER)}
    return {name: known[name] for name in sorted(known, key=lambda n: (rank.get(n, len(rank)), n))}


PUBLISHED = _found()

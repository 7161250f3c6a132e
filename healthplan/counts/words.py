"""What a rare-event target means at this size, in sentences of the catalogue
``messages/counts.csv``."""

from __future__ import annotations

from healthplan import messages
from healthplan.counts.targets import PER, judge, years_to_judge, years_to_prove


def describe(
    target: float,
    exposure: float,
    lang: str | None = None,
    *,
    per: float = PER,
    events: str | None = None,
    exposed: str | None = None,
    strict: bool = False,
) -> list[str]:
    """Sentences in reading order: the passing count, the luck, the years needed, three and five
    pooled years.

    ``target`` events per ``per`` at a yearly ``exposure``. ``events`` and ``exposed`` name what is
    counted and among whom in the language asked for (deaths among live births by default). A target
    of zero has no sentence on luck: every event is a miss.
    """
    one = judge(target, exposure, per=per, strict=strict)
    names = {
        "event": events or _text("events", lang),
        "exposed": exposed or _text("exposed", lang),
        "exposure": f"{exposure:,.0f}",
        "target": f"{target:g}",
        "per": _per(per, lang),
        "allowed": one.allowed,
    }
    key = "never" if one.allowed < 0 else "only_none" if one.allowed == 0 else "at_most"
    said = [_text(key, lang, **names)]
    if target <= 0:
        return said
    said.append(
        _text(
            "luck",
            lang,
            on_target=f"{one.passes_on_target:.0%}",
            by_luck=f"{one.fails_by_luck:.0%}",
            double=f"{one.passes_at_double:.0%}",
            half_fails=f"{1 - one.passes_at_half:.0%}",
        )
    )
    tell = years_to_judge(target, exposure, per=per)
    prove = years_to_prove(target, exposure, per=per)
    key = "years_too_many" if tell is None else "years"
    said.append(_text(key, lang, judge=tell, prove=prove, event=names["event"]))
    for years in (3, 5):
        found = judge(target, exposure, per=per, years=years, strict=strict)
        chance = f"{found.passes_on_target:.0%}"
        key = "pooled" if found.allowed > 0 else "pooled_none"
        said.append(
            _text(
                key,
                lang,
                years=years,
                allowed=found.allowed,
                on_target=chance,
                event=names["event"],
            )
        )
    return said


def _per(per: float, lang: str | None) -> str:
    """100,000 as people write it: 10万 in Chinese."""
    chinese = (lang or messages.default_language()) == "zh"
    return f"{per / 10_000:g}万" if chinese and per >= 10_000 else f"{per:,.0f}"


def _text(name: str, lang: str | None, **fields: object) -> str:
    return messages.text(f"counts.{name}", lang, **fields)

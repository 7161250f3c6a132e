"""What a rare goal means as a count, told in sentences."""

from healthplan import counts
from healthplan.messages import default_language, text


def explain_count(
    target: float,
    exposure: float,
    lang: str | None = None,
    *,
    per: float = counts.PER,
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
    one = counts.count_target(target, exposure, per=per, strict=strict)
    events_word = events or _counted("events", lang)
    names = {
        "event": events_word,
        "exposed": exposed or _counted("exposed", lang),
        "exposure": f"{exposure:,.0f}",
        "target": f"{target:g}",
        "per": _per_words(per, lang),
        "allowed": one.allowed,
        "counted": _one(events_word, one.allowed),
    }
    key = "never" if one.allowed < 0 else "only_none" if one.allowed == 0 else "at_most"
    said = [_counted(key, lang, **names)]
    if target <= 0:
        return said
    said.append(
        _counted(
            "luck",
            lang,
            on_target=f"{one.passes_on_target:.0%}",
            by_luck=f"{1 - one.passes_on_target:.0%}",
            double=f"{one.passes_at_double:.0%}",
            half_fails=f"{1 - one.passes_at_half:.0%}",
        )
    )
    tell = counts.years_to_judge(target, exposure, per=per)
    prove = counts.years_to_prove(target, exposure, per=per)
    key = "years_too_many" if tell is None else "years"
    long = _counted("year_1" if prove == 1 else "year_n", lang, n=prove)
    said.append(_counted(key, lang, judge=tell, prove=long, event=events_word))
    for years in (3, 5):
        found = counts.count_target(target, exposure, per=per, years=years, strict=strict)
        chance = f"{found.passes_on_target:.0%}"
        key = "pooled" if found.allowed > 0 else "pooled_none"
        said.append(
            _counted(
                key,
                lang,
                years=years,
                allowed=found.allowed,
                on_target=chance,
                event=events_word,
                counted=_one(events_word, found.allowed),
            )
        )
    return said


def _one(events: str, number: int) -> str:
    """The English plural is given; Chinese has none."""
    return events.removesuffix("s") if number == 1 else events


def _per_words(per: float, lang: str | None) -> str:
    """100,000 as people write it: 10万 in Chinese."""
    chinese = (lang or default_language()) == "zh"
    return f"{per / 10_000:g}万" if chinese and per >= 10_000 else f"{per:,.0f}"


def _counted(name: str, lang: str | None, **fields: object) -> str:
    return text(f"counts.{name}", lang, **fields)

"""What a rare goal means as a count, told in sentences."""

from healthplan.counts import targets
from healthplan.messages import default_language, text


def explain_count(
    target: float,
    exposure: float,
    lang: str | None = None,
    *,
    per: float = targets.PER,
    events: str | None = None,
    exposed: str | None = None,
    strict: bool = False,
) -> list[str]:
    """Sentences in reading order: the passing count, the luck, the years needed, three and five pooled years.

    ``target`` events per ``per`` at a yearly ``exposure``. ``events`` and ``exposed`` name what is counted and among
    whom in the language asked for (deaths among live births by default). A target of zero has no sentence on luck:
    every event is a miss.
    """
    one = targets.count_target(target, exposure, per=per, strict=strict)
    events_word = events or text("counts.events", lang)
    names = {
        "event": events_word,
        "exposed": exposed or text("counts.exposed", lang),
        "exposure": f"{exposure:,.0f}",
        "target": f"{target:g}",
        "per": _per_words(per, lang),
        "allowed": one.allowed,
        "counted": _one(events_word, one.allowed),
    }
    key = "never" if one.allowed < 0 else "only_none" if one.allowed == 0 else "at_most"
    said = [text(f"counts.{key}", lang, **names)]
    if target <= 0:
        return said
    chances = {
        "on_target": one.passes_on_target,
        "by_luck": 1 - one.passes_on_target,
        "double": one.passes_at_double,
        "half_fails": 1 - one.passes_at_half,
    }
    said.append(text("counts.luck", lang, **{name: f"{p:.0%}" for name, p in chances.items()}))
    tell = targets.years_to_judge(target, exposure, per=per)
    prove = targets.years_to_prove(target, exposure, per=per)
    key = "years_too_many" if tell is None else "years"
    long = text("counts.year_1" if prove == 1 else "counts.year_n", lang, n=prove)
    said.append(text(f"counts.{key}", lang, judge=tell, prove=long, event=events_word))
    for years in (3, 5):
        found = targets.count_target(target, exposure, per=per, years=years, strict=strict)
        key = "pooled" if found.allowed > 0 else "pooled_none"
        shown = {"on_target": f"{found.passes_on_target:.0%}", "allowed": found.allowed}
        shown |= {"event": events_word, "counted": _one(events_word, found.allowed)}
        said.append(text(f"counts.{key}", lang, years=years, **shown))
    return said


def _one(events: str, number: int) -> str:
    """The English plural is given; Chinese has none."""
    return events.removesuffix("s") if number == 1 else events


def _per_words(per: float, lang: str | None) -> str:
    """100,000 as people write it: 10万 in Chinese."""
    chinese = (lang or default_language()) == "zh"
    return f"{per / 10_000:g}万" if chinese and per >= 10_000 else f"{per:,.0f}"

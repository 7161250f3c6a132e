"""What the first page says in sentences, once for page, brief, Word and index: table *summary*."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.language.phrases import probability
from healthplan.messages import text

LED = 4  # so many leading departments are named
WATCHED = 4  # so many goals at risk are named
MANY = 0.3  # of the goals: so many that cannot be judged stand in the headline
Line = tuple[str, str, str, str, str]  # part, standing, target_id, words, detail


def summary(
    brief: pd.DataFrame, changes: pd.DataFrame, expected: pd.DataFrame, record: pd.DataFrame, *,
    year: int, replaced: int, earlier: bool, lang: str = "zh",
) -> pd.DataFrame:  # fmt: skip
    """Table *summary* of a plan with judged goals; one without any has no row.

    ``record``: what became of such words elsewhere, by word (columns word, n, came_true); ``year``: the last deadline;
    ``replaced``: goals that do not count because a later one took their place; ``earlier``: whether there is an edition to
    compare with.
    """
    if not brief["status"].isin(tables.statuses("judged")).any():
        return tables.empty("summary")
    say = lambda key, **fields: text(f"summary.{key}", lang, **fields)  # noqa: E731
    lines: list[Line] = [("headline", "", "", words, "") for words in _headline(brief, year, lang)]
    lines += [("sub", "", "", words, "") for words in (*_worst(brief, lang), *_expected(expected, lang))]
    lines += _counts(brief, earlier, lang)
    lines += _turns(brief, changes, lang) if earlier else []
    lines += _missed(brief, lang)
    lines += _watched(brief, lang)
    lines += [("record", "", "", words, "") for words in _record(record, lang)]
    keys = [say(f"key_{name}") for name in ("chance", "gap", "speed", "trust", "lead")]
    keys += [say("key_count", count=replaced, goals=len(brief))] if replaced else []
    lines += [("key", "", "", words, "") for words in keys]
    frame = pd.DataFrame(lines, columns=["part", "standing", "target_id", "words", "detail"])
    frame.insert(1, "number", frame.groupby("part").cumcount() + 1)
    return tables.check(frame, "summary")


def sentences(summary: pd.DataFrame, part: str, lang: str) -> str:
    """The words of a part as running text."""
    words = summary.loc[summary["part"] == part, "words"]
    return "".join(f"{one}{text('summary.stop', lang)}" for one in words).strip()


def _headline(brief: pd.DataFrame, year: int, lang: str) -> Iterator[str]:
    """The answer, in pieces that may stand on a line each; where many goals cannot be judged, how many: never fine for not
    known."""
    say = lambda key, count, **more: text(  # noqa: E731
        f"summary.headline_{key}", lang, count=count, goals=_goals(count, lang), **more
    )
    counts = brief["status"].value_counts()
    short, missed = (int(counts.get(one, 0)) for one in ("off_course", "missed"))
    risk, reached, unknown = (int((brief["standing"] == one).sum()) for one in ("risk", "reached", "open"))
    if short:
        yield say("short", short, year=year)
        if missed:
            yield say("short_missed", missed)
    elif missed:
        yield say("missed", missed)
    else:
        yield say("risk", risk, judged=risk + reached) if risk else say("reached", reached)
    if unknown > MANY * len(brief):
        yield say("open", unknown)


def _goals(count: int, lang: str) -> str:
    return text(f"summary.goals_{1 if count == 1 else 'n'}", lang, count=count)


def off_course(brief: pd.DataFrame) -> pd.DataFrame:
    """The goals that are on their way to be missed, in the order of the page."""
    return brief[brief["status"] == "off_course"]


def _worst(brief: pd.DataFrame, lang: str) -> Iterator[str]:
    """The least likely goal, who leads those that will be missed, how far that can be relied on."""
    rows, say = off_course(brief), lambda key, **fields: text(f"summary.{key}", lang, **fields)
    if rows.empty:
        return
    worst = rows.loc[rows["chance"].fillna(0).idxmin()]
    yield say("worst", name=worst["name"], gap=worst["gap"], deadline=worst["deadline"])
    comma, leads = text("report.comma", lang), rows.loc[rows["lead"] != "", "lead"].value_counts()
    if len(leads):
        parts = [say("lead_part", lead=lead, count=n) for lead, n in leads.head(LED).items()]
        told = comma.join(parts)
        if len(rest := leads.iloc[LED:]):
            told = say("leads_more", parts=told, count=int(rest.sum()), others=len(rest))
        yield say("leads", parts=told)
    grades = rows["trust"].value_counts()
    if len(rows) == 1:
        yield say("reliance_one", word=rows["trust_word"].iloc[0])
        return
    parts = [say(f"reliance_{grade}", count=int(grades[grade])) for grade in (3, 2, 1) if grade in grades]
    yield say("reliance", count=len(rows), parts=comma.join(parts))


def _expected(expected: pd.DataFrame, lang: str) -> Iterator[str]:
    """How many goals will be met, with the 80 % interval; of all, and of the binding ones."""
    found = {row["scope"]: row for row in expected.to_dict("records") if row["judged"] > row["decided"]}
    told = []
    for scope, key in (("all", "expected"), ("binding", "expected_binding")):
        if row := found.get(scope):
            fields = {"judged": row["judged"], "low": row["low_80"], "high": row["high_80"]}
            told.append(text(f"summary.{key}", lang, expected=f"{row['expected']:.0f}", **fields))
    if told:
        yield text("report.semicolon", lang).join(told)


def _counts(brief: pd.DataFrame, earlier: bool, lang: str) -> list[Line]:
    """How many goals stand in each group, and how many more or fewer than in the earlier edition."""
    now, then = brief["standing"].value_counts(), brief["standing_before"].value_counts()
    lines = []
    for standing in tables.STANDINGS:
        count = int(now.get(standing, 0))
        moved = count - int(then.get(standing, 0))
        key = "first_edition" if not earlier else "more" if moved > 0 else "fewer" if moved < 0 else "same"
        lines.append(("count", standing, "", str(count), text(f"summary.{key}", lang, count=abs(moved))))
    return lines


def _turns(brief: pd.DataFrame, changes: pd.DataFrame, lang: str) -> list[Line]:
    """The goals that changed group, by the group they are in now."""
    rows = changes[changes["turned"].astype(bool)].merge(brief[["target_id", "name"]], on="target_id")
    lines, comma = [], text("scorecard.list_comma", lang)
    for standing in tables.STANDINGS:
        own = rows[rows["standing"] == standing].to_dict("records")
        if own:
            goals = comma.join(_turned(row, lang) for row in own)
            lines.append(("change", standing, "", text(f"summary.turn_{standing}", lang, goals=goals), ""))
    return lines or [("change", "", "", text("summary.no_turns", lang), "")]


def _turned(row: dict[Any, Any], lang: str) -> str:
    ends = [row["chance_before"], row["chance"]]
    if any(pd.isna(end) for end in ends):
        before = text(f"status.{row['status_before']}", lang)
        return text("summary.turned_words", lang, name=row["name"], before=before)
    before, after = (probability(end, lang) for end in ends)
    return text("summary.turned", lang, name=row["name"], before=before, after=after)


def _missed(brief: pd.DataFrame, lang: str) -> Iterable[Line]:
    """The goals whose deadline passed without them, and how they stand since."""
    for row in brief[brief["status"] == "missed"].to_dict("records"):
        words = text("summary.missed", lang, gap=row["gap"])
        fields = {"deadline": row["deadline"], "goal": goal_and_level(row, lang)}
        when = text("summary.missed_when", lang, now=row["decided_value"], **fields)
        detail = text("report.semicolon", lang).join(part for part in (when, row["needed"]) if part)
        yield "missed", row["standing"], row["target_id"], words, detail


def goal_and_level(row: dict[Any, Any], lang: str) -> str:
    """The goal of a row of *brief*; one stated as a change with the level that it comes to."""
    level = {"goal": row["goal"], "level": row["goal_level"]}
    return text("brief.goal_level", lang, **level) if row["goal_level"] else row["goal"]


def _watched(brief: pd.DataFrame, lang: str) -> Iterable[Line]:
    """The goals at risk that come first: binding ones, then the least likely."""
    rows = brief[(brief["standing"] == "risk") & brief["chance"].notna()]
    for row in rows.head(WATCHED).to_dict("records"):
        key = "watch_rare" if row["rare"] else "watch_low" if row["chance_band"] == "low" else "watch"
        fields = {"chance": row["chance_word"], "gap": row["gap"], "years": round(10 * row["chance"])}
        yield "watch", row["standing"], row["target_id"], text(f"summary.{key}", lang, **fields), ""


def _record(record: pd.DataFrame, lang: str) -> Iterator[str]:
    """What became of such words elsewhere."""
    known = record.set_index("word")
    if not {"off_course", "on_course"} <= set(known.index):
        return
    fields: dict[str, Any] = {}
    for name, word in (("short", "off_course"), ("reached", "on_course")):
        row = known.loc[word]
        share = 1 - row["came_true"] if name == "short" else row["came_true"]
        fields |= {name: text(f"status.{word}", lang), f"{name}_n": f"{row['n']:,.0f}", f"{name}_share": f"{share:.0%}"}
    yield text("summary.record", lang, **fields)

"""One sentence why a target has its status, and one what would flip it, in both languages."""

from __future__ import annotations

from healthplan.judging.asides import count_sentences, pace_sentences
from healthplan.judging.measure import Case, Measures, reference_shortfall
from healthplan.judging.telling import Telling, fields
from healthplan.language import comparators
from healthplan.messages import text

LANGUAGES = ("zh", "en")
JUDGED = ("met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course")


def sentences(tale: Telling) -> dict[str, str]:
    """The columns why_, flip_, counts_ and pace_ of one gap, in both languages."""
    out = {}
    for lang in LANGUAGES:
        said = fields(tale, lang)
        out[f"why_{lang}"] = _why(tale, said, lang)
        out[f"flip_{lang}"] = text(f"gaps.{_flip_key(tale)}", lang, **said)
        out[f"counts_{lang}"] = count_sentences(tale, lang)
        out[f"pace_{lang}"] = pace_sentences(tale, lang)
    return out


def _why(tale: Telling, said: dict[str, str], lang: str) -> str:
    case, status = tale.case, tale.status
    parts = [text(f"gaps.{why_key(tale)}", lang, **said)]
    if case.target["state"] == "current" and _within_tolerance(tale):
        parts.append(text("gaps.within_tolerance", lang, **said))
    if status.word == "conflicting" and tale.held.word in JUDGED:
        parts.append(text("gaps.conflicting_held", lang, **said))
    row = case.record.row(case.method, case.deadline.year)
    known = {} if row is None else row
    if status.word == "due_unconfirmed" and case.basis == "own" and known:
        parts.append(text("gaps.due_nowcast", lang, **said))
    if status.word == "due_unconfirmed" and reference_shortfall(case) is not None:
        parts.append(text("gaps.due_reference_gap", lang, **said))
    if status.rests_on in ("probability", "counts") and known.get("kind") == "borrowed":
        parts.append(text("gaps.borrowed", lang, **said))
    if status.qualifier and status.rests_on != "pace":
        parts.append(text("gaps.unseen", lang))
    return (" " if lang == "en" else "").join(parts)


def _within_tolerance(tale: Telling) -> bool:
    """Whether the goal counts as met although its full number is not reached."""
    found = tale.found
    met = found.met_at_deadline if tale.case.past else found.met_now
    short = found.gap if tale.case.past else found.gap_now
    return bool(met) and found.bar is not None and found.bar.tolerance > 0 and (short or 0.0) > 0


def why_key(tale: Telling) -> str:
    """Which sentence of the catalogue tells why."""
    case, found, status = tale.case, tale.found, tale.status
    word = status.word
    if word == "due_unconfirmed":
        return _due_key(case, found)
    if word == "reference_only":
        return _reference_key(case)
    if word == "no_data":
        if case.basis != "own":
            return "no_data"
        if found.met_now is False and found.missing == "":
            return "no_data_one" if len(case.record.figures) == 1 else "no_data_few"
        return f"no_data_{found.missing or 'figures'}"
    if status.rests_on == "pace":
        return "pace_unseen" if status.qualifier else f"pace_{word}"
    if status.rests_on == "counts":
        return "counts_holding" if word in ("met_holding", "met_slipping") else "counts"
    if word in ("met_holding", "met_slipping"):
        return word if found.probability is not None else f"{word}_plain"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return f"kept_{word}"
    return word


def _due_key(case: Case, found: Measures) -> str:
    if case.record.latest_value is None or case.basis == "none":
        return "due_none"
    if case.basis == "reference":
        return "due_reference"
    return "due_baseline" if found.missing == "baseline" else "due_other_year"


def _reference_key(case: Case) -> str:
    if case.target["comparator"] in comparators.RELATIVE:
        return "reference_is_goal"
    return "reference_only_now" if reference_shortfall(case) is None else "reference_only"


def _flip_key(tale: Telling) -> str:
    found, status = tale.found, tale.status
    word = status.word
    if word == "conflicting":
        return "flip_conflict"
    if word == "superseded":
        return "flip_none"
    if word in ("met", "missed"):
        return "flip_past"
    if word == "due_unconfirmed":
        return "flip_due"
    if word in ("reference_only", "no_data"):
        decides = ("baseline", "deadline", "unit")
        return f"flip_{found.missing}" if found.missing in decides else "flip_collect"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return "flip_kept"
    if status.rests_on == "pace":
        return "flip_pace"
    if status.rests_on == "counts":
        return "flip_counts"
    holding = word in ("met_holding", "met_slipping")
    if found.shift:
        return "flip_hold" if holding else "flip_on_course"
    if found.slack is not None and holding:
        return "flip_hold_lost"
    return "flip_lost" if found.slack is not None else "flip_none"

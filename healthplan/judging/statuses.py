"""Which status a target has: thresholds in one place, and the order in which the words are decided.

A status is read from :class:`Facts`, which hold no table and no sentence. The first rule that applies decides; every
rule is one line of :func:`decide`. The words that promise (``GREEN``) rest on a probability and on nothing else.
"""

from dataclasses import dataclass

ON_COURSE = 0.8  # probability of being met from which a target is on course, or holds
OFF_COURSE = 0.2  # ... and down to which it is off course
COVERAGE_TOLERANCE = 0.5  # percentage points that a coverage of 100 % may miss: 99.5 reads 100
EXACT_TOLERANCE = 0.005  # share of the goal within which a two-sided "=" is met
CHANGE_SHARE = 0.10  # Healthy People: a change is detectable from a tenth of the targeted change
CHANGE_Z = 1.96  # and, with counts, when the difference passes this normal score
RARE_EVENTS = 10  # a goal that allows fewer events a year than this is judged by counts
POOLED_YEARS = 3  # years taken together when asking whether such a goal is met already
PACE_YEARS = 5  # the observed yearly change is taken over the last five years of figures
OLD = 2  # years between the latest figure and the judgement from which its age is said
TOO_OLD = 5  # ... and beyond which nothing green rests on it
GREEN = ("met_holding", "on_course")  # ahead of a deadline: they promise


@dataclass(frozen=True)
class Facts:
    """What a status rests on. ``None`` means: not known.

    ``past``: the deadline is past. ``met_at_deadline``: judged by the figure of the deadline's year. ``lost``: it was
    to be met in every year, and one year missed it. ``met_now``: by the latest figure. ``trend``: +1 towards or beyond
    the goal, -1 away from it, 0 neither. ``kept``: the target was met at its baseline already, so it asks to keep.
    ``probability``: of being met at the deadline. ``by_counts``: that probability comes from counts. ``beyond``: the
    deadline lies farther ahead than the figures can be carried on. ``pace``: class of the pace alone. ``detectable``:
    whether the change so far can be told from none. ``limits``: codes of what is wrong with the figures it rests on.
    """

    state: str = "current"
    basis: str = "own"
    past: bool = False
    met_at_deadline: bool | None = None
    lost: bool = False
    met_now: bool | None = None
    trend: int | None = None
    kept: bool = False
    probability: float | None = None
    by_counts: bool = False
    beyond: bool = False
    pace: str | None = None
    detectable: bool | None = None
    limits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """``word`` of tables.STATUSES, what it ``rests_on``, codes of what limits it (tables.QUALIFIERS, ; between)."""

    word: str
    rests_on: str
    qualifier: str = ""


def decide(facts: Facts) -> Status:
    """The status of a target, in the declared order: the first rule that applies."""
    if facts.state in ("superseded", "conflicting"):
        return Status(facts.state, "state")
    if facts.lost:
        return Status("missed", "observed")
    if facts.past:
        if facts.met_at_deadline is None:
            return Status("due_unconfirmed", "none")
        return Status(past_word(facts.met_at_deadline), "observed", ";".join(facts.limits))
    if facts.basis == "reference":
        return Status("reference_only", "reference")
    if facts.basis == "none" or facts.met_now is None:
        return Status("no_data", "none")
    unseen = facts.detectable is False
    qualifier = ";".join(["no_detectable_change"] * unseen + list(facts.limits))
    if facts.met_now:
        return Status(holding_word(facts), _evidence(facts), qualifier)
    if facts.kept:
        return Status("off_course" if (facts.trend or 0) < 0 else "at_risk", "observed", qualifier)
    if facts.probability is not None:
        return Status(probability_word(facts), _evidence(facts), qualifier)
    if facts.pace is None or facts.beyond:
        return Status("no_data", "none")
    return Status("at_risk" if unseen else pace_word(facts.pace), "pace", qualifier)


def past_word(met: bool) -> str:
    """A past deadline: met or missed by its own year's figure."""
    return "met" if met else "missed"


def holding_word(facts: Facts) -> str:
    """A target met before its deadline holds where it is as likely to be kept as one on course is to be met; without
    a probability nothing says that it does."""
    return "met_holding" if _sure(facts) else "met_slipping"


def pace_word(pace: str) -> str:
    """A pace alone promises nothing: of goals that it called on course a third came true (docs/methods-gaps.md)."""
    return "at_risk" if pace == "on_course" else pace


def probability_word(facts: Facts) -> str:
    """On course where it is sure, off course down to ``OFF_COURSE``, at risk between."""
    if _sure(facts):
        return "on_course"
    return "off_course" if (facts.probability or 0.0) <= OFF_COURSE else "at_risk"


def _sure(facts: Facts) -> bool:
    """Whether it may be said in green: from ``ON_COURSE``, and on figures that are not too old."""
    known = facts.probability is not None and facts.probability >= ON_COURSE
    return known and "too_old" not in facts.limits


def _evidence(facts: Facts) -> str:
    if facts.probability is None:
        return "observed"
    return "counts" if facts.by_counts else "probability"

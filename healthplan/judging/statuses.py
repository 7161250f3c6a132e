"""Which status a target has: thresholds in one place, and the order in which the words are decided. The words that
promise (``GREEN``) rest on a probability and on nothing else."""

from dataclasses import dataclass

ON_COURSE = 0.8  # probability of being met from which a target is on course, or holds
OFF_COURSE = 0.2  # ... and down to which it is off course
CALM = 0.16  # beyond these, over the years left: what it takes to say another word than a year ago
STILL_OFF = 0.25  # what was off course a year ago stays so down from here
COVERAGE_TOLERANCE = 0.5  # percentage points that a coverage of 100 % may miss: 99.5 reads 100
EXACT_TOLERANCE = 0.005  # share of the goal within which a two-sided "=" is met
CHANGE_SHARE = 0.10  # Healthy People: a change is detectable from a tenth of the targeted change
CHANGE_Z = 1.96  # and, with counts, when the difference passes this normal score
RARE_EVENTS = 10  # a goal that allows fewer events a year than this is judged by counts
POOLED_YEARS = 3  # years taken together when asking whether such a goal is met already
PACE_YEARS = 5  # the observed yearly change is taken over the last five years of figures
OLD = 2  # years between the latest figure and the judgement from which its age is said
TOO_OLD = 5  # ... and beyond which nothing green rests on it
FORBIDDING = {"too_old", "break_last"}  # figures too old, or one alone of a new definition: nothing green
GREEN = ("met_holding", "on_course")  # ahead of a deadline: they promise
AHEAD = (*GREEN, "met_slipping", "at_risk", "off_course")  # said again next year


@dataclass(frozen=True)
class Facts:
    """What a status rests on. ``None`` means: not known.

    ``met_at_deadline``: by the figure of the deadline's year. ``lost``: of a goal for every year one year missed it.
    ``met_now``: by the latest figure. ``trend``: +1 towards or beyond the goal, -1 away from it. ``kept``: met at its
    baseline already, so it asks to keep. ``by_counts``: the probability comes from counts. ``beyond``: the deadline
    lies farther ahead than the figures can be carried on. ``pace``: class of the pace alone. ``detectable``: the change
    so far can be told from none. ``limits``: codes of what is wrong with the figures. ``before``: the word of a year
    ago. ``years``: left to the deadline. ``arrives``: the pace of the last years gets there.
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
    before: str = ""
    years: int = 1
    arrives: bool | None = None


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
        return Status("met" if facts.met_at_deadline else "missed", "observed", ";".join(facts.limits))
    if facts.basis == "reference":
        return Status("reference_only", "reference")
    if facts.basis == "none" or facts.met_now is None:
        return Status("no_data", "none")
    unseen = facts.detectable is False
    qualifier = ";".join(["no_detectable_change"] * unseen + list(facts.limits))
    if facts.probability is not None:
        word, held = spoken(facts)
        codes = ";".join(code for code in (qualifier, held) if code)
        return Status(word, "counts" if facts.by_counts else "probability", codes)
    if facts.met_now:  # nothing says that it holds
        return Status("met_slipping", "observed", qualifier)
    if facts.kept:
        return Status("off_course" if (facts.trend or 0) < 0 else "at_risk", "observed", qualifier)
    if facts.pace is None or facts.beyond:
        return Status("no_data", "none")
    # A pace alone promises nothing: of goals that it called on course a third came true (docs/methods-gaps.md).
    return Status("at_risk" if unseen or facts.pace == "on_course" else facts.pace, "pace", qualifier)


def spoken(facts: Facts) -> tuple[str, str]:
    """The word of a probability, and ``held_back`` where it alone would say another (docs/methods-gaps.md, calm words).
    Beside a word of a year ago another is said only on clear evidence: ``CALM`` over the years left. Nothing is green
    below ``ON_COURSE``, nor on figures that are too old or the first of a new definition; what is not met yet is on
    course only with a pace that gets there, not where it is to be kept, and off course is not begun with such a
    pace."""
    p, old = facts.probability or 0.0, not FORBIDDING.isdisjoint(facts.limits)
    margin = CALM / max(facts.years, 1) if facts.before in AHEAD else 0.0
    green = p >= ON_COURSE + (0.0 if facts.before in GREEN else margin)
    if facts.met_now:
        held = p >= ON_COURSE and not green and not old
        return "met_holding" if green and not old else "met_slipping", "held_back" if held else ""
    off = p <= OFF_COURSE - margin and not facts.arrives
    off = p <= STILL_OFF if facts.before == "off_course" else off
    green = green and facts.arrives is not False and not facts.kept
    word = "on_course" if green and not old else "off_course" if off else "at_risk"
    said = word == probability_word(p) or (old and p >= ON_COURSE)  # its age is reason enough
    return word, "" if said else "held_back"


def probability_word(probability: float) -> str:
    """On course from ``ON_COURSE``, off course down to ``OFF_COURSE``, at risk between."""
    if probability >= ON_COURSE:
        return "on_course"
    return "off_course" if probability <= OFF_COURSE else "at_risk"

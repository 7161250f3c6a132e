"""The draft of a notice (通报): counts first, what lags by department with reason, problem, next step and date, one sentence
for the rest, returns missing or late. It names departments, never persons, and is a draft until the office issues it."""

from healthplan import registers
from healthplan.language import phrases
from healthplan.ledger import store
from healthplan.messages import LANGUAGES
from healthplan.quarter import lines, lists
from healthplan.quarter.lines import Row, View, say


def paragraphs(seen: View, plan: str) -> list[str]:
    """The notice of the whole; the first paragraph is its title. ``plan``: the plan's title in the view's language."""
    lang = seen.lang
    title = say(lang, "notice_title", plan=plan, quarter=lines.full(seen.quarter, lang))
    return [title, *_counted(seen), *_behind(seen), *_rest(seen), *_returns(seen), say(lang, "notice_end")]


def of_department(seen: View, plan: str, department: str) -> list[str]:
    """The notice to one department: its own tasks. ``seen``: the whole view."""
    lang, mine = seen.lang, seen.only(department)
    whose = registers.departments(department, lang)
    title = say(lang, "notice_title_one", plan=plan, quarter=lines.full(seen.quarter, lang), department=whose)
    led = sum(department == task["lead"] for task in mine.tasks)
    first = say(lang, "notice_one", department=whose, led=led, supports=len(mine.tasks) - led, total=len(mine.tasks))
    counted = say(lang, "notice_states", counts=lists.count_words(lists.counts(mine), lang)) if mine.tasks else ""
    basis = say(lang, "notice_basis", cut_off=lines.when(seen.cut_off, lang), edition=seen.edition)
    own = [one for one in seen.returned if one["department"] == department]
    about = [say(lang, "notice_own_return", state=say(lang, f"return_{one['state']}"), open=one["open"]) for one in own]
    return [title, basis, first + counted, *_behind(mine), *about, say(lang, "notice_end")]


def rows(views: dict[str, View], plans: dict[str, str], issued_on: str) -> list[Row]:
    """Rows of table *notices*: the whole and one a department. ``views`` and ``plans`` (titles) by language."""
    seen = views["zh"]
    found = []
    for department in ("", *lists.all_departments(seen)):
        texts = {
            f"text_{lang}": "\n".join(
                of_department(views[lang], plans[lang], department)
                if department
                else paragraphs(views[lang], plans[lang])
            )
            for lang in LANGUAGES
        }
        whose = seen.only(department) if department else seen
        bad = [one["task_id"] for one in whose.lines if one["_tone"] == "bad"]
        found.append({
            "notice_id": store.identity(seen.edition, department), "edition": seen.edition, "department": department, **texts,
            "items": ";".join(bad), "issued_on": issued_on,
        })  # fmt: skip
    return found


def _counted(seen: View) -> list[str]:
    lang, back = seen.lang, lists.rates(seen)
    basis = say(lang, "notice_basis", cut_off=lines.when(seen.cut_off, lang), edition=seen.edition)
    words = lists.count_words(lists.counts(seen), lang)
    if waits := lists.to_verify(seen):
        words += say(lang, "to_verify_count", count=waits)
    counted = say(lang, "notice_counts", total=len(seen.tasks), counts=words)
    return [basis, counted] + ([return_words(back, lang)] if back["sent"] else [])


def return_words(back: dict[str, int], lang: str) -> str:
    """How many sheets came back and how many in time."""
    share = {
        c: phrases.percent(100 * back[n] / back["sent"]) for c, n in (("rate", "back"), ("rate_on_time", "on_time"))
    }
    return say(lang, "returns_counted", **back, **share)


def _behind(seen: View) -> list[str]:
    """One paragraph a department that leads it, one a task below."""
    lang, table = seen.lang, lists.behind_by_department(seen)
    if table.empty:
        return [say(lang, "notice_none_behind")]
    found = [say(lang, "notice_behind_head", count=len(table))]
    for department, own in table.groupby("department", sort=False):
        found.append(say(lang, "notice_department", department=department, count=len(own)))
        found += [_task(one, at, lang) for at, one in enumerate(own.to_dict("records"), 1)]
    return found


def _task(one: Row, at: int, lang: str) -> str:
    """What lags, in one sentence each: how far it is, why, the problem, the next step, the date."""
    name, _, goal = one["named"].partition("\n")
    reached = (
        say(lang, "notice_reached", value=one["reached"].replace("\n", say(lang, "comma"))) if one["reached"] else ""
    )
    said = {c: flat(one[c], lang) for c in ("problem", "measure", "expected_done")}
    state, _, why = one["state_why"].partition("\n")
    word = say(lang, "notice_state", state=state, why=why) if why else state
    return say(lang, "notice_task", at=at, name=name, goal=goal, reached=reached, state=word, **said)


def flat(words: str, lang: str) -> str:
    """Several lines as one, without a full stop that would stand before ours."""
    return say(lang, "semicolon").join(line.strip().rstrip("。.;；") for line in words.splitlines() if line.strip())


def _rest(seen: View) -> list[str]:
    tones = lists.by_tone(seen)
    rest = len(seen.tasks) - tones["bad"]
    return [say(seen.lang, "notice_rest", rest=rest, **tones)] if rest else []


def _returns(seen: View) -> list[str]:
    """Which departments' sheets are missing, sent back or came late."""
    lang, back = seen.lang, seen.returned
    parts = []
    for key, held in (
        ("missing", [one for one in back if one["state"] == "missing"]),
        ("rejected", [one for one in back if one["state"] == "rejected"]),
        ("unfilled", [one for one in back if one["state"] == "unfilled"]),
        ("late", [one for one in back if one["days_late"] and one["state"] not in ("missing", "rejected", "unfilled")]),
    ):  # fmt: skip
        if held:
            names = registers.departments(";".join(one["department"] for one in held), lang)
            parts.append(say(lang, f"notice_{key}", departments=names, count=len(held)))
    if not back:
        return []
    return [say(lang, "notice_returns_head"), *(parts or [say(lang, "notice_all_back")])]

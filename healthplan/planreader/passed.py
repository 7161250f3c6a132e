"""Why a document gave no goal: its sentences with numbers, counted by what kept them out."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from healthplan import messages
from healthplan.language.characters import normal
from healthplan.language.numbers import find_quantities
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import Passage, kind_of_title, passages
from healthplan.planreader.plan import period_of, read_document
from healthplan.planreader.reading import Reader, sentences
from healthplan.planreader.sentence import prepare
from healthplan.planreader.tabular import unread_cells


def passed_over(path: str | Path, lang: str | None = None) -> str:
    """One line: how many sentences with numbers are not proposed as goals, and why.

    Raises InputError for a document that cannot be read.
    """
    document = read_document(path)
    period = period_of(document)
    texts = [passage for passage, table in passages(document.blocks) if table is None]
    review = kind_of_title(texts) == "review"
    reasons: Counter[str] = Counter()
    for passage in texts:
        hidden = (prepare(one, period).hidden for _, one in sentences(normal(passage.text)))
        if count := sum(any(q.kind != "bare" for q in find_quantities(one)) for one in hidden):
            past = review and passage.section == "preamble"
            reasons["review" if past else _reason(passage, period)] += count
    found = (messages.text(f"planreader.passed_{reason}", lang, count=count) for reason, count in reasons.most_common())
    told = messages.text("scorecard.list_comma", lang).join(found)
    key = "planreader.passed" if told else "planreader.passed_none"
    return messages.text(key, lang, count=reasons.total(), reasons=told)


MOST = 12  # of what is not read are told


def unread(path: str | Path, lang: str | None = None) -> str:
    """One line: what stands among the goals of a document and is not proposed, as it has no number and no way that a
    figure could be held against; empty where there is nothing.

    Raises InputError for a document that cannot be read.
    """
    document = read_document(path)
    period = period_of(document)
    found: list[str] = []
    for passage, table in passages(document.blocks):
        if table is not None:
            found += unread_cells(table.rows, period)
        elif passage.section == "goals" and not passage.heading:
            reader = Reader(period)
            told = [one for _, one in sentences(normal(passage.text)) if _WANTED.search(one)]
            found += [one for one in told if not list(reader.read(replace(passage, text=one)))]
    shown = messages.text("scorecard.list_comma", lang).join(one.strip("。 ")[:40] for one in found[:MOST])
    return messages.text("planreader.unread", lang, count=len(found), what=shown) if found else ""


_WANTED = re.compile(
    "消除|消灭|清零|改善|好转|提高|提升|上升|增加|增强|下降|降低|减少|减缓|遏制|控制|降|升|低位|持平|稳定|前列|平均水平|达到"
)


def _reason(passage: Passage, period: Period) -> str:
    if passage.section == "preamble":
        return "preamble"
    facts = [item.claim.fact for item in Reader(period).read(passage)]
    return "past" if facts and all(facts) else "no_goal"

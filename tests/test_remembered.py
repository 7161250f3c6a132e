"""An answer is kept for the very tables that it was made from, and for no others."""

import pandas as pd

from healthplan import line
from healthplan.line import KEPT, once


def test_equal_tables_share_an_answer_and_any_change_asks_again():
    asked = []
    table = pd.DataFrame({"a": [1.0, None], "b": ["x", None]})

    def answer(given, year=2024):
        return once("test", (given, year), lambda: asked.append(1) or len(asked))

    first = answer(table)
    assert answer(table.copy()) == first
    changes = [
        table.assign(a=[1.0, 2.0]),
        table.rename(columns={"a": "c"}),
        table[::-1],
        table.head(1),
    ]
    assert len({answer(other) for other in changes} | {first, answer(table, 2025)}) == len(changes) + 2
    assert answer(table) == first


def test_no_more_than_the_newest_answers_are_kept():
    made = [once("kept", (n,), object) for n in range(KEPT + 1)]
    assert once("kept", (KEPT,), object) is made[-1]
    assert once("kept", (0,), object) is not made[0]


def test_answers_that_ask_for_others_do_not_outgrow_the_store():
    first = once("outer", (0,), lambda: once("inner", (0,), object))
    for n in range(1, KEPT + 1):
        once("outer", (n,), lambda n=n: once("inner", (n,), object))
    assert once("outer", (0,), object) is not first
    assert len(line._known) <= KEPT

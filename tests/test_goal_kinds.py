"""Every kind of goal end to end: a document or the target sheet, a plan, figures, the verdict, the page.

The kinds, their figures and the answers (worked out by hand) stand in tests/kinds/kinds.yaml. What does not hold so
far stands in tests/kinds/not_yet.csv and must fail, so that whoever makes it hold takes its line away.
"""

import re

import page_figures
import pandas as pd
import pytest
from goal_kinds import (
    DOORS,
    add,
    afresh,
    differs,
    figure_files,
    judged,
    kinds,
    not_yet,
    page,
    run,
    together,
    workspace_for_kinds,
)

from healthplan import tables


def _case(kind, door):
    why = not_yet().get((kind.id, door))
    marks = pytest.mark.xfail(strict=True, reason=why) if why else ()
    return pytest.param(kind, door, id=f"{kind.id}-{door}", marks=marks)


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    """One workspace for all kinds: each is a plan of its own in it."""
    folder = workspace_for_kinds(tmp_path_factory.mktemp("kinds") / "ws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(folder))
        patch.setenv("HEALTHPLAN_LANG", "en")
        yield folder


@pytest.mark.parametrize(("kind", "door"), [_case(kind, door) for kind in together() for door in DOORS])
def test_kinds_from_their_door_to_the_page(kind, door, space, tmp_path):
    afresh(space)
    plan = f"{kind.id}-{door}".replace("+", "-and-")
    add(kind, door, plan, tmp_path)
    paths = figure_files(kind, plan, tmp_path)
    for path in paths:
        said = run("check", path)
        assert all(word["en"] in said for word in kind.warns), said
    seen = judged(kind, plan, paths)
    assert wrong(kind, seen) == []
    for lang in ("zh", "en") if door == "document" or (kind.id, "document") in not_yet() else ():
        told(kind, seen.in_language(lang), tmp_path)


def wrong(kind, seen):
    """What differs from the answers."""
    rows = seen.verdicts.merge(seen.tables.targets, on="target_id", suffixes=("", "_asked"))
    rows = rows.to_dict("records")
    if len(rows) != len(kind.expect):
        return [f"{len(rows)} goals: {[(r['name_zh'], r['comparator'], r['value']) for r in rows]}"]
    found = []
    for row, expect in zip(rows, kind.expect, strict=True):
        asked = {k: v for k, v in expect.items() if k not in ("kind", "years")}
        lines = differs(row, asked)
        if expect.get("years"):
            known = seen.judged.years
            known = known[known["target_id"] == row["target_id"]].to_dict("records")
            lines += [line for y, e in zip(known, expect["years"], strict=True) for line in differs(y, e)]  # fmt: skip
        found += [f"{expect['kind']}: {line}" for line in lines]
    return found


def told(kind, seen, folder):
    """The page and its csv files say one thing, and say it in the kind's words."""
    path = page(seen, folder)
    html, card = page_figures.read(path), page_figures.beside(path, "scorecard")
    lines = {row["id"]: row for table in html.select("table.scorecard") for row in page_figures.rows(table)}
    assert set(lines) == set(card.index)
    for target_id, row in card.iterrows():
        line = lines[target_id]
        assert row["name"] in line["target"] and row["goal"] in line["goal"]
        assert row["status_word"] in line.get("status_word", row["status_word"])
        for column in ("now", "outlook", "gap"):
            assert str(row[column]) == line.get(column, str(row[column])).split("\n")[0], column
    gaps = page_figures.beside(path, "gaps")
    assert gaps["status"].to_dict() == card["status"].to_dict()
    words = html.get_text() + " ".join(map(str, card.to_numpy().ravel()))
    for piece in kind.words.get(seen.lang, []):
        assert re.search(piece, words), piece
    for piece in kind.words.get("none", []):
        assert piece not in words


def test_every_kind_of_the_tables_is_shown():
    """Guards: a comparator or a column of the model for which nobody wrote down how it is judged."""
    expected = [expect for kind in kinds() for expect in kind.expect]
    shown = pd.Series([c for e in expected for c in _listed(e.get("comparator"))])
    assert set(tables.COMPARATORS) <= {*shown, "increase_by", "growth_max", ">"}
    assert len({kind.id for kind in kinds()}) == len(kinds())


def _listed(cell):
    return cell if isinstance(cell, list) else [cell]

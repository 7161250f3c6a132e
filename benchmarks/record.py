"""What became of the status words: each word replayed on past goals of three data sets.

    python -m benchmarks.record [--write] [--sets districts world chinese]

The engine projects every series from the figures of the time (``project`` with ``as_of``: parents, counts and censuses
as given), ``judging.statuses.decide`` says the word, first at the origin and again each year until the goal is due,
with the word of the year before beside it. Goals as plans set them: to reach ``GAINS`` more than the last value or
``STEPS`` typical yearly changes, and to hold the last value or lose no more than ``LOSSES`` of it; one to five years
ahead, in the direction of the indicator, both where it has none.

The thresholds of the words were chosen on the half of the series whose hash is 0; the other half is written to
``healthplan/calls/record.csv``. Everything is projected with ``prior_half.npz``, which has not seen it: the districts are
those areas of the open panel that it did not learn from, the world panel half of the half 1 of its series. Chinese: the
provinces among these districts, and the shipped figures of Chinese areas.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
from benchmarks.calls import fill
from healthplan import registers
from healthplan.calls.events import FEWEST_POINTS, HORIZON, Book, Judgements, read_book
from healthplan.calls.rules import PUBLISHED, TRIVIAL
from healthplan.distribution import COLUMNS, probability
from healthplan.judging.statuses import CHANGE_SHARE, GREEN, PACE_YEARS, Facts, decide
from healthplan.observations import as_known, load_observations, with_rates
from healthplan.projection import prior as store
from healthplan.projection import project
from training import districts as areas
from training.rows import half

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"
OUT = Path(__file__).resolve().parents[1] / "healthplan" / "calls" / "record.csv"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "record.md"
UNSEEN = Path(__file__).with_name("prior_half.npz")
GAINS, STEPS, LOSSES = (0.1, 0.2), (1, 2), (0.0, 0.1, 0.2)
ORIGINS = 4  # of a series, evenly spread
LATE = 2014  # origins from here are reported apart
FACTS = ("indicator", "area", "parent", "year", "value", "unit", "indicator_kind", "numerator",
         "denominator", "stock", "direction")  # fmt: skip
KEY = ["data_set", "rule", "word", "goal_kind", "years_ahead"]


def districts(country: str = "") -> pd.DataFrame:
    """The areas of the open district panel that ``prior_half.npz`` has not seen; rows that are not ``judged`` are lent
    from only."""
    panel = areas.read(BENCH / "district_panel.parquet", "1").rename(columns={"kind": "indicator_kind"})  # fmt: skip
    found = panel[(panel["country"] == country) | (country == "")]
    return found[[*FACTS, "country", "judged"]].reset_index(drop=True)


def world() -> pd.DataFrame:
    """Half of the half of the world panel that ``prior_half.npz`` has not seen, a series an area."""
    panel = pd.read_parquet(BENCH / "health_panel.parquet")
    kept = (half(panel["series_id"]) == 1) & (half(panel["series_id"], "record") == 1)
    panel = panel[kept].assign(area=lambda p: p["series_id"])
    named = panel.rename(columns={"kind": "indicator_kind", "entity": "country"})
    return named.assign(judged=True, direction="", parent="", stock=False).reindex(columns=[*FACTS, "country", "judged"])  # fmt: skip


def chinese() -> pd.DataFrame:
    """Provinces of the district panel and the shipped figures of real Chinese areas."""
    known = registers.load_registers()
    rows = with_rates(as_known(load_observations(as_of=None, known=known), None), known.indicators)
    whole = (rows["period"].fillna("") == "") & (rows["group"].fillna("") == "")
    rows = rows[whole & ~rows["area"].isin(registers.invented(known.areas))]
    about = known.indicators.set_index("indicator")
    facts = {c: rows["indicator"].map(about[c]).fillna("") for c in ("direction", "indicator_kind")}
    rows = rows.assign(**facts, parent="", stock=False, judged=True, country="shipped")
    return pd.concat([districts("China"), rows[[*FACTS, "country", "judged"]]], ignore_index=True)


SETS = {"districts": districts, "world": world, "chinese": chinese}


def goals(book: Book) -> pd.DataFrame:
    """A row a goal: series, origin, way, goal_kind, goal, ahead, due."""
    rows = []
    for series, n in enumerate(book.n):
        at = np.arange(FEWEST_POINTS - 1, n - 1)
        at = at[book.values[series, at] > 0]
        if len(at) > ORIGINS:
            at = at[np.linspace(0, len(at) - 1, ORIGINS).round().astype(int)]
        for origin in at:
            value = book.values[series, origin]
            step = np.abs(np.diff(book.values[series, : origin + 1])).mean()
            for way in [book.way[series]] if book.way[series] else [1, -1]:
                asked = [("reach", value * (1 + way * x)) for x in GAINS]
                asked += [("reach", value + way * k * step) for k in STEPS if step > 0]
                asked += [("hold", value * (1 - way * x)) for x in LOSSES]
                ahead = range(1, min(HORIZON, n - 1 - origin) + 1)
                rows += [
                    (series, origin, way, kind, goal, h)
                    for kind, goal in asked
                    for h in ahead
                    if goal > 0 and not (book.share[series] and goal > 100)
                ]
    found = pd.DataFrame(rows, columns=["series", "origin", "sign", "goal_kind", "goal", "ahead"])
    return found.assign(due=found["origin"] + found["ahead"], event=found.index)


def judged_again(book: Book, asked: pd.DataFrame) -> pd.DataFrame:
    """Each goal at its origin and every year until it is due, with what was known then and what came."""
    rows = asked.loc[asked.index.repeat(asked["ahead"])].reset_index(drop=True)
    rows["now"] = rows["origin"] + rows.groupby("event").cumcount()
    rows["year"], rows["years"] = (
        book.first[rows["series"]] + rows["now"],
        rows["due"] - rows["now"],
    )
    value = lambda at: book.values[rows["series"], at]  # noqa: E731
    side, goal = rows["sign"], rows["goal"]
    now, start = value(rows["now"]), value((rows["now"] - PACE_YEARS).clip(lower=0))
    slack = 1e-9 * np.maximum(np.abs(goal), 1e-12)
    rows["met"] = side * (value(rows["due"]) - goal) >= -slack
    rows["met_now"] = side * (now - goal) >= -slack
    change, span = side * (now - start), np.minimum(rows["now"], PACE_YEARS)
    rows["arrives"] = change / span * rows["years"] >= side * (goal - now)
    size = np.where(book.share[rows["series"]], np.minimum(start, 100 - start), start)
    size = np.where((side * (goal - start) > 0) & (change > 0), side * (goal - start), np.abs(size))
    rows["trend"] = np.where(np.abs(change) >= CHANGE_SHARE * size, np.sign(change), 0)
    return rows


def chances(table: pd.DataFrame, book: Book, rows: pd.DataFrame) -> np.ndarray:
    """The probability of each judgement, projected from the figures up to its year; nan where nothing is drawn."""
    place = {key: at for at, key in enumerate(zip(book.names["indicator"], book.names["area"], strict=True))}
    given = table.drop(columns=["country", "judged"]).dropna(axis=1, how="all")
    out = np.full(len(rows), np.nan)
    for year in sorted(rows["year"].unique()):
        known = given[given["year"] > year - 60]
        paths = project(known, to=int(year) + HORIZON, as_of=int(year))
        paths = paths[(paths["year"] > year) & paths["q50"].notna()]
        series = paths.set_index(["indicator", "area"]).index.map(place).to_numpy(float)
        paths, series = paths[~np.isnan(series)], series[~np.isnan(series)].astype(int)
        ahead = np.full((len(book.n), HORIZON + 1, len(COLUMNS)), np.nan)
        ahead[series, paths["year"].to_numpy(int) - year] = paths[COLUMNS].to_numpy(float)
        for side, comparator in ((1, ">="), (-1, "<=")):
            here = np.flatnonzero((rows["year"] == year) & (rows["sign"] == side))
            quantiles = ahead[rows["series"].to_numpy()[here], rows["years"].to_numpy()[here]]
            drawn = ~np.isnan(quantiles[:, 0])
            goal = rows["goal"].to_numpy()[here][drawn]
            out[here[drawn]] = probability(quantiles[drawn], comparator, goal)
    return out


def said(rows: pd.DataFrame, *, calm: bool = True) -> np.ndarray:
    """The word of each judgement, in the order of time; ``calm``: with the word of a year ago beside it."""
    out = np.full(len(rows), "", object)
    kept = rows["goal_kind"].eq("hold").to_numpy()
    columns = ["event", "probability", "met_now", "trend", "years", "arrives"]
    before, last = "", -1
    for at, (event, p, met, trend, years, arrives) in enumerate(rows[columns].itertuples(index=False, name=None)):  # fmt: skip
        before = before if event == last and calm else ""
        last = event
        if not np.isnan(p):
            facts = Facts(met_now=met, trend=int(trend), kept=bool(kept[at]), probability=p,
                          before=before, years=years, arrives=arrives)  # fmt: skip
            before = out[at] = decide(facts).word
    return out


def smoothed(rows: pd.DataFrame, call: np.ndarray) -> np.ndarray:
    """A rival's call (1 on, -1 off, 0 between) under the like smoothing: it changes when two years in a row say so; green
    ends at once."""
    out, step = call.copy(), (rows["now"] - rows["origin"]).to_numpy()
    for k in range(1, int(step.max(initial=0)) + 1):
        here = np.flatnonzero(step == k)
        twice = (call[here] == call[here - 1]) | (call[here] == out[here - 1])
        out[here] = np.where(twice, call[here], np.minimum(out[here - 1], 0))
    return out


def colour(words: np.ndarray) -> np.ndarray:
    """1 for words that promise, -1 for off course, 0 between."""
    return np.where(np.isin(words, GREEN), 1, np.where(words == "off_course", -1, 0))


def counted(rows: pd.DataFrame, rule: str, words: np.ndarray, colours: np.ndarray) -> pd.DataFrame:
    """By word, kind of goal and years ahead: n, came_true; again (judged a year later), flipped (in colour)."""
    again = np.r_[np.diff(rows["event"]) == 0, False]
    flipped = again & np.r_[np.diff(colours) != 0, False]
    about = {"rule": rule, "word": words, "goal_kind": rows["goal_kind"], "years_ahead": rows["years"],
             "n": 1, "came_true": rows["met"].astype(int), "again": again.astype(int),
             "flipped": flipped.astype(int)}  # fmt: skip
    return pd.DataFrame(about).groupby(KEY[1:]).sum().reset_index()


def replayed(table: pd.DataFrame, kept: Path | None) -> tuple[Book, pd.DataFrame]:
    """The series of a data set and every judgement on them that has a probability; read from ``kept`` if it is there."""
    known = table[table["judged"]]
    book = read_book(known.drop(columns=["country", "judged", "parent", "stock"]))
    if kept is not None and kept.exists():
        return book, pd.read_parquet(kept)
    rows = judged_again(book, goals(book))
    rows["probability"] = chances(table, book, rows)
    drawn = rows["probability"].notna().groupby(rows["event"]).transform("all")
    rows = rows[drawn].reset_index(drop=True)
    names = book.names["indicator"] + "|" + book.names["area"]
    rows["part"] = half(names, "words")[rows["series"]]
    whose = known.drop_duplicates(["indicator", "area"]).set_index(["indicator", "area"])["country"]
    rows["country"] = whose.loc[list(book.names[["indicator", "area"]].itertuples(index=False, name=None))].to_numpy()[rows["series"]]  # fmt: skip
    if kept is not None:
        rows.to_parquet(kept)
    return book, rows


def rules_said(book: Book, rows: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Words and colours by rule: ours, the same without memory, and every rival with and without smoothing."""
    words, plain = said(rows), said(rows, calm=False)
    found = {"healthplan": (words, colour(words)), "no_memory": (plain, colour(plain))}
    asked = {"factor": np.ones(len(rows)), "series": rows["series"].to_numpy()}
    same = ("event", "origin", "now", "due", "goal", "sign", "met")
    j = Judgements(**asked, **{name: rows[name].to_numpy() for name in same})
    for rule in (*PUBLISHED, *TRIVIAL):
        if rule.name == "last_outcome":
            continue
        classes = rule.judge(book, j)
        on, off = np.isin(classes, rule.positive), np.isin(classes, rule.negative)
        call = np.where(on, 1, np.where(off, -1, 0))
        for name, calls in (("", call), ("_calm", smoothed(rows, call))):
            found[rule.name + name] = np.array(["off", "between", "on"], object)[calls + 1], calls
    return found


def summary(found: pd.DataFrame) -> dict[str, float]:
    """Shares of one rule's rows: came true by word, flips a year, said green or red, Brier of the words."""
    by = found.groupby("word")[["n", "came_true", "again", "flipped"]].sum()
    true = by["came_true"] / by["n"]
    out = {f"{word}": true[word] for word in by.index}
    clear = by.index.isin([*GREEN, "off_course", "on", "off"])
    out |= {"flips": by["flipped"].sum() / max(by["again"].sum(), 1)}
    out |= {"said": by["n"][clear].sum() / by["n"].sum(), "n": by["n"].sum()}
    for key, words in (("promised", [*GREEN, "on"]), ("refused", ["off_course", "off"])):
        some = by[by.index.isin(words)].sum()
        out[key] = some["came_true"] / some["n"] if some["n"] else np.nan
    out["brier"] = (by["came_true"] * (1 - true)).sum() / by["n"].sum()
    return out


def words_table(found: pd.DataFrame) -> list[str]:
    """How often each word came true and flipped, by data set and kind of goal; n in judgements."""
    lines = [
        "| data set | word | goals | n | came true | flipped within a year |",
        "|---|---|---|---|---|---|",
    ]
    own = found[found["rule"] == "healthplan"]
    for (name, word), rows in own.groupby(["data_set", "word"], sort=False):
        for kind, some in [("all", rows), *rows.groupby("goal_kind")]:
            n, true, again, flipped = some[["n", "came_true", "again", "flipped"]].sum()
            lines.append(f"| {name} | {word} | {kind} | {n:,} | {true / n:.3f} | {flipped / max(again, 1):.3f} |")
    return lines


def horizon_table(found: pd.DataFrame) -> list[str]:
    """How often the words came true by years left."""
    lines = ["| data set | word | 1 year left | 2 | 3 | 4 | 5 |", "|---|---|---|---|---|---|---|"]
    own = found[found["rule"] == "healthplan"]
    for (name, word), rows in own.groupby(["data_set", "word"], sort=False):
        by = rows.groupby("years_ahead")[["n", "came_true"]].sum()
        cells = [f"{t / n:.2f}" for n, t in by.itertuples(index=False)]
        lines.append(f"| {name} | {word} | " + " | ".join(cells) + " |")
    return lines


def rules_table(told: dict[tuple[str, str], pd.DataFrame]) -> list[str]:
    """Ours, without memory, and the rivals: flips, said, Brier, came true, by data set and part."""
    names = ["healthplan", "no_memory", "last_value", "last_value_calm", "destatis", "destatis_calm", "open_sdg",
             "open_sdg_calm", "escap_calm", "unicef_aarr_calm", "sdsn_calm", "gm11_calm"]  # fmt: skip
    head = "| data set, part | rule | flips a year | said green or red | Brier of the words | promises came true | off course came true |"
    lines = [head, "|---" * 7 + "|"]
    for (name, part), table in told.items():
        for rule in names if part == "other half" else names[:2]:
            row = table.loc[rule]
            on, off = (row["promised"], row["refused"])
            cells = [f"{row[c]:.3f}" for c in ("flips", "said", "brier")] + [
                f"{on:.3f}",
                f"{off:.3f}",
            ]
            lines.append(f"| {name}, {part} | {rule} | " + " | ".join(cells) + " |")
    return lines


def main(arguments: list[str] | None = None) -> None:
    """Print the record by data set and part; with --write put the part that nothing was chosen on into the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--kept", type=Path, help="a folder of judgements to read, or to write for a closer look")
    options = parser.parse_args(arguments)
    written, told = [], {}
    store.load = partial(store.load, UNSEEN)  # what the projection reads in this run
    for name in options.sets:
        kept = options.kept and options.kept / f"{name}.parquet"
        book, rows = replayed(SETS[name](), kept)
        spoken = rules_said(book, rows)
        late = rows["year"] - (rows["now"] - rows["origin"]) >= LATE
        parts = {"chosen on": rows["part"] == 0, "other half": rows["part"] == 1,
                 f"other half, from {LATE}": (rows["part"] == 1) & late}  # fmt: skip
        for title, mask in parts.items():
            here, part = mask.to_numpy(), rows[mask].reset_index(drop=True)
            each = [counted(part, rule, w[here], c[here]) for rule, (w, c) in spoken.items()]
            found = pd.concat(each, ignore_index=True)
            by_rule = {rule: summary(some) for rule, some in found.groupby("rule", sort=False)}
            told[name, title] = pd.DataFrame(by_rule).T
            print(f"\n{name}, {title}\n{told[name, title].round(3).to_string()}", flush=True)
            if title == "other half":
                written.append(found.assign(data_set=name))
    found = pd.concat(written, ignore_index=True)
    blocks = [words_table(found), horizon_table(found), rules_table(told)]
    text = "\n\n".join("\n".join(lines) for lines in blocks)
    print(text)
    if options.write:
        own = found[found["rule"].isin(["healthplan", "no_memory"])]
        own[[*KEY, "n", "came_true", "again", "flipped"]].to_csv(OUT, index=False)
        fill(PAGE, "record", text)


if __name__ == "__main__":
    main()

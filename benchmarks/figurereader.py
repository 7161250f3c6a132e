"""Scores of the figure reader on the bulletins in ../shared/bulletins, by their own scorer, for each kind of file.

    python benchmarks/figurereader.py [FOLDER] [--lost]

FOLDER holds gold.csv and docs/ (by default ../shared/bulletins). Shown are rows proposed, right, precision, recall on the
rows asked for, registered ids and dangerous errors at confidence .8 and more, a document a line.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from healthplan import registers  # noqa: E402
from healthplan.planreader import read_figures  # noqa: E402

SHARED = ROOT.parent / "shared" / "bulletins"
SURE = 0.8


def _scorer() -> ModuleType:
    found = importlib.util.spec_from_file_location("score_figures", SHARED / "score_figures.py")
    module = importlib.util.module_from_spec(found)  # type: ignore[arg-type]
    found.loader.exec_module(module)  # type: ignore[union-attr]
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--lost", action="store_true", help="list the rows that nobody proposed")
    args = parser.parse_args()
    logging.disable(logging.WARNING)
    scorer = _scorer()
    gold = pd.read_csv(args.folder / "gold.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    known = {"indicators": registers.load_indicators(), "areas": registers.load_areas()}
    names = dict(zip(known["indicators"]["indicator"], known["indicators"]["name_zh"], strict=True))
    files = sorted(path for path in (args.folder / "docs").iterdir() if path.stem in set(gold["doc"]))
    for ending in sorted({path.suffix for path in files}):
        of_kind = [path for path in files if path.suffix == ending]
        rows = pd.concat([read_figures([p], **known).assign(doc=p.stem) for p in of_kind])
        asked = gold[gold["doc"].isin({path.stem for path in of_kind})]
        found, _, lost = scorer.score(asked.copy(), rows.astype(str), names, SURE)
        print(f"\n=== {ending} ===\n{scorer.table(found, asked, SURE).to_string(index=False)}")
        wrong = found[(found["confidence"] >= SURE) & (found["danger"] != "")]
        ids = wrong[wrong["danger"] == "indicator"]
        print(f"dangerous: {len(wrong)}, of them by nothing but the id: {len(ids)} (gold knows an older catalogue)")
        print(
            "  "
            + "; ".join(
                sorted({f"{r.name_}: {r.indicator}" for r in ids.rename(columns={"name": "name_"}).itertuples()})
            )
        )
        for row in lost if args.lost else ():
            print("  lost:", row["doc"], row["name"], row["value"] + row["unit"], row["year"])


if __name__ == "__main__":
    main()

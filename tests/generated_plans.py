"""Plans of 3, 40 and 120 goals with names of 40 characters, in a workspace of their own, for tests of pages and files: the
goals of the sample district over and over, each with a number of its own.

    python -m tests.generated_plans FOLDER        the workspace, to be looked at
"""

import shutil
import sys
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parent.parent
SIZES = (3, 40, 120)
LONG_ZH = "辖区内基层医疗卫生机构面向常住居民提供的连续性综合性健康管理服务规范化覆盖水平"
LONG_EN = "Coverage of continuous and comprehensive health management"
OFFICE_ZH = "区卫生健康委员会基层卫生与妇幼健康及老龄健康综合服务指导协调工作领导小组办公室"


def workspace(folder: Path, sizes: tuple[int, ...] = SIZES) -> Path:
    """The folder as a workspace with a plan of each size, its figures (invented) and its parameter file."""
    for name in ("data", "notebooks"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("ledger", "wan*", "longgang*", "zhoucun*", "dazu*"),
        )
    shutil.copy(ROOT / "requirements.lock", folder)
    (folder / "parameters").mkdir()
    for size in sizes:
        _plan(folder, size)
    return folder


def _plan(folder: Path, size: int) -> None:
    source, plan = folder / "data/plans/demo-2027", f"long-{size}"
    made = folder / "data/plans" / plan
    made.mkdir()
    about = yaml.safe_load((source / "plan.yaml").read_text("utf-8"))
    about |= {
        "plan_id": plan,
        "title_zh": LONG_ZH + f"规划（{size}项，虚构）",
        "title_en": f"{LONG_EN}: a plan of {size} goals (invented)",
    }
    (made / "plan.yaml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), encoding="utf-8")
    read = lambda name: pd.read_csv(source / f"{name}.csv", dtype=str, keep_default_na=False)  # noqa: E731
    targets, series, milestones = (read(name) for name in ("targets", "series", "milestones"))
    # one goal each: no stages, conditions and second prints, whose ids lead to other rows
    alone = (
        targets["stage_of"].eq("") & targets["all_of"].eq("") & targets["state"].eq("current") & targets["value"].ne("")
    )
    pool = targets[alone].assign(related="")
    rows = pd.concat([pool] * (size // len(pool) + 1)).head(size).reset_index(drop=True)
    old, rows["target_id"] = rows["target_id"], [f"{plan}-t{n:03d}" for n in range(1, size + 1)]
    rows["plan_id"] = plan
    rows["locator"] = [f"一/{n}" for n in range(1, size + 1)]
    rows["name_zh"] = [f"{name[:6]}{LONG_ZH}"[:38] + f"{n:02d}" for n, name in enumerate(rows["name_zh"], 1)]
    rows["name_en"] = [f"{LONG_EN} ({name[:20]}) {n}" for n, name in enumerate(rows["name_en"], 1)]
    # the same number again would be the same goal twice
    rows["value"] = [f"{float(v) * (1 + 0.001 * (n // len(pool))):g}" for n, v in enumerate(rows["value"])]
    rows.loc[::4, "departments"] = OFFICE_ZH
    by_target = series.set_index("target_id").loc[old].reset_index().assign(target_id=rows["target_id"].to_list())
    milestones = milestones.assign(
        plan_id=plan, milestone_id=[f"{plan}-m{n:03d}" for n in range(1, len(milestones) + 1)], related=""
    )
    for name, frame in (("targets", rows), ("series", by_target), ("milestones", milestones)):
        frame.to_csv(made / f"{name}.csv", index=False, encoding="utf-8-sig", lineterminator="\n")
    (folder / "parameters" / f"{plan}.yaml").write_text(f"plan: {plan}\n", encoding="utf-8")


if __name__ == "__main__":
    print(workspace(Path(sys.argv[1])))

"""Each case of tests/intake_cases.py read once, from a folder of its own, so that messages name the bare file."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from healthplan import intake
from healthplan.errors import Fault, InputError
from tests.intake_cases import CASES, Case, long, nurses, targets, write

TODAY = date(2026, 6, 30)
READ = {
    "series": lambda path: intake.read_figures(path, today=TODAY),
    "targets": lambda path: intake.read_targets(path, today=TODAY),
    "params": intake.read_parameters,
    "any": lambda path: intake.read_any(path, today=TODAY),
}


@cache
def outcome(case: Case) -> intake.Intake:
    """What the reader found in the case's file."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return READ[case.kind](write(case, Path(".")).name)


def named(case: Case) -> str:
    """The case in one word."""
    return f"{case.kind}/{case.name}"


def elsewhere() -> list[tuple[str, tuple[Fault, ...]]]:
    """Faults that no single file shows: two files that disagree, a baseline against figures, an address."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("2023.csv").write_text(long(), encoding="utf-8")
        Path("2024.csv").write_text(long(y2018="3.5"), encoding="utf-8")
        Path("目标.csv").write_text(targets(nurses()), encoding="utf-8")
        Path("台账.csv").write_text(long(), encoding="utf-8")
        try:
            intake.load_user_observations(["2023.csv", "2024.csv"])
            disagreeing: tuple[Fault, ...] = ()
        except InputError as error:
            disagreeing = error.faults
        one = {
            "indicator": "nurses_per_1000",
            "area": "浦东新区",
            "year": 2020,
            "period": "",
            "value": 3.1,
        }
        panel = pd.DataFrame({"indicator": "甲", "area": "乙", "year": [2020, 2021.5, 2022], "value": [1, 2, None]})
        compared = intake.read_targets("目标.csv", observations=pd.DataFrame([one]), today=TODAY)
        return [
            ("two files", tuple(f for f in disagreeing if f.code == "KEY-FILES")),
            ("targets and figures", compared.faults),
            ("a panel", tuple(intake.sound_panel(panel, intake.register(), "面板.parquet")[1])),
            ("an address", intake.read_figures("https://192.0.2.1/data.csv", today=TODAY).faults),
            ("a sheet that holds none", intake.read_any("台账.csv", "plan_sheet", today=TODAY).faults),
            ("a file that is not there", intake.read_figures("没有.csv", today=TODAY).faults),
        ]


@cache
def examples() -> dict[str, tuple[str, Fault]]:
    """For each fault code the first example that shows it: where it was found, and the fault."""
    found: dict[str, tuple[str, Fault]] = {}
    shown = [(named(case), outcome(case).faults) for case in CASES] + elsewhere()
    for where, faults in shown:
        for fault in faults:
            found.setdefault(fault.code, (where, fault))
    return found

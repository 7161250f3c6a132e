"""The kinds of goals (tests/kinds/kinds.yaml) taken through the doors of a workspace, as a person does it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import yaml
from typer.testing import CliRunner

from healthplan import cli, files, registers, verbs
from healthplan.line import PlanView, view
from healthplan.plans import load_plan
from healthplan.starter import make_workspace

FILE = Path(__file__).parent / "kinds" / "kinds.yaml"
NOT_YET = FILE.with_name("not_yet.csv")
TITLE = "示例区卫生健康规划（2023—2027年）"
HOME = "我区"
AREAS = (
    ("ourcity", "我市", "Our city", "china", "city"),
    ("ours", "我区", "Our district", "ourcity", "district"),
    *((f"ours_{n}", f"{zh}区", f"District {n.upper()}", "ourcity", "district")
      for n, zh in zip("abcde", "甲乙丙丁戊", strict=True)),
)  # fmt: skip
SHEET = {"指标": "", "地区": HOME, "基期年份": "", "基期值": "", "目标年份": 2027, "目标值": "", "单位": "", "方向": "",
         "来源": "", "责任部门": "", "指标属性": "", "备注": ""}  # fmt: skip
DOORS = ("document", "sheet")


@dataclass(frozen=True)
class Kind:
    """One row of the data file; ``part`` is the heading that it stands under."""

    id: str
    part: dict[str, str]
    kind: dict[str, str]
    say: str
    cell: Any
    figures: list[dict[str, Any]]
    expect: list[dict[str, Any]]
    judged: dict[str, str]
    words: dict[str, list[str]] = field(default_factory=dict)
    years: list[dict[str, Any]] = field(default_factory=list)
    warns: list[dict[str, str]] = field(default_factory=list)
    as_of: int = 2024

    @property
    def alone(self) -> bool:
        """Whether it needs a plan of its own: what the page must not say would be said of others, its figures are of
        another year, or it makes a goal that stands elsewhere than the sentence."""
        joins = any(goal.get("comparator") == "all_of" for goal in self.expect)
        return "none" in self.words or self.as_of != Kind.as_of or joins

    @property
    def names(self) -> set[str]:
        """The names of its measures."""
        return {row["指标"] for row in self.cells} | {series["name"] for series in self.figures} - {"@1"}

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The rows of the target sheet."""
        return self.cell if isinstance(self.cell, list) else [self.cell]


@cache
def kinds() -> tuple[Kind, ...]:
    """Every row of the data file, in its order."""
    return tuple(_rows())


def _rows() -> Iterator[Kind]:
    part: dict[str, str] = {}
    for row in yaml.safe_load(FILE.read_text("utf-8")):
        if "id" in row:
            yield Kind(part=part, **row)
        else:
            part = row["part"]


@cache
def together() -> tuple[Kind, ...]:
    """The kinds as a few plans of many goals, no measure twice in one: sixty plans of one goal take two minutes. What
    does not hold so far stays alone."""
    groups: list[list[Kind]] = []
    for kind in kinds():
        open_ = any((kind.id, door) in not_yet() for door in DOORS)
        fits = (g for g in groups if not kind.names & set().union(*(one.names for one in g)))
        found = None if kind.alone or open_ else next((g for g in fits if not g[0].alone), None)
        if found is None or (found[0].id, DOORS[0]) in not_yet():
            groups.append([kind])
        else:
            found.append(kind)
    return tuple(_joined(group) for group in groups)


def _joined(group: list[Kind]) -> Kind:
    """Several kinds as one; each expected goal keeps the name of its kind and its years."""
    expect, figures, words = [], [], {}
    for kind in group:
        first = len(expect) + 1
        figures += [s | {"name": f"@{first}"} if s["name"] == "@1" else s for s in kind.figures]
        goals = [{"kind": kind.id, **goal} for goal in kind.expect]
        goals[0]["years"] = kind.years
        expect += goals
        for lang, pieces in kind.words.items():
            words[lang] = [*words.get(lang, ()), *pieces]
    return replace(
        group[0], id="+".join([group[0].id, *([str(len(group) - 1)] if group[1:] else [])]), say="\n".join(k.say for k in group),
        cell=[row for k in group for row in k.cells], figures=figures, expect=expect, words=words,
        warns=[w for k in group for w in k.warns],
    )  # fmt: skip


@cache
def not_yet() -> dict[tuple[str, str], str]:
    """What does not hold so far, by kind and door: why."""
    rows = pd.read_csv(NOT_YET, dtype=str, keep_default_na=False).to_dict("records")
    return {(row["id"], row["door"]): row["why"] for row in rows}


def workspace_for_kinds(folder: Path, *, areas: bool = True) -> Path:
    """A new workspace, with ``areas`` a city of six districts in it. The shipped figures are left out: they answer
    none of these goals, and reading them a hundred times takes a minute."""
    make_workspace(folder)
    known = folder / "data"
    for path in (known / "observations").glob("*.csv"):
        path.unlink()
    for name in ("corrections", "conflicts", "sources"):
        path = known / f"{name}.csv"
        path.write_text(path.read_text("utf-8").split("\n", 1)[0] + "\n", "utf-8")
    if areas:
        _found_city(known / "areas.csv")
    return folder


def _found_city(register: Path) -> None:
    """The rows of a city and its six districts, below those of the register."""
    columns = pd.read_csv(register, nrows=0).columns
    names = ("area", "name_zh", "name_en", "parent", "rank")
    rows = pd.DataFrame([dict(zip(names, row, strict=True)) for row in AREAS]).reindex(columns=columns)
    with register.open("a", encoding="utf-8") as file:
        file.write(rows.assign(note="test").to_csv(index=False, header=False))


@cache
def _register(path: Path) -> bytes:
    """The register of a new workspace."""
    return path.read_bytes()


def afresh(folder: Path) -> None:
    """The workspace without the measures that earlier kinds brought into its register."""
    path = folder / "data" / "indicators.csv"
    path.write_bytes(_register(path))


def run(*words: object) -> str:
    """A command that must succeed; what it says."""
    result = CliRunner().invoke(cli.app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def add(kind: Kind, door: str, plan: str, folder: Path) -> None:
    """The kind's goals as a plan of the workspace, by a document whose every proposal is accepted or by the sheet."""
    sheet = _document(kind, folder) if door == "document" else _sheet(kind, folder)
    run("add-plan", sheet, "--plan", plan, "--area", HOME, "--title", TITLE)


def _document(kind: Kind, folder: Path) -> Path:
    document = folder / "plan.txt"
    document.write_text("\n".join([TITLE, "二、主要目标", kind.say]), "utf-8")
    return accepted(document, folder / "proposed.xlsx")


def accepted(document: Path, sheet: Path) -> Path:
    """The sheet that the reader proposes for a document, with every row accepted."""
    run("read-plan", document, "--out", sheet)
    book = openpyxl.load_workbook(sheet)
    page = book.active
    for row in range(2, page.max_row + 1):
        page.cell(row, page.max_column, "accept")  # the last column is the decision
    book.save(sheet)
    run("check", sheet)
    return sheet


def _sheet(kind: Kind, folder: Path) -> Path:
    sheet = folder / "targets.xlsx"
    strange = {column for row in kind.cells for column in row} - set(SHEET)
    assert not strange, strange
    pd.DataFrame([SHEET | row for row in kind.cells]).to_excel(sheet, index=False)
    run("check", sheet)
    return sheet


def figure_files(kind: Kind, plan: str, folder: Path) -> list[Path]:
    """The kind's figures as files of a person, with the registered name of the first goal for @1."""
    by_file: dict[int, list[dict[str, Any]]] = {}
    for series in kind.figures:
        by_file.setdefault(series.get("file", 1), []).extend(_figures(series, plan))
    paths = []
    for number, rows in by_file.items():
        paths.append(folder / f"figures{number}.xlsx")
        pd.DataFrame(rows).fillna("").to_excel(paths[-1], index=False)
    return paths


def _figures(series: dict[str, Any], plan: str) -> Iterator[dict[str, Any]]:
    name = series["name"]
    if name.startswith("@"):
        name = _registered(plan, int(name[1:]))
    first = series.get("from", 0)
    years = series.get("years") or range(first, first + len(series["values"]))
    for n, (year, value) in enumerate(zip(years, series["values"], strict=True)):
        row = {"指标": name, "地区": series.get("area", HOME), "年份": year, "数值": value, "单位": series["unit"],
               "来源": "年报"}  # fmt: skip
        if "over" in series:
            row |= {"分子": series["over"][n], "分母": series["under"][n]}
        yield row | series.get("more", {})


def _registered(plan: str, goal: int) -> str:
    """The name under which the measure of a goal is registered, the first being 1."""
    indicator = load_plan(plan).targets["indicator"].iloc[goal - 1]
    return registers.load_indicators().set_index("indicator").loc[indicator, "name_zh"]


def judged(kind: Kind, plan: str, paths: list[Path], lang: str = "zh") -> PlanView:
    """The plan with the kind's figures."""
    return view(load_plan(plan), files=[str(path) for path in paths], as_of=kind.as_of, lang=lang)


def page(seen: PlanView, folder: Path) -> Path:
    """The part of the report's page that tells goals, with its csv files beside it, as the report writes them."""
    sections = ("scorecard", "charts") if seen.lang == "zh" else ("scorecard",)
    html = "".join(verbs.section(seen, name)._repr_html_() for name in sections)
    path = folder / f"page.{seen.lang}.html"
    path.write_text(html, "utf-8")
    for name, table in {"scorecard": seen.card, **seen.judged._asdict()}.items():
        files.write_csv(table, path.parent / f"{path.stem}.{name}.csv")
    return path


def differs(row: dict[str, Any], expect: dict[str, Any]) -> list[str]:
    """Where a goal and its verdict are not what is expected."""
    return [
        f"{column}: {row.get(column)!r}, not {wanted!r}"
        for column, wanted in expect.items()
        if not _is(row.get(column), wanted)
    ]


def _is(found: Any, wanted: Any) -> bool:
    empty = found is None or found == "" or (isinstance(found, float) and math.isnan(found))
    found = "" if empty or found is pd.NA else found
    if isinstance(wanted, list):
        if all(isinstance(end, (int, float)) for end in wanted):
            low, high = wanted
            return found != "" and low <= float(found) <= high
        refused = [one for one in wanted if str(one).startswith("!")]
        return all(_is(found, one) for one in refused) if refused else any(_is(found, one) for one in wanted)  # fmt: skip
    if isinstance(wanted, str):
        if wanted.startswith("!"):
            return str(found) != wanted[1:]
        return wanted[1:] in str(found) if wanted.startswith("~") else str(found) == wanted
    if isinstance(wanted, bool):
        return found != "" and bool(found) is wanted
    return found != "" and math.isclose(float(found), wanted, rel_tol=1e-4, abs_tol=1e-6)

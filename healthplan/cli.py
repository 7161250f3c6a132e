"""``healthplan ...``: puts the steps in a row; files are read and written here, at the two ends.

Exit codes: 0 done, 1 bad input or a failed report, 2 a wrong name, option or parameter.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from healthplan import __version__, console, messages, workspace
from healthplan.errors import Fault, HealthplanError, InputError, one_of, system_words, wrong_value

if TYPE_CHECKING:
    import pandas as pd

    from healthplan.intake import Intake
    from healthplan.registers import Registers


def say(key: str, **fields: Any) -> str:
    """A sentence of the command line in the session's language."""
    return messages.text(f"cli.{key}", None, **fields)


SMALL = 300_000  # bytes; a csv of ours up to here is read as check reads it before it is projected
LARGE = 5_000_000  # bytes; a csv of ours beyond this is projected without going through the reader of people's files

app = typer.Typer(
    help=say("about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _form(value: str) -> str:
    one_of("--format", value, console.FORMATS)
    return value


PlanArgument = Annotated[str, typer.Argument(help=say("arg_plan"))]
FormatOption = Annotated[str, typer.Option("--format", help=say("opt_format"), callback=_form)]
AsOfOption = Annotated[int | None, typer.Option("--as-of", min=1949, max=2100, help=say("opt_as_of"))]
ObservationsOption = Annotated[list[str] | None, typer.Option("--observations", help=say("opt_observations"))]
AreaOption = Annotated[str, typer.Option("--area", help=say("opt_table_area"))]
MapOption = Annotated[list[str] | None, typer.Option("--map", help=say("opt_map"))]
MethodOption = Annotated[str, typer.Option("--method", help=say("opt_method"))]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"healthplan {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("opt_version"))
    ] = False,
) -> None:
    pass


@app.command(help=say("plans"))
def plans(form: FormatOption = "table") -> None:
    """Plans with counts and coverage by data."""
    import pandas as pd

    from healthplan.language.phrases import prints_period
    from healthplan.observations import load_observations
    from healthplan.plans import coverage, load_plan, plan_ids

    known, rows = load_observations(), []
    for plan in map(load_plan, plan_ids()):
        about = plan.about
        told = {
            "plan_id": about["plan_id"],
            "title": about[f"title_{messages.default_language()}"],
            "area": plan.area,
            "period": f"{about['period_start']}-{about['period_end']}" if prints_period(about) else "",
            "issued": str(about["issued"] or ""),
            "targets": len(plan.targets),
            "milestones": len(plan.milestones),
        }
        rows.append(told | coverage(plan, known))
    names = ("plan_id", "title", "period", "targets", "milestones", "own", "reference", "none")
    console.show(pd.DataFrame(rows), form, {c: say(f"col_{c}") for c in names})


@app.command(help=say("targets"))
def targets(plan: PlanArgument, form: FormatOption = "table") -> None:
    """Every target of a plan."""
    from healthplan.plans import load_plan

    name = f"name_{messages.default_language()}"
    shown = ("target_id", name, "comparator", "value", "value_high", "unit", "deadline")
    console.show(load_plan(plan).targets, form, (*shown, "departments", "locator"))


@app.command(help=say("milestones"))
def milestones(plan: PlanArgument, form: FormatOption = "table") -> None:
    """Every milestone of a plan."""
    from healthplan.plans import load_plan

    name = f"deliverable_{messages.default_language()}"
    shown = ("milestone_id", name, "deadline", "departments", "locator")
    console.show(load_plan(plan).milestones, form, shown)


@app.command(help=say("gaps"))
def gaps(
    plan: PlanArgument,
    as_of: AsOfOption = None,
    observations: ObservationsOption = None,
    method: MethodOption = "ensemble",
    form: FormatOption = "table",
) -> None:
    """The gap table of a plan."""
    from healthplan.line import view
    from healthplan.plans import load_plan

    lang, files = messages.default_language(), observations or []
    seen = view(load_plan(plan), files=files, as_of=as_of, method=method, lang=lang)
    console.questions(seen.questions)
    print(seen.next_share, file=sys.stderr)
    if form != "table":
        console.show(seen.answered_gaps, form)
        return
    # The report's own words: each goal's name, what it asks for, where it stands.
    card = seen.card.assign(target_id=seen.card["target_id"].str.rpartition("-")[2])
    columns = {c: c for c in ("name", "goal", "deadline", "now", "outlook")}
    columns["status_word"] = "status"
    words = {c: messages.text(f"report.col_{word}", lang) for c, word in columns.items()}
    console.show(card, form, {"target_id": ""} | words, width=console.CARD_WIDTH)


@app.command(help=say("project"))
def project(
    observations: Annotated[list[Path], typer.Option("--observations", help=say("opt_observations"))],
    to: Annotated[int, typer.Option("--to", min=1950, max=2100, help=say("opt_to"))],
    out: Annotated[Path, typer.Option("--out", help=say("opt_out"))],
    as_of: AsOfOption = None,
    method: MethodOption = "ensemble",
    area: AreaOption = "",
    heads: MapOption = None,
) -> None:
    """A long table of any size to trajectories."""
    from healthplan import registers
    from healthplan.intake import register, sound_panel
    from healthplan.projection import project_file

    _remember(observations, heads)
    known = {"indicators": registers.load_indicators(), "areas": registers.load_areas()}
    told: list[Fault] = []
    alone = len(observations) == 1 and _is_ready(observations[0])
    lost = _doubted(observations[0]) if alone else set()

    def sieve(panel: pd.DataFrame) -> pd.DataFrame:
        sound, faults = sound_panel(panel, register(), str(observations[0]), lost)
        told.extend(faults)
        return sound

    with (
        tempfile.TemporaryDirectory(prefix="healthplan-") as folder,
        console.bar(say("projecting")) as go,
    ):
        table = _tidy(observations, Path(folder), as_of, area)
        how: dict[str, Any] = {"as_of": as_of, "method": method, "progress": go, "sieve": sieve}
        rows = project_file(table, out, to=to, **how, **known)
    console.questions(told)
    print(say("written", path=out, rows=rows))


@app.command(help=say("check"))
def check(
    files: Annotated[list[Path], typer.Argument(help=say("arg_files"))],
    form: Annotated[str, typer.Option("--format", help=say("opt_format_check"))] = "text",
    kind: Annotated[str, typer.Option("--kind", help=say("opt_kind"))] = "",
    area: AreaOption = "",
    heads: MapOption = None,
) -> None:
    """All faults of any input file in one pass."""
    from healthplan.intake import held_together, read_any
    from healthplan.observations import as_known, load_observations

    one_of("--format", form, ("text", "json"))
    _remember(files, heads)
    known = as_known(load_observations())
    read = (read_any(file, kind=kind or None, observations=known, area=area) for file in files)
    found = [_checked_further(one, str(file)) for one, file in zip(read, files, strict=True)]
    names = [workspace.legible(str(file)) for file in files]
    further = held_together(found)
    found = [
        replace(one, faults=(*one.faults, *(f for f in further if f.file == name)))
        for one, name in zip(found, names, strict=True)
    ]
    console.show_check(found, names, form)
    raise typer.Exit(0 if all(one.ok for one in found) else 1)


def _remember(files: list[Path], heads: list[str] | None) -> None:
    """Keeps in the workspace what ``--map`` says of the heads of these files."""
    from healthplan.intake import remember_heads

    if heads:
        print(say("mapped", path=workspace.shown(remember_heads(files, heads))), file=sys.stderr)


def _checked_further(found: Intake, file: str) -> Intake:
    """A readable ledger is also held against the rules between its rows, a sheet of candidates against what a
    person must have decided."""
    from healthplan.ledger import check_ledger
    from healthplan.planreader import load_confirmed

    if not found.ok or found.kind not in ("ledger", "plan_sheet"):
        return found
    try:
        if found.kind == "ledger":
            check_ledger(found.table, source=file)
            return found
        more = tuple(load_confirmed(file)[1])
    except HealthplanError as error:
        more = error.faults
    return replace(found, faults=(*more, *found.faults))


@app.command(help=say("diff"))
def diff(
    files: Annotated[list[Path], typer.Argument(help=say("arg_files"))],
    take: Annotated[bool, typer.Option("--take", help=say("opt_take"))] = False,
    form: FormatOption = "table",
    area: AreaOption = "",
    heads: MapOption = None,
) -> None:
    """What new files of figures would add, change or drop; taken only when told so."""
    import pandas as pd

    from healthplan.intake import diff_file, load_user_observations, set_aside, take_file, whole

    _remember(files, heads)
    if len(files) > 1:
        console.questions(load_user_observations([str(file) for file in files], area=area)[1])
    read = {file: whole(file, area=area) for file in files}
    changes = pd.concat([diff_file(file, found=one) for file, one in read.items()], ignore_index=True)
    console.questions([fault for one in read.values() for fault in set_aside(one)])
    if form == "table":  # csv and json keep the names that programs rely on
        words = {one: messages.text(f"analyst.{one}", None) for one in changes["change"].unique()}
        changes["change"] = changes["change"].map(words)
        console.show(changes, form, {c: say(f"diff_{c}") for c in changes})
    else:
        console.show(changes, form)
    for file in files if take else ():
        print(say("taken", path=take_file(file, found=read[file])))


@app.command("read-plan", help=say("read_plan"))
def read_plan(
    document: Annotated[Path, typer.Argument(help=say("arg_document"))],
    out: Annotated[Path, typer.Option("--out", help=say("opt_out"))],
) -> None:
    """Candidate targets from a plan document."""
    from healthplan import planreader, registers

    with console.bar(say("reading")) as advance:
        found = planreader.read_plan(document, indicators=registers.load_indicators(), progress=advance)
    planreader.write_candidates(found, out)
    print(say("written", path=out, rows=len(found)))
    if found.empty:
        print(planreader.passed_over(document))
    elif left := planreader.unread(document):
        print(left)


@app.command("read-figures", help=say("read_figures"))
def read_figures(
    documents: Annotated[list[Path], typer.Argument(help=say("arg_documents"))],
    out: Annotated[Path, typer.Option("--out", help=say("opt_out"))],
    area: Annotated[str, typer.Option("--area", help=say("opt_figure_area"))] = "",
) -> None:
    """The figures of bulletins, yearbook pages and summaries, for a person to confirm."""
    from healthplan import planreader, registers

    known = registers.load_registers()
    tables = {"indicators": known.indicators, "areas": known.areas}
    with console.bar(say("reading_figures")) as advance:
        found = planreader.read_figures(documents, area=area, progress=advance, **tables)
    planreader.write_candidates(found, out, planreader.FIGURE_COLUMNS)
    aside = found["kind"].isin(["planned", "change"])
    counts = {"rows": len(found), "figures": int((~aside).sum()), "aside": int(aside.sum())}
    print(say("figures_read", path=out, **counts))
    if open_year := int(((found["year"] == "") & ~aside).sum()):
        print(say("figures_open", rows=open_year))


@app.command("add-plan", help=say("add_plan"))
def add_plan(
    sheet: Annotated[Path, typer.Argument(help=say("arg_sheet"))],
    plan: Annotated[str, typer.Option("--plan", help=say("opt_plan"))],
    area: Annotated[str, typer.Option("--area", help=say("opt_area"))],
    title: Annotated[str, typer.Option("--title", help=say("opt_title"))],
) -> None:
    """A confirmed sheet becomes a plan of the workspace."""
    from healthplan import newplan, registers
    from healthplan.language.phrases import prints_period

    known = registers.load_registers()
    place = newplan.area_id(area, known.areas)
    rows = _confirmed_rows(sheet, known, place)
    made = newplan.new_plan(rows, plan_id=plan, area=place, title=title, indicators=known.indicators, areas=known.areas)
    newplan.write_plan(made)
    counts = {"targets": len(made["targets"]), "indicators": len(made["indicators"])}
    print(messages.text("newplan.done", None, plan=plan, **counts))
    if not prints_period(about := made["about"]):
        years = {"start": about["period_start"], "end": about["period_end"]}
        print(messages.text("newplan.years_taken", None, **years))
    if goals := newplan.unbegun(made):
        print(messages.text("newplan.unbegun", None, goals="、".join(goals)))


def _confirmed_rows(sheet: Path, known: Registers, area: str) -> pd.DataFrame:
    """The rows of a confirmed sheet of candidates, or of a simple target sheet, which a person wrote. Raises
    :class:`InputError` for a line of another registered area than the plan's."""
    from healthplan import planreader
    from healthplan.errors import refuse
    from healthplan.intake import as_candidates, read_any

    found = read_any(sheet, area=area)
    if found.kind != "targets":
        try:
            rows, faults = planreader.load_confirmed(sheet, known.indicators)
            refuse(faults)
            return rows
        except InputError as error:
            # nothing of a sheet that read-plan wrote: then one that a person wrote
            lacking = [str(f.value).split(", ") for f in error.faults if f.code == "READ-SHEET"]
            if not any("name" in columns for columns in lacking):
                raise
        found = read_any(sheet, "targets", area=area)
    others = (set(known.areas["area"]) - {area}) & set(found.table["area"])
    strange = found.table[found.table["area"].isin(others)].itertuples()
    more = (Fault("PLAN-AREA", r.file, r.sheet, r.row, "地区", r.area_name) for r in strange)
    refuse([*found.faults, *more])
    return as_candidates(found)


@app.command(help=say("init"))
def init(folder: Annotated[Path, typer.Argument(help=say("arg_dir"))]) -> None:
    """A workspace for a new district, ready to fill, that runs as it stands."""
    from healthplan.starter import GUIDE, make_workspace

    files = make_workspace(folder)
    print(say("made", path=folder, files=len(files), guide=folder / GUIDE))


def _entering(register: str) -> typer.Typer:
    """The command ``add`` of a register: asked for what is needed, or all of it by options, or from a workbook."""
    found = typer.Typer(help=say(f"enter_{register}"))

    @found.command("add", help=say(f"enter_{register}"))
    def add(
        name: Annotated[str, typer.Argument(help=say("arg_enter"))] = "",
        told: Annotated[list[str] | None, typer.Option("--set", help=say("opt_enter_set"))] = None,
        file: Annotated[Path | None, typer.Option("--file", help=say("opt_enter_file"))] = None,
    ) -> None:
        from healthplan import enter

        if file is not None:
            rows = enter.from_file(register, file)
        else:
            rows = [_answers(enter.ASKED[register], name, told or [])]
        ids = enter.add(register, rows, str(file) if file else "")
        for row, one in zip(rows, ids, strict=True):
            print(say("entered", name=row["name_zh"], id=one))

    return found


def _answers(asked: dict[str, dict[str, str]], name: str, told: list[str]) -> dict[str, str]:
    """The answers given as 问题=答案, and those to the questions that are left; what is not needed only where nothing was
    given at all."""
    columns = {row["question"]: column for column, row in asked.items()} | {c: c for c in asked}
    found = {"name_zh": name} if name else {}
    for one in told:
        question, _, answer = one.partition("=")
        if question not in columns or not answer:
            wrong_value("--set", one, "、".join(f"{row['question']}=" for row in asked.values()))
        found[columns[question]] = answer
    every = not found
    for column, row in asked.items():
        if column not in found and (row["needed"] or every):
            choices = "/".join(pair.split("=")[0] for pair in row["words"].split(";") if pair)
            question = row["question"] + (f"（{choices}）" if choices else "")
            default = None if row["needed"] else ""
            found[column] = typer.prompt(question, default=default, show_default=False)
    return found


app.add_typer(_entering("areas"), name="area")
app.add_typer(_entering("indicators"), name="indicator")


@app.command(help=say("consistency"))
def consistency(plan: PlanArgument, form: FormatOption = "table") -> None:
    """Where a plan contradicts itself, its parts or the past."""
    from healthplan.line import plan_findings
    from healthplan.plans import load_plan

    message = f"message_{messages.default_language()}"
    shown = ("finding", "severity", "target_ids", "locator", message)
    console.show(plan_findings(load_plan(plan)), form, shown)


def _tidy(files: list[Path], folder: Path, as_of: int | None, area: str) -> Path:
    """One table that can be projected as it stands: large panels are, people's workbooks and tables in other
    encodings go through the reader of people's files first; of several files every figure counts once, in the edition
    that was known at ``as_of``, and figures of areas that were merged are summed."""
    from healthplan import registers
    from healthplan.area_changes import with_sums
    from healthplan.observations import as_known

    if len(files) == 1 and _is_ready(files[0]):
        return files[0]
    if missing := [f for f in files if not f.is_file()]:
        return missing[0]  # the projection's own message names it
    known = registers.load_registers()
    table, doubts = _read_together(files, area)
    console.questions(doubts)
    told = as_known(table, as_of)
    table = with_sums(told, known.area_changes, known.indicators, known.areas)
    if (table["group"] == "").all():
        table = table.drop(columns="group")
    path = folder / "observations.parquet"
    table.to_parquet(path, index=False)
    return path


def _doubted(path: Path) -> set[int]:
    """The rows of a small csv of ours for which ``check`` would refuse it, all its doubts said."""
    from healthplan.errors import refuse
    from healthplan.intake import read_figures

    if path.suffix.lower() != ".csv" or not path.is_file() or path.stat().st_size > SMALL:
        return set()
    found = read_figures(path, shown=workspace.legible(str(path)), by_series=True)
    # columns that check does not know are those of a panel (parent, stock)
    console.questions(one for one in found.faults if one.code != "LEFT-COLUMN")
    refuse(found.faults)
    return {fault.row or 0 for fault in found.faults if fault.code == "SERIES-LEFT"}


def _read_together(files: list[Path], area: str) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """The figures of all files. Tables that can be projected are taken as they stand; where figures stand in two of them
    and differ, they are read as people's files are, whose source or note may say which is newer; what then still
    contradicts is a fault."""
    from healthplan.errors import refuse

    ready = [f for f in files if _is_ready(f)]
    fixed = [f for f in ready if f.suffix.lower() == ".parquet" or f.stat().st_size > LARGE]
    table, doubts, wrong = _put_together(files, ready, area)
    if wrong and fixed != ready:
        table, doubts, wrong = _put_together(files, fixed, area)
    refuse(wrong)
    return table, doubts


def _put_together(
    files: list[Path], panels: list[Path], area: str
) -> tuple[pd.DataFrame, tuple[Fault, ...], list[Fault]]:
    """All figures once, with what was said and with what contradicts; ``panels`` are taken as they stand."""
    import pandas as pd

    from healthplan import tables
    from healthplan.intake import load_user_observations

    other = [str(f) for f in files if f not in panels]
    table: pd.DataFrame = tables.empty("observations")
    doubts: tuple[Fault, ...] = ()
    if other:
        table, doubts = load_user_observations(other, by_series=True, area=area)
    frames = [table, *map(_panel, panels)]
    together = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    text = ["group", "period", "edition"]
    together[text] = together.reindex(columns=text).astype("object").fillna("").astype("str")
    key = list(tables.ALL["observations"].key)
    wrong = _contradicting(together[together.duplicated(key, keep=False)], key)
    return together.drop_duplicates(key, ignore_index=True), doubts, wrong


def _panel(path: Path) -> pd.DataFrame:
    import pandas as pd

    as_csv = path.suffix.lower() == ".csv"
    frame = pd.read_csv(path, encoding="utf-8-sig") if as_csv else pd.read_parquet(path)
    return frame.assign(file=workspace.legible(str(path)), row=range(2, len(frame) + 2))


def _contradicting(again: pd.DataFrame, key: list[str]) -> list[Fault]:
    """The first figures that two files give differently, of those that stand in both."""
    both = again.drop_duplicates(key).merge(again, on=key, suffixes=("_first", ""))
    apart = (both["value"] - both["value_first"]).abs() > 1e-9 * both["value"].abs().clip(lower=1)
    return [
        Fault(
            "KEY-FILES", row["file"], row=int(row["row"]), column="value", value=row["value"],
            fields={
                "name": row["indicator"], "area": row["area"], "year": row["year"], "other_file": row["file_first"],
                "other_row": int(row["row_first"]), "other_value": f"{row['value_first']:g}",
            },
        )
        for row in both[apart].head(20).to_dict("records")
    ]  # fmt: skip


def _is_ready(path: Path) -> bool:
    """Parquet, or a csv with our own column names in its first line, every edition of no figure and no column of
    somebody's own that says whose figures these are; a missing file is left to the projection's own message."""
    from healthplan.language import vocabulary

    kind = path.suffix.lower()
    if kind != ".csv" or not path.is_file():
        return kind == ".parquet" or not path.is_file()
    head = path.read_bytes()[:4096].removeprefix(b"\xef\xbb\xbf").split(b"\n")[0]
    names = [name.strip().strip('"') for name in head.decode("utf-8", "replace").split(",")]
    ours = {"indicator", "area", "year", "value"} <= set(names) and "edition" not in names
    return ours and not any(map(vocabulary.may_tell_groups, names))


@app.command(help=say("run"))
def run(
    parameters: Annotated[list[Path] | None, typer.Argument(help=say("arg_parameters"))] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, max=64, help=say("opt_jobs"))] = 2,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out_dir"))] = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", help=say("opt_lang"))] = None,
) -> None:
    """The scheduled job: reports and the site."""
    for one in lang or []:
        one_of("--lang", one, messages.LANGUAGES)
    here = workspace.current()
    print(messages.text("run.workspace", None, path=here.root), flush=True)
    from healthplan.report.command import make_reports  # takes a second or two

    files = parameters or sorted(here.parameters().glob("*.yaml"))
    failed = make_reports(files, out or here.reports(), workers=jobs, langs=lang or [])
    raise typer.Exit(1 if failed else 0)


def main() -> None:
    """Run the command line; bad input is one clear message, never a traceback."""
    console.prepare()
    try:
        app()
    except HealthplanError as error:
        console.complain(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print(say("interrupted"), file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("HEALTHPLAN_DEBUG"):
            raise
        if isinstance(error, OSError) and error.errno:
            place = workspace.shown(error.filename) if isinstance(error.filename, str) else ""
            fault = Fault("FILE-WRITE", place, fields={"reason": system_words(error)})
            console.complain(InputError(fault))
        else:
            words = f"{type(error).__name__}: {error}".splitlines()[0]
            print(say("unexpected", error=words), file=sys.stderr)
        sys.exit(InputError.exit_code)

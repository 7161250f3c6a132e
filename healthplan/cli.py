"""``healthplan ...``: puts the steps in a row; files are read and written here, at the two ends.

Exit codes: 0 done, 1 bad input or a failed report, 2 a wrong name, option or parameter.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import pandas as pd
import typer

from healthplan import __version__, console, messages, registers, workspace
from healthplan.errors import Fault, HealthplanError, InputError, UsageError, one_of, refuse, system_words, wrong_value
from healthplan.language.phrases import prints_period
from healthplan.observations import as_known, load_observations
from healthplan.plans import coverage, load_plan, plan_ids
from healthplan.quarter import commands
from healthplan.starter import GUIDE, make_workspace

if TYPE_CHECKING:
    from healthplan.intake import Intake

# What reads people's files and what judges is imported by the commands that need it: the others start in half a second.


def say(key: str, **fields: Any) -> str:
    """A sentence of the command line in the session's language."""
    return messages.text(f"cli.{key}", None, **fields)


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


def _result(place: Path | None) -> Path | None:
    """Where a command writes its result: over no file that is data, parameters or a notebook of the workspace."""
    with suppress(UsageError):  # there need not be a workspace
        if place and place.is_file() and workspace.current().holds(place):
            raise InputError(Fault("OUT-OURS", workspace.shown(place), column="--out"))
    return place


# What an option is beside its help (``opt_<command>_<parameter>`` of the catalogue, or ``opt_<parameter>``): by
# parameter, or by command and parameter.
OPTIONS: dict[str, dict[str, Any]] = {
    "as_of": {"min": 1949, "max": 2100},
    "to": {"min": 1950, "max": 2100},
    "jobs": {"min": 1, "max": 64},
    "keep": {"min": 1, "max": 1000},
    "timeout": {"min": 1},
    "memory": {"min": 0},
    "form": {"callback": _form},
    "out": {"callback": _result},
    "check.form": {},
    "port": {"min": 1, "max": 65535},
}
PAGES = (".html", ".csv", ".ipynb", ".pdf", ".docx", ".xlsx")  # endings of what a site holds
YAML = (".yaml", ".yml")  # endings of parameter files
FLAGS = {"form": "format", "heads": "map", "told": "set"}  # where it is not the parameter's own name
Command = TypeVar("Command", bound=Callable[..., None])


def _argument(told: str, kind: Any) -> Any:
    """A positional argument; files are looked at where they are opened, each for itself."""
    return typer.Argument(help=told, parser=_path, metavar="PATH") if kind == list[Path] else typer.Argument(help=told)


def _path(written: str | Path) -> Path:
    if not str(written):
        wrong_value("files", written, "PATH")
    return Path(written)


def command(*arguments: str, group: typer.Typer | None = None, prefix: str = "") -> Callable[[Command], Command]:
    """A command of its function's name, with the catalogue's help (its key behind ``prefix``); its parameters are options,
    but for ``arguments``."""

    def declared(does: Command) -> Command:
        named = does.__name__
        kinds = get_type_hints(does)
        for name in inspect.signature(does).parameters:
            own = f"opt_{prefix}{named}_{name}"
            told = say(f"arg_{name}" if name in arguments else own if messages.has(f"cli.{own}") else f"opt_{name}")
            more = OPTIONS.get(f"{named}.{name}", OPTIONS.get(name, {}))
            flag = "--" + FLAGS.get(name, name).replace("_", "-")
            how = _argument(told, kinds[name]) if name in arguments else typer.Option(flag, help=told, **more)
            does.__annotations__[name] = Annotated[kinds[name], how]
        how_said = say(f"{prefix}{named}") if prefix or not group else group.info.help
        return (group or app).command(named.replace("_", "-"), help=how_said)(does)

    return declared


def _version(wanted: bool) -> None:
    if wanted:
        print(f"healthplan {__version__}")
        raise typer.Exit


VERSION = typer.Option("--version", callback=_version, is_eager=True, help=say("opt_version"))


@app.callback()
def _main(version: Annotated[bool, VERSION] = False) -> None:
    pass


@command()
def plans(form: str = "table") -> None:
    """Plans with counts and coverage by data."""
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


@command("plan")
def targets(plan: str, form: str = "table") -> None:
    """Every target of a plan."""
    name = f"name_{messages.default_language()}"
    shown = ("target_id", name, "comparator", "value", "value_high", "unit", "deadline")
    console.show(load_plan(plan).targets, form, (*shown, "departments", "locator"))


@command("plan")
def milestones(plan: str, form: str = "table") -> None:
    """Every milestone of a plan."""
    name = f"deliverable_{messages.default_language()}"
    shown = ("milestone_id", name, "deadline", "departments", "locator")
    console.show(load_plan(plan).milestones, form, shown)


@command("plan")
def gaps(
    plan: str = "",
    as_of: int | None = None,
    observations: list[str] | None = None,
    method: str = "ensemble",
    form: str = "table",
    targets: Path | None = None,
    out: Path | None = None,
    shard: str = "",
    scheduler: str = "",
) -> None:
    """The gap table of a plan, or of a table of goals of many areas."""
    files = observations or []
    if targets is not None:
        _gaps_of_areas(targets, files, out, as_of=as_of, method=method, shard=shard, scheduler=scheduler)
        return
    from healthplan.line import view

    for name, given in (("--out", out), ("--shard", shard), ("--scheduler", scheduler)):
        if given:
            wrong_value(name, given, "--targets T.parquet --observations DIR --out FILE")
    lang = messages.default_language()
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


def _gaps_of_areas(
    targets: Path, observations: list[str], out: Path | None, *, shard: str, scheduler: str, **how: Any
) -> None:
    from healthplan import parts, province

    if out is None or len(observations) != 1:
        wrong_value("--targets", targets, "--targets T.parquet --observations DIR --out FILE")
    how |= {"shard": parts.shard_of(shard) if shard else None, "scheduler": scheduler}
    with console.bar(say("judging")) as go:
        given = targets, Path(observations[0]), out, registers.load_registers()
        rows, faults = province.judge_file(*given, **how, progress=go)
    console.questions(faults, every=True)
    print(say("written", path=out, rows=rows))


@command()
def project(
    observations: list[Path], to: int, out: Path, as_of: int | None = None, method: str = "ensemble", area: str = "",
    heads: list[str] | None = None, shard: str = "", scheduler: str = "",
) -> None:  # fmt: skip
    """A long table of any size, or a folder of Parquet files, to trajectories."""
    from healthplan import intake, parts, vintages
    from healthplan.projection import project_file

    _remember(observations, heads)
    where: dict[str, Any] = {"shard": parts.shard_of(shard) if shard else None, "scheduler": scheduler}
    known = {"indicators": registers.load_indicators(), "areas": registers.load_areas()}
    tell = lambda faults: console.questions(intake.in_short(faults))  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="healthplan-") as folder, console.bar(say("projecting")) as go:
        table, lost = vintages.to_project(observations, Path(folder), as_of, area, console.questions)
        how: dict[str, Any] = {
            "as_of": as_of,
            "method": method,
            "sieve": intake.Sieve(intake.register(), frozenset(lost)),
        }
        rows = project_file(table, out, to=to, progress=go, tell=tell, **how, **known, **where)
    print(say("written", path=out, rows=rows))


@command("files")
def merge(files: list[Path], out: Path) -> None:
    """The shards of a run as its whole file."""
    from healthplan import parts

    print(say("written", path=out, rows=parts.merge(files, out)))


@command("files")
def check(
    files: list[Path], form: str = "text", kind: str = "", area: str = "", heads: list[str] | None = None
) -> None:
    """All faults of any input file in one pass."""
    from healthplan import intake

    one_of("--format", form, ("text", "json"))
    _remember(files, heads)
    known = as_known(load_observations())
    read = (intake.read_any(file, kind=kind or None, observations=known, area=area) for file in files)
    found = [_checked_further(one, str(file)) for one, file in zip(read, files, strict=True)]
    names = [workspace.legible(str(file)) for file in files]
    further = intake.held_together(found)
    more = [tuple(fault for fault in further if fault.file == name) for name in names]
    found = [replace(one, faults=one.faults + own) for one, own in zip(found, more, strict=True)]
    console.show_check(found, names, form)
    raise typer.Exit(0 if all(one.ok for one in found) else 1)


def _remember(files: list[Path], heads: list[str] | None) -> None:
    """Keeps in the workspace what ``--map`` says of the heads of these files."""
    from healthplan import intake

    if heads:
        print(say("mapped", path=workspace.shown(intake.remember_heads(files, heads))), file=sys.stderr)


def _checked_further(found: Intake, file: str) -> Intake:
    """A readable sheet of candidates is also held against what a person must have decided."""
    from healthplan.planreader import load_confirmed

    more: tuple[Fault, ...] = ()
    try:
        if found.ok and found.kind == "plan_sheet":
            more = tuple(load_confirmed(file)[1])
    except HealthplanError as error:
        more = error.faults
    return replace(found, faults=more + found.faults)


@command("files")
def diff(
    files: list[Path], take: bool = False, form: str = "table", area: str = "", heads: list[str] | None = None
) -> None:
    """What new files of figures would add, change or drop; taken only when told so."""
    from healthplan import intake

    _remember(files, heads)
    if len(files) > 1:
        console.questions(intake.load_user_observations([str(file) for file in files], area=area)[1])
    read = {file: intake.whole(file, area=area) for file in files}
    changes = pd.concat([intake.diff_file(file, found=one) for file, one in read.items()], ignore_index=True)
    console.questions([fault for one in read.values() for fault in intake.set_aside(one)])
    if form == "table":  # csv and json keep the names that programs rely on
        words = {one: messages.text(f"analyst.{one}", None) for one in changes["change"].unique()}
        changes["change"] = changes["change"].map(words)
        console.show(changes, form, {c: say(f"diff_{c}") for c in changes})
    else:
        console.show(changes, form)
    for file in files if take else ():
        print(say("taken", path=intake.take_file(file, found=read[file])))


@command("document")
def read_plan(document: Path, out: Path) -> None:
    """Candidate targets from a plan document."""
    from healthplan import planreader

    with console.bar(say("reading")) as advance:
        does, known = planreader.read_and_tell, registers.load_indicators()
        found, told = planreader.within_limits(does, [document], document, known, progress=advance)
    planreader.write_candidates(found, out)
    print(say("written", path=out, rows=len(found)))
    for line in told:
        print(line)


@command("documents")
def read_figures(documents: list[Path], out: Path, area: str = "") -> None:
    """The figures of bulletins, yearbook pages and summaries, for a person to confirm."""
    from healthplan import planreader

    known = registers.load_registers()
    with console.bar(say("reading_figures")) as advance:
        how: dict[str, Any] = {"indicators": known.indicators, "areas": known.areas, "progress": advance}
        found = planreader.within_limits(planreader.read_figures, documents, documents, area=area, **how)
    planreader.write_candidates(found, out, planreader.FIGURE_COLUMNS)
    aside = found["kind"].isin(["planned", "change"])
    counts = {"rows": len(found), "figures": int((~aside).sum()), "aside": int(aside.sum())}
    print(say("figures_read", path=out, **counts))
    if open_year := int(((found["year"] == "") & ~aside).sum()):
        print(say("figures_open", rows=open_year))


@command("sheet")
def add_plan(sheet: Path, plan: str, area: str, title: str) -> None:
    """A confirmed sheet becomes a plan of the workspace."""
    from healthplan import newplan

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


def _confirmed_rows(sheet: Path, known: registers.Registers, area: str) -> pd.DataFrame:
    """The rows of a confirmed sheet of candidates, or of a simple target sheet, which a person wrote. Raises
    :class:`InputError` for a line of another registered area than the plan's."""
    from healthplan import intake, planreader

    found = intake.read_any(sheet, area=area)
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
        found = intake.read_any(sheet, "targets", area=area)
    others = (set(known.areas["area"]) - {area}) & set(found.table["area"])
    strange = found.table[found.table["area"].isin(others)].itertuples()
    more = (Fault("PLAN-AREA", r.file, r.sheet, r.row, "地区", r.area_name) for r in strange)
    refuse([*found.faults, *more])
    return intake.as_candidates(found)


@command("folder")
def init(folder: Path) -> None:
    """A workspace for a new district, ready to fill, that runs as it stands."""
    files = make_workspace(folder)
    print(say("made", path=folder, files=len(files), guide=folder / GUIDE))


@command("report")
def new_report(report: str, plan: str = "") -> None:
    """A notebook of one's own with its parameter file."""
    from healthplan.report import new_report as own  # takes a second

    made = own.new_report(report, plan)
    told = {"notebook": workspace.shown(made.notebook), "parameters": workspace.shown(made.parameters)}
    print(say("report_made", plan=made.plan, **told))
    if not plan:
        print(say("report_plan", plan=made.plan))


@command()
def lab(port: int | None = None, no_browser: bool = False, lang: str = "") -> None:
    """JupyterLab on the workspace, until it is ended."""
    from healthplan import lab as room

    words = lang or messages.default_language()
    one_of("--lang", words, messages.LANGUAGES)
    room.serve(
        workspace.chosen().root, words, port, not no_browser, lambda url: print(say("lab_at", url=url), flush=True)
    )


def _entering(register: str) -> typer.Typer:
    """The command ``add`` of a register: asked for what is needed, or all of it by options, or from a workbook."""
    found = typer.Typer(help=say(f"enter_{register}"))

    @command("name", group=found)
    def add(name: str = "", told: list[str] | None = None, file: Path | None = None) -> None:
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


def _ledger() -> typer.Typer:
    """The commands of the quarterly round."""
    found = typer.Typer(help=say("ledger"), no_args_is_help=True)
    for does in commands.ALL:
        command("plan", "files", "year", group=found, prefix="ledger_")(does)
    return found


app.add_typer(_ledger(), name="ledger")
app.add_typer(_entering("areas"), name="area")
app.add_typer(_entering("indicators"), name="indicator")


@command("plan")
def consistency(plan: str, form: str = "table") -> None:
    """Where a plan contradicts itself, its parts or the past."""
    from healthplan.line import plan_findings

    message = f"message_{messages.default_language()}"
    shown = ("finding", "severity", "target_ids", "locator", message)
    console.show(plan_findings(load_plan(plan)), form, shown)


@command("parameters")
def run(
    parameters: list[Path] | None = None, jobs: int = 2, out: Path | None = None, lang: list[str] | None = None, formats: str = "html",
    force: bool = False, keep: int = 10, timeout: int = 600, memory: int = 0, log: Path | None = None, notify: str = "",
) -> None:  # fmt: skip
    """The scheduled job: reports and the site."""
    for one in lang or []:
        one_of("--lang", one, messages.LANGUAGES)
    here = workspace.chosen()
    console.tell(messages.text("run.workspace", None, path=here.root))
    found = (
        file for file in sorted(here.parameters().glob("*")) if file.suffix.lower() in YAML and file.name[0] != "."
    )
    files = parameters or list(found)
    if not files:
        raise UsageError(Fault("RUN-NONE", workspace.shown(here.parameters())))
    _tidy_when_asked_to_end()
    # two seconds of jsonschema's, for a kind of text that no notebook has
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from healthplan.report import forks

    out = out or here.reports()
    for option, place in (("--out", out), ("--log", log), ("--notify", Path(notify) if notify else None)):
        if place and (here.holds(place) or place.resolve() == here.root.resolve()):
            raise UsageError(Fault("RUN-PLACE", column=option, value=workspace.shown(place)))
        if option != "--out" and place and place.suffix.lower() in PAGES:
            wrong_value(option, place, ".jsonl / .log / .txt")
    try:
        if _may_have_changed(here, out / "manifest.json"):  # then what reports need loads while the rest does
            from healthplan.report import kernel

            kernel.warm()
        failed = _reports(files, out, (jobs, timeout, memory << 20), formats, lang or [], force, keep, log, notify)
    finally:
        forks.cool()
    raise typer.Exit(1 if failed else 0)


def _may_have_changed(here: workspace.Workspace, last: Path) -> bool:
    """Whether a file of the workspace is younger than the last run's manifest: a guess that decides nothing, for contents do."""
    rooms = (here.data(), here.parameters(), here.notebooks())
    files = [file for room in rooms for file in room.rglob("*") if file.is_file()]
    return not last.is_file() or any(file.stat().st_mtime > last.stat().st_mtime for file in files)


def _reports(
    files: list[Path], out: Path, most: tuple[int, int, int], formats: str, langs: list[str], force: bool, keep: int,
    log: Path | None, notify: str,
) -> int:  # fmt: skip
    from healthplan.report.command import Beside, make_reports  # takes a second
    from healthplan.report.formats import chosen
    from healthplan.report.outcome import How
    from healthplan.report.progress import Progress

    def quarters(folder: Path) -> int:
        from healthplan.quarter import pages

        return pages.write_plans(folder)

    workers, timeout, memory = most
    how, beside = How(workers, chosen(formats), timeout, memory), Beside(quarters, _followed)
    told = Progress(log, notify)
    return make_reports(files, out, how, langs=langs, beside=beside, force=force, keep=keep, progress=told)


def _tidy_when_asked_to_end() -> None:
    """SIGTERM and SIGHUP end the run as Ctrl-C does: kernels end, files are put away; only the exit code is theirs."""
    for asked in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(asked, lambda number, _: sys.exit(128 + number))


def _followed() -> list[Path]:
    """The files of the plans that have a ledger."""
    plans = sorted(at.parent for at in workspace.data("plans").glob("*/ledger"))
    return [file for plan in plans for file in sorted(plan.rglob("*")) if file.is_file()]


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

"""The sheet a person confirms: written for Excel, read back with every fault named.

What a sheet lacks that was written before there were columns for groups, years, ranks and references stands in the
evidence of its rows: it is read again, and the goal in it that has the row's number gives what is missing. A row whose
number a person changed keeps what it says.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files, messages
from healthplan.errors import Fault, InputError, UsageError
from healthplan.language import characters, comparators, dates, groups, numbers, units
from healthplan.language.names import Register, core, likeness, register
from healthplan.planreader.block import opened
from healthplan.planreader.candidates import COLUMNS
from healthplan.planreader.cell import read_cell
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period
from healthplan.planreader.plain import decode
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import Claim, Context, scope_of
from healthplan.tables import COMPARATORS

DECISIONS = {
    "accept": "采用 accept accepted 接受 采纳 确认 是 yes y √ ✓ ok",
    "change": "修改 change changed edit edited 更改 已改 改",
    "drop": "删除 drop dropped delete remove 不用 不采用 舍弃 否 no n × x",
}
OFFERED = {"zh": ["采用", "修改", "删除"], "en": ["accept", "edit", "drop"]}
NEEDED = ("indicator", "name", "comparator", "value", "value_high", "unit", "deadline", "decision")
"""Without these a sheet is none; the other columns may be missing."""
NEWER = "group"
"""A sheet that lacks this column was written before there were columns for kinds of goals."""
FAR = 3.0  # times the highest believable value: another unit was meant
_NUMBERS = ("value", "value_high", "tolerance", "confidence")
_WORDS = {
    "wording": {"must": "必须 应 必达", "strive": "力争 争取 努力"},
    "nature": {"binding": "约束性 约束", "expected": "预期性 预期"},
    "per": {"year": "每年 年均 逐年 yearly", "period": "累计 期间 合计 total"},
    "side": {one: comparators.word(one) for one in comparators.WAYS if one in comparators.SIDES}
    | {"falling": "下降 降低", "rising": "上升 提高", "steady": "稳定 保持", "slowing": "减缓 放缓"},
}


def decision(written: str) -> str:
    """accept, change or drop, as a person writes it; "" for anything else."""
    word = characters.clean(written).lower().strip("。.!！;； ")
    return next((meant for meant, said in DECISIONS.items() if word in said.split()), "")


def write_candidates(frame: pd.DataFrame, out: str | Path, columns: tuple[str, ...] = COLUMNS) -> Path:
    """The candidates with an empty `decision` column, as CSV (UTF-8 with BOM) or .xlsx by ending.

    Raises UsageError (READ-ENDING) for another ending.
    """
    path = Path(out)
    sheet = frame.reindex(columns=list(columns)).assign(decision="")
    ending = path.suffix.lower()
    if ending == ".csv":
        files.write_csv(sheet.map(_plain), path)
    elif ending == ".xlsx":
        with files.beside(path) as part:
            _write_xlsx(sheet, part)
    else:
        raise UsageError(Fault("READ-ENDING", file=str(path), value=path.suffix))
    return path


def _plain(value: Any) -> Any:
    """Numbers lose empty decimals."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.10g}"
    return value


def _write_xlsx(sheet: pd.DataFrame, path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("candidates")
    head = book.add_format({"bold": True, "bg_color": "#DDE7EE", "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    widths = {"evidence": 60, "name": 32, "why": 30, "locator": 16}
    for c, name in enumerate(sheet.columns):
        page.write_string(0, c, name, head)
        page.set_column(c, c, widths.get(name, 12), wrap)
    for r, row in enumerate(sheet.itertuples(index=False), 1):
        for c, value in enumerate(row):
            if isinstance(value, float):
                if not pd.isna(value):
                    page.write_number(r, c, value)
            elif value:
                page.write_string(r, c, str(value))
    last, column = max(len(sheet), 1), len(sheet.columns) - 1
    offered = {"validate": "list", "source": OFFERED[messages.default_language()]}
    page.data_validation(1, column, last, column, offered)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, last, column)
    book.close()


def load_confirmed(path: str | Path, indicators: pd.DataFrame | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows a person accepted or changed, and every fault of the sheet.

    Returns the candidate columns (rows with decision drop are left out, in the sheet's order) and the faults: an empty
    or unknown decision, a value that is no number, a comparator or deadline that is none, with `indicators` (the
    register) an indicator that is not in it. Cells are read as people write them and spreadsheets keep them: 2027年12月,
    Dec-27, 75%, 不低于, a registered name for its id. Any fault of severity error means that nothing may enter the plan.
    Raises InputError where the file cannot be read as such a sheet.
    """
    path = Path(path)
    frame = _read(path)
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise InputError(Fault("READ-SHEET", file=path.name, value=", ".join(missing), row=1))
    known = None if indicators is None else register(indicators)
    faults: list[Fault] = []
    kept = []
    for row, cells in enumerate(frame.to_numpy().tolist(), 2):
        if not "".join(map(str, cells)).strip():
            continue
        written = [characters.clean(str(cell)) for cell in cells]
        record = dict.fromkeys(COLUMNS, "") | dict(zip(frame.columns, written, strict=True))
        told = decision(record["decision"])
        if told == "drop":
            continue
        typed = _typed(record, known)
        if told:
            typed = typed if NEWER in frame.columns else _complete(typed, frame.columns, known)
            found = list(_faults(record, typed, path.name, row, known))
        else:
            code = "READ-DECISION" if record["decision"] else "READ-UNDECIDED"
            found = [Fault(code, path.name, row=row, column="decision", value=record["decision"])]
        faults += found
        if not found:
            kept.append(typed)
    more = ["spelled"] if any(row.get("spelled") for row in kept) else []
    rows = pd.DataFrame(kept, columns=[*COLUMNS, *more])
    return rows.astype(dict.fromkeys(_NUMBERS, "float64")), faults


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(Fault("READ-MISSING", file=str(path), value=path.name))
    with opened(path, Exception):  # each reader raises its own kinds for a damaged file
        if path.suffix.lower() == ".xlsx":
            frame = pd.read_excel(path, dtype=str, engine="calamine", keep_default_na=False)
        else:
            text = decode(path).lstrip("\ufeff")
            sign = max(",\t;，", key=text.split("\n", 1)[0].count)
            frame = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False, sep=sign)
        frame = files.read_back(frame)
    frame.columns = [str(name).strip().lower() for name in frame.columns]
    return frame.fillna("")


# --- a row as the table of candidates declares it -----------------------------------------------------


def _typed(record: dict[str, str], known: Register | None) -> dict[str, Any]:
    """A row with its cells as declared; None for a number that is none."""
    row: dict[str, Any] = {name: record[name] for name in COLUMNS}
    word = record["comparator"].lstrip("'")
    row["comparator"] = comparators.read(word) or word
    for name in _NUMBERS:
        # 10以内 is 10 where the comparator says so already
        sign, rest, _ = comparators.in_cell(record[name], row["comparator"] in comparators.CEILINGS)
        said = sign and sign == row["comparator"] and sign in comparators.STATED
        row[name] = _number(rest if said else record[name], record["unit"])
    row["deadline"] = dates.deadline(record["deadline"])
    year = record["baseline_year"]
    row["baseline_year"] = dates.deadline(re.sub(r"\.0+$", "", year))[:4] or year
    for column, meant in _WORDS.items():
        written = record[column].lower().removesuffix("指标")
        row[column] = next((word for word, said in meant.items() if written in said.split()), written)
    row["wording"] = row["wording"] or "must"
    unit = units.parse(record["unit"])
    row["unit"] = unit.unit if unit and unit.unit in units.RATIOS else record["unit"]
    group = groups.read(record["group"])
    row["group"] = record["group"] if group is None else group
    if known is not None and record["indicator"]:
        row["indicator"] = known.indicator(record["indicator"], record["unit"]).id
    return row


def _number(text: str, unit: str) -> float | None:
    """1,200, １２００, 75% or 9/10万 in the row's unit; None for anything else, and for a number without end."""
    plain = characters.half_width(text).removesuffix(unit or "%").strip()
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        found = float(plain)
    except ValueError:
        one = numbers.find_quantities(text)
        whole = len(one) == 1 and one[0].end - one[0].start == len(text)
        return units.convert(one[0].value, one[0].unit, unit or one[0].unit) if whole else None
    return found if math.isfinite(found) else None


# --- a row of an older sheet ---------------------------------------------------------------------------

_KINDS = {comparators.RANK, comparators.REFERENCE, comparators.TREND}
_BLANKS = ("per", "side", "each", "reference", "reference_indicator", "baseline_year", "tolerance")


def _complete(row: dict[str, Any], columns: Iterable[str], known: Register | None) -> dict[str, Any]:
    """A row with what its evidence says beside its number; ``columns`` are the sheet's own."""
    found = _of_evidence(row, known)
    if found is None:
        return {**row, "unread": _unread(row)}
    whose = (known or Register()).grouped(found.name, row["unit"], found.group)
    kind = found.comparator if found.comparator in _KINDS else row["comparator"]
    apart = kind in _KINDS or found.each or whose.group
    name = whose.name if whose.group else found.name if apart or found.group else row["name"]
    exactly = whose.id and (whose.group or whose.how == "spelling")
    blank = {column: row[column] in ("", None) for column in _BLANKS}
    blank |= {"wording": "wording" not in columns, "unit": units.parse(row["unit"]) is None or kind in _KINDS}
    return {
        **row,
        **{column: getattr(found, column) for column, wanted in blank.items() if wanted},
        "comparator": kind,
        "group": whose.group,
        "name": name,
        "scope": ("" if whose.group else scope_of(name)) if apart else row["scope"],
        "indicator": "" if found.each else whose.id if exactly else row["indicator"],
        "spelled": row["name"],
    }


def _unread(row: dict[str, Any]) -> str:
    """The words for a kind of goal in the evidence of a row that no goal in it answers; "" where all is well."""
    told = words("tells_a_kind").search(row["evidence"])
    own = row["value"] is not None and f"{row['value']:.10g}".lstrip("-") in row["evidence"]
    return told.group() if own and told else ""


def _of_evidence(row: dict[str, Any], known: Register | None) -> Claim | None:
    """The goal that the evidence, a sentence or a table's row (name | head | cell), states with the row's number; of
    several the one whose name is most like the row's."""
    context = Context(Period(), "goals", (row["deadline"],) if row["deadline"] else (), "", known)
    parts = [part.strip() for part in row["evidence"].split(" | ")]
    if len(parts) == 3:
        claims = read_cell(parts[0], parts[2], context)
    else:
        plain = characters.normal(re.sub(r"\s+", "", row["evidence"]))
        claims = [claim for claim in read_sentence(plain, context) if not claim.fact]
    name = core(row["name"])
    near = [(likeness(name, core(f"{groups.name(c.group)}{c.name}")), c) for c in claims if _fits(c, row)]
    return max(near, key=lambda one: one[0], default=(0.0, None))[1]


def _fits(claim: Claim, row: dict[str, Any]) -> bool:
    """Whether one number may have been put down as the other: a rank was a floor once."""
    value = row["value"] in (None, claim.value, -(claim.value or 0))
    high = (claim.high or None) == (row["value_high"] or None)
    new, old = claim.comparator, row["comparator"]
    return value and high and (new == old or new in _KINDS or {new, old} <= comparators.STATED)


# --- faults ------------------------------------------------------------------------------------------------

Say = Callable[..., Fault]


def _faults(
    record: dict[str, str], typed: dict[str, Any], file: str, row: int, known: Register | None
) -> Iterator[Fault]:
    def fault(code: str, column: str, expected: str = "", **fields: object) -> Fault:
        return Fault(code, file, row=row, column=column, value=record[column], fields={"expected": expected, **fields})

    yield from _number_faults(record, typed, fault)
    if record["deadline"] and not typed["deadline"]:
        yield fault("READ-DEADLINE", "deadline")
    if not record["name"]:
        yield fault("READ-NAME", "name")
    if record["indicator"] and not typed["indicator"]:
        yield fault("NAME-INDICATOR", "indicator")
    yield from _kind_faults(typed, fault)
    yield from _likely_faults(record, typed, fault)
    for column, meant in _WORDS.items():
        if typed[column] and typed[column] not in meant:
            said = [*meant, *(word for some in meant.values() for word in some.split())]
            yield fault("READ-WORD", column, " ".join(said))
    if known is not None and typed["indicator"] and typed["comparator"] in comparators.STATED:
        yield from _against_register(typed, known.about[typed["indicator"]], fault)


def _likely_faults(record: dict[str, str], typed: dict[str, Any], fault: Say) -> Iterator[Fault]:
    """A year that is none or not before the date; 0.95 where Excel shows 95% and the evidence says 95."""
    year, end = typed["baseline_year"], typed["deadline"][:4]
    if year and not re.fullmatch(r"\d{4}", year):
        yield fault("READ-YEAR", "baseline_year")
    elif year and end and year >= end:
        yield fault("GOAL-ORDER", "baseline_year", start=year, end=end)
    value, told = typed["value"] or 0, record["evidence"]
    if typed["unit"] == "%" and 0 < value < 1 and told and f"{value:g}" not in told:
        readings = f"{value:g} / {value * 100:g}"
        yield fault("GOAL-FRACTION", "value", unit="%", indicator=record["name"], readings=readings)


def _number_faults(record: dict[str, str], typed: dict[str, Any], fault: Say) -> Iterator[Fault]:
    for column in _NUMBERS:
        if record[column] and typed[column] is None:
            yield fault("READ-NUMBER", column)
    comparator = typed["comparator"]
    if comparator not in COMPARATORS:
        yield fault("READ-COMPARATOR", "comparator", " ".join(COMPARATORS))
    elif comparator not in comparators.NUMBERLESS and not record["value"]:
        yield fault("READ-NUMBER", "value")
    elif comparator == comparators.RANGE and not (typed["value_high"] or 0) > (typed["value"] or 0):
        yield fault("READ-NUMBER", "value_high")


def _kind_faults(typed: dict[str, Any], fault: Say) -> Iterator[Fault]:
    """Whose figures, against whom, which way: what a goal of its kind has to say."""
    if groups.read(typed["group"]) is None:
        yield fault("READ-GROUP", "group")
    if typed.get("unread"):
        yield fault("READ-OLDER", "evidence", words=typed["unread"])
    comparator, side = typed["comparator"], typed["side"]
    if comparator == comparators.REFERENCE:
        if not (typed["reference"] or typed["reference_indicator"]):
            yield fault("PLAN-REFERENCE", "reference")
        if side and side not in comparators.ONE_SIDED:
            yield fault("READ-WORD", "side", " ".join(sorted(comparators.ONE_SIDED)))
    elif comparator == comparators.TREND and side not in comparators.WAYS[4:]:
        yield fault("READ-WORD", "side", " ".join(comparators.WAYS[4:]))


def _against_register(typed: dict[str, Any], about: dict[str, Any], fault: Say) -> Iterator[Fault]:
    """The unit and the values against what the indicator is measured in, can be, and is likely to be."""
    unit = about["unit"]
    said = {"unit": unit, "indicator": about["name_zh"]}
    low, likely = about.get("plausible_low", 0), about.get("plausible_high", math.inf)
    for column in ("value", "value_high"):
        given = typed[column]
        if given is None:
            continue
        value = given if typed["unit"] in ("", unit) else units.convert(given, typed["unit"], unit)
        if value is None:
            yield fault("UNIT-WRONG", "unit", unit=unit)
            return
        if value < about.get("lower_bound", -math.inf):
            yield fault("VALUE-LOW", column, **said, bound=f"{about['lower_bound']:g}")
        elif value > about.get("upper_bound", math.inf):
            yield fault("VALUE-HIGH", column, **said, bound=f"{about['upper_bound']:g}")
        elif about.get("indicator_kind") in ("rate", "level") and value > FAR * likely:
            yield fault("VALUE-FAR", column, **said, low=f"{low:g}", high=f"{likely:g}")

"""A sheet to raw figures: long tables row by row, wide tables cell by cell, and a list of all the rest.

A sheet may hold several tables, one below the other or side by side, each with its own lines above it. Nothing is judged
here. Every filled cell below and beside a header becomes part of a raw figure, an entry of the list of what is left out,
or a fault.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from healthplan.intake import captions, columns, headers, lines, values
from healthplan.intake.book import BLANK, Book, Sheet, letter
from healthplan.intake.faults import REFERENCE, span
from healthplan.intake.forms import SHOWN, Known
from healthplan.intake.headers import Found
from healthplan.intake.heads import is_number
from healthplan.intake.rows import Raw, Walk
from healthplan.language import characters, dates, groups, vocabulary


def lay_out(book: Book, known: Known) -> Walk:
    """Every visible sheet of the book laid out; hidden sheets and sheets without a table are listed."""
    laid = Walk(book.file, list(book.faults), known=known)
    for first in headed(book, laid):
        _hidden_lines(first.sheet, laid)
        for at in _tables(first, laid):
            if group := groups.read(at.sheet.name):  # a sheet called 农村 or 男 holds the figures of that group
                at.group = group
                laid.say("GROUP-SHEET", at.sheet.name, group=groups.names(group))
            laid.raws += _raws(at, laid)
    laid.finish()
    return laid


def headed(book: Book, laid: Walk, *, goals: bool = False) -> Iterator[Found]:
    """The first header of every sheet that is to be read, of figures or of goals; other sheets are listed and said."""
    for sheet in book.sheets:
        filled = sheet.used()
        if not filled:
            continue
        if sheet.cell(0, 0).text.startswith(REFERENCE):
            laid.leave(sheet.name, None, "", filled, "reference_sheet")
        elif sheet.hidden:
            laid.leave(sheet.name, None, "", filled, "hidden_sheet")
            laid.say("LEFT-HIDDEN", sheet.name, cells=filled)
        elif (at := headers.find(sheet, laid.known)) is None:
            laid.leave(sheet.name, None, "", filled, "no_table")
            if len(book.sheets) > 1:
                laid.say("LEFT-SHEET", sheet.name, cells=filled)
        else:
            laid.tables += 1
            _above(at, laid, goals)
            yield at


def _above(at: Found, laid: Walk, goals: bool = False) -> None:
    """The lines above a header: listed; what they say that no column says is handed on, and said."""
    sheet, register = at.sheet, laid.register
    above = {row + 1: sheet.rows[row] for row in range(at.top, at.row)}
    words = {row: " ".join(characters.clean(c.text) for c in cells if not c.blank) for row, cells in above.items()}
    words = {row: line for row, line in words.items() if line}
    for row, line in words.items():
        laid.leave(sheet.name, row, "", line, "title")
    if words:
        laid.say("LEFT-TITLE", sheet.name, min(words), value=words[max(words)], rows=span(list(words)))
    _given(at, laid, goals)
    lines.sections(at, register)


def _given(at: Found, laid: Walk, goals: bool) -> None:
    """What the lines above a table and the names of sheet and file say and no column does, handed on and said."""
    above, what = at.sheet.rows[at.top : at.row], ("measure_end", "per_head")
    told = captions.told(above, at.sheet.name, laid.file, laid.register)
    titles = [characters.clean(cell.text) for row in above for cell in row if not cell.blank]
    at.title = next((one for one in titles if any(vocabulary.pattern(p).search(one) for p in what)), "")
    at.title_unit = told.pop("unit", ("", ""))[0] or at.title_unit
    if laid.known.area:
        told["area"] = (laid.known.area, "--area")
    if "year" in told and "year" not in at.roles():
        columns.of_this_year(at, told["year"][0], laid.today)
    needed = ["area"] if goals else [*columns.lacking(at), "source"]
    for role in needed if not at.form or at.form.read else ():
        if role in told and role not in at.roles():
            at.given[role], where = told[role]
            if role != "source":
                laid.say("GIVEN", *at.place, vocabulary.column_words()[role], value=at.given[role], where=where)


def _hidden_lines(sheet: Sheet, laid: Walk) -> None:
    """What is said of hidden rows and columns that hold something."""
    filled = [(r, c) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if not cell.blank]
    rows = sorted({r + 1 for r, _ in filled} & {r + 1 for r in sheet.hidden_rows})
    columns = sorted({c for _, c in filled} & sheet.hidden_columns)
    if rows:
        laid.say("LEFT-HIDDEN-ROWS", sheet.name, rows[0], rows=span(rows))
    if columns:
        laid.say("LEFT-HIDDEN-COLUMNS", sheet.name, column=", ".join(map(letter, columns)))


def _tables(first: Found, laid: Walk) -> Iterator[Found]:
    """The table below a header, the tables beside it, and those that follow on the same sheet, each up to the next."""
    at: Found | None = first
    while at is not None:
        after = following(at, laid.known)
        if after is not None:
            at.end, after.title_unit = after.top, at.title_unit
            _above(after, laid)
            above = {r: one for r, one in at.given.items() if r in ("area", "source")}
            after.given = {**above, **after.given}
            laid.tables += 1
        yield from _beside(at, laid)
        at = after


def following(at: Found, known: Known) -> Found | None:
    """The next header below a table: one that repeats its heads, names three columns, or stands below an empty line or
    a title."""
    words = [h.text for h in at.headings]
    sheet, top = at.sheet, None
    for row in range(at.first, len(sheet.rows)):
        cells = [characters.clean(cell.text) for cell in sheet.rows[row]]
        filled = sum(map(bool, cells))
        if filled < 2 and not (filled and vocabulary.pattern("note").match(next(filter(None, cells)))):
            top = row if top is None else top
            continue
        hits = sum(characters.key(c) in vocabulary.headers() for c in cells)
        if _dated_figure(at, row, known):
            top = None
            continue
        again = hits >= 3 or (hits >= 2 and cells[: len(words)] == words)
        apart = top is not None and top > at.first and not any(map(is_number, sheet.rows[row]))
        if (again or apart) and (found := headers.at(sheet, row, known)):
            found.top = row if top is None or top == at.first else top
            return found
        top = None
    return None


def _dated_figure(at: Found, row: int, known: Known) -> bool:
    """Whether a row is one of a long table: a year in its column of years, a number in that of values."""
    year, value = at.first_of("year"), at.first_of("value")
    if year is None or value is None:
        return False
    dated = dates.year_read(at.sheet.cell(row, year.column).text, known.today).kind == "year"
    return dated and values.read(at.sheet.cell(row, value.column)).number is not None


def _beside(at: Found, laid: Walk) -> Iterator[Found]:
    """The tables side by side below one row of heads, each with its own columns of labels; one where there is no other."""
    starts = _starts(at)
    if len(starts) < 2:
        yield at
        return
    for start, stop in zip([0, *starts[1:]], [*starts[1:], len(at.headings)], strict=True):
        rows = [[c if start <= n < stop else BLANK for n, c in enumerate(r)] for r in at.sheet.rows]
        merged = [m for m in at.sheet.merged if start <= m[1] < stop]
        sheet = replace(at.sheet, rows=rows, merged=merged)
        part = headers.at(sheet, at.row, laid.known)
        if part is None or part.first != at.first:  # one year over all of its heads
            own = [h for h in at.headings if start <= h.column < stop]
            part = replace(at, sheet=sheet, headings=own)
        part.end, part.given, part.title_unit, part.top = at.end, dict(at.given), at.title_unit, at.top
        above = range(at.top, at.row)
        if all(any(not at.sheet.cell(r, c).blank for r in above) for c in _apart(at) or [-1]):  # each has its own title
            part.given = {r: one for r, one in at.given.items() if r in {"area", "source"} - part.roles()}
            _given(part, laid, False)
        yield part


def _starts(at: Found) -> list[int]:
    """The columns in which a table begins: of the first label, and of that label again behind columns of figures."""
    label = at.first_of("indicator", "area", "year")
    if at.form or label is None:
        return [] if at.form else _apart(at)
    if apart := _apart(at):
        return apart
    same = [h for h in at.headings if (h.role, h.text) == (label.role, label.text)]
    held = {h.column for h in at.having("figures", "series", "value")}
    bounds = [h.column for h in same] + [len(at.headings)]
    whole = all(any(a < c < b for c in held) for a, b in pairwise(bounds))
    return bounds[:-1] if whole and held else []


def _apart(at: Found) -> list[int]:
    """The columns in which tables of other heads begin, beyond columns that are empty from the heads to the end."""
    rows = range(at.row, at.end)
    empty = {h.column for h in at.headings if h.role == "blank" and all(at.sheet.cell(r, h.column).blank for r in rows)}
    first = next((h.column for h in at.headings if h.role != "blank"), 0)
    starts = [h.column for h in at.headings if h.column - 1 in empty and h.column not in empty and h.column > first]
    labels = [n for n in starts if not at.mostly(n, is_number)]
    return [0, *labels] if labels and len(labels) == len(starts) else []


def _raws(at: Found, laid: Walk) -> list[Raw]:
    """The raw figures of one table; none when its header is wrong."""
    register, before = laid.register, len(laid.faults)
    if at.form and not at.form.read:  # a person is asked to confirm the columns, each with the word of its likely role
        heads = {characters.key(h.text): h.text for h in at.headings if h.text}
        likely = {heads[key]: vocabulary.column_words()[role] for key, role in at.form.roles.items() if key in heads}
        ways = likely or {"列名": "指标 / 地区 / 年份 / 数值"}
        laid.say(
            "HEAD-FORMAT", *at.place, format=at.form.name, found="、".join(h.text for h in at.headings[:SHOWN] if h.text),
            ways=" ".join(f'--map "{head}={word}"' for head, word in ways.items()),
        )  # fmt: skip
        return []
    columns.settle_groups(at, register, laid)
    columns.header_faults(at, laid)
    if any(one.severity == "error" for one in laid.faults[before:]):
        return []
    columns.leave_columns(at, laid)
    raws = [raw for row in lines.readable(at, laid) for raw in lines.raws(at, row, laid)]
    columns.titled(at, raws, register, laid)
    return raws

"""Tables in plain text, where only tabs, pipes, wide blanks or line order are left of them."""

import re

from healthplan.language.characters import paragraph

Rows = tuple[tuple[str, ...], ...]
_WIDE = re.compile(r"\s{2,}|　+|\t+")
_RULE_LINE = re.compile(r"^[\s|+:=-]+$")
_HEAD_WORDS = re.compile(r"指标|目标值|目标|单位|属性|性质|基期|现状|责任|牵头|\d{4}\s*年")
_SENTENCE = re.compile("[。；！？]")


WIDEST = 4_000  # signs of a line that may be a row


def take_rows(lines: list[str], at: int) -> tuple[Rows, int]:
    """The table that starts at line `at` and the line after it; no rows where there is none."""
    if len(lines[at]) > WIDEST:
        return (), at
    tried = (reader(lines, at) for reader in (_tab_first, _key_values, _separated, _cell_per_line))
    return next((found for found in tried if found[0]), ((), at))


def _tab_first(lines: list[str], at: int) -> tuple[Rows, int]:
    """One cell a line, each after a tab; a blank line between rows (how Word copies a table).

    A line without a tab goes on with the cell above. A blank before the tab starts a new row.
    """
    if not lines[at].startswith(("\t", " \t")) or "\t" in lines[at].strip():
        return (), at
    rows: list[list[str]] = [[]]
    gap = False
    i = at
    while i < len(lines):
        line = lines[i]
        if not line.strip(" \n"):
            gap = True
        elif line.startswith(("\t", " \t")):
            if rows[-1] and (line.startswith(" ") or (gap and not _open(rows[-1][-1]))):
                rows.append([])
            rows[-1].append(line.strip())
            gap = False
        elif (rows[-1] and (not gap or _open(rows[-1][-1]))) or (gap and rows[-1] and _next_is_tab(lines, i)):
            rows[-1][-1] += line.strip()
            gap = False
        else:
            break
        i += 1
    cells = tuple(tuple(paragraph(cell) for cell in row) for row in rows if row)
    return (cells, i) if len(cells) >= 2 else ((), at)


_KEY = re.compile(
    r"(?P<key>(?:主要|具体)?(?:指标|指标名称|目标名称|名称|项目)|(?:计量)?单位|(?:指标)?(?:属性|性质)|(?:20\d\d年?(?:底|末)?)?(?:基期|基准|现状|目标|实际|规划|完成)?(?:年|值)|20\d\d年(?:底|末)?|(?:责任|牵头)(?:单位|部门|科室)|备注)\s*[：:]"
)


def _pairs(line: str) -> list[tuple[str, str]]:
    """The keys of a line and what stands behind each: 指标：婴儿死亡率 2025年：7.5."""
    found = [*_KEY.finditer(line)]
    if not found or line[: found[0].start()].strip("-•●■◆·0123456789.、（）() 　\t"):
        return []
    ends = [*(m.start() for m in found[1:]), len(line)]
    return [(m["key"], line[m.end() : e].strip(" ，,；;。　\t")) for m, e in zip(found, ends, strict=True)]


def _key_values(lines: list[str], at: int) -> tuple[Rows, int]:
    """Records of keys and values, one or more a line: a key that comes again opens the next record."""
    if not (first := _pairs(lines[at])) or not re.search("指标|名称|项目", first[0][0]):
        return (), at
    records: list[dict[str, str]] = []
    used = i = at
    while i < len(lines) and (pairs := _pairs(lines[i]) if lines[i].strip() else [("", "")]):
        for key, value in pairs if pairs[0][0] else []:
            if not records or key in records[-1]:
                records.append({})
            records[-1][key] = value
            used = i + 1
        i += 1
    head = list(dict.fromkeys(key for record in records for key in record))
    if len(head) < 2 or not any(re.search("年|值|目标", key) for key in head):
        return (), at
    rows = [tuple(paragraph(record.get(key, "")) for key in head) for record in records]
    return (tuple(head), *rows), used


def _open(cell: str) -> bool:
    """A long cell that stops without a full stop is cut by a page end, not finished."""
    return len(cell) > 25 and cell[-1] not in "。；！？）)"


def _next_is_tab(lines: list[str], i: int) -> bool:
    following = _following(lines, i, " \n")
    return following.startswith(("\t", " \t")) and len(lines[i]) < 60


def _following(lines: list[str], i: int, blank: str | None = None) -> str:
    """The line after line ``i``, one blank line between them aside."""
    return next((line for line in lines[i + 1 : i + 3] if line.strip(blank)), "")


def _mark(line: str) -> str:
    """What parts the cells of a line: pipe, tab, wide blanks, or single blanks."""
    text = line.strip()
    if text.count("|") >= 2:
        return "|"
    if "\t" in text:
        return "tab"
    return "wide" if len(_WIDE.split(text)) >= 3 else "blank"


def _split(line: str, mark: str = "") -> list[str]:
    text = line.strip(" \n\r　")
    mark = mark or _mark(line)
    if mark == "|":
        return [paragraph(cell) for cell in re.sub(r"^\||\|$", "", text).split("|")]
    if mark == "tab":
        return [paragraph(cell) for cell in text.split("\t")]
    return [paragraph(cell) for cell in (_WIDE.split(text) if mark == "wide" else text.split())]


def _separated(lines: list[str], at: int) -> tuple[Rows, int]:
    """Rows on single lines: pipes, tabs, two blanks and more between cells, or single blanks.

    Single blanks part cells only under a head whose every word is a head word.
    """
    mark = _mark(lines[at])
    head = _split(lines[at], mark)
    if len(head) < 3 or _SENTENCE.search(lines[at]):
        return (), at
    if mark == "blank" and not all(_HEAD_CELL.match(cell) for cell in head):
        return (), at
    rows, i = _rows_of(lines, at, mark)
    headed = len(rows) > 1 and _HEAD_WORDS.search("".join(rows[0] + rows[1]))
    if not (headed or (mark in ("tab", "wide") and _figures_below(rows))):
        return (), at
    return tuple(tuple(_fitted(row, rows[0], mark)) for row in rows), i


def _figures_below(rows: list[list[str]]) -> bool:
    """Whether two rows and more under the first hold mostly figures, whatever their heads are called."""
    full = [r for r in rows[1:] if sum(map(_figure, r[1:])) >= 0.5 * len(r[1:])]
    return len(full) > 1


def _rows_of(lines: list[str], at: int, mark: str) -> tuple[list[list[str]], int]:
    """Rows from line ``at`` as long as their lines go on in the same way, and the line after them."""
    rows: list[list[str]] = []
    for i in range(at, len(lines)):
        line = lines[i]
        if not line.strip() or _RULE_LINE.match(line):
            if len(_split(_following(lines, i))) < 3:
                return rows, i
        elif not _group_line(lines, i, mark):
            cells = _cells(line, mark)
            if not cells:
                return rows, i
            rows.append(cells)
    return rows, len(lines)


def _cells(line: str, mark: str) -> list[str]:
    """The cells of a line of a table whose cells ``mark`` parts; none where it is no row of it."""
    own = _mark(line)
    if own != mark and not (own == "wide" and mark not in {"|", "tab"}):
        return []
    cells = _split(line, own)
    return cells if len(cells) >= 2 and (mark != "blank" or _row_like(cells)) else []


def _group_line(lines: list[str], i: int, mark: str) -> bool:
    """A short line of one cell between rows names the group of the rows that follow."""
    text, following = lines[i].strip(), _following(lines, i)
    headed = re.match("第.{1,3}[章节]|[一二三四五]、", text)
    alone = len(text.split()) == 1 and len(text) <= 14 and not headed and "|" not in text
    return alone and mark != "blank" and _mark(following) == mark and len(_split(following)) >= 3


def _row_like(cells: list[str]) -> bool:
    """A line of single blanks is a row where something in it is a figure or a nature."""
    return len(cells) >= 3 and not all(map(_name_like, cells[1:]))


_GROUP_HEAD = re.compile(r"^(?:类别|领域|分类|类型|维度|一级指标)$")
_FIGURE = re.compile(
    r"^(?:[≥≤<>＜＞〉〈=]|[-+]?\d|[-—–/]+$|提高|降低|下降|增加|持续|保持|稳定|同比例|有所|逐步|明显|"
    r"力争|比\d|较\d|基本|不低于|不高于|达到|控制|全覆盖|在\d|左右|约|待|另行)"
)


def _figure(cell: str) -> bool:
    """A cell that holds a value or the words that stand for one, not a name."""
    return bool(_FIGURE.match(cell)) and not re.match(r"^\d+[.、．]?\s*[^\d\s.%‰≥≤~－-]{4,}", cell)


def _name_like(cell: str) -> bool:
    return not _figure(cell) and not _NATURE.match(cell)


def _fitted(row: list[str], head: list[str], mark: str) -> list[str]:
    """A row as wide as the head: a merged group cell is left out in all rows but its first. Pipes and tabs part empty
    cells too, so that only the last can be missing."""
    missing = len(head) - len(row)
    if missing > 0 and _GROUP_HEAD.match(head[0]) and not _GROUP_HEAD.match(row[0]):
        row = ["", *row]
        missing -= 1
    if mark in {"|", "tab"}:
        return [*row, *[""] * missing]
    return _padded(row, len(head)) if missing > 0 else row


_FIRST_HEAD = re.compile(r"^(?:序号|类别|领域|分类|类型|维度|主要指标|指标(?:名称)?|项目)$")
_YEAR_HEAD = re.compile(r"^(?:\d{4}年.*|.*目标值?.*|.*现状.*|.*基期.*|属性|性质|指标性质|指标属性)$")
_HEAD_CELL = re.compile(
    r"^(?:序号|类别|领域|分类|类型|维度|主要指标|(?:具体)?指标(?:名称|性质|属性|类型)?|项目|"
    r"(?:计量)?单位|属性|性质|备注|.*(?:\d{4}年|基期|现状|目标|责任|牵头|配合|部门|来源).{0,12})$"
)
_SERIAL = re.compile(r"^[（(]?(\d{1,3})[)）.．、]?$")


def _cell_per_line(lines: list[str], at: int) -> tuple[Rows, int]:
    """A table copied with one cell on each line: a run of head words, then rows by number.

    Rows are told by their running number (序号); where there is none, by the width of the head.
    """
    if not _FIRST_HEAD.match(re.sub(r"\s", "", lines[at])):
        return (), at
    cells: list[str] = []
    places: list[int] = []
    for i in range(at, len(lines)):
        text = paragraph(lines[i])
        if len(text) > 45 or _SENTENCE.search(text):
            break
        if text:
            cells.append(text)
            places.append(i)
    width = next((n for n, cell in enumerate(cells) if not _HEAD_CELL.match(cell)), len(cells))
    head = cells[:width]
    if width < 3 or not any(_YEAR_HEAD.match(cell) for cell in head):
        return (), at
    serial = head.index("序号") if "序号" in head else -1
    rows, used = _by_serial(cells, width, serial) if serial >= 0 else _by_width(cells, width)
    return (tuple(rows), places[used - 1] + 1) if len(rows) >= 2 else ((), at)


def _by_serial(cells: list[str], width: int, serial: int) -> tuple[list[tuple[str, ...]], int]:
    """Cut at 1, 2, 3 ...; what stands before a number is the label of the rows that follow.

    Gives the rows and how many cells they took.
    """
    rows = [tuple(cells[:width])]
    body = cells[width:]
    starts: list[int] = []
    for n, cell in enumerate(body):
        match = _SERIAL.match(cell)
        if match and int(match[1]) == len(starts) + 1 and (not starts or n - starts[-1] >= 3):
            starts.append(n)
    length = width - serial
    label = body[: starts[0]] if starts else []
    used = width
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(body)
        row, rest = body[start : min(end, start + length)], body[start + length : end]
        used = width + start + len(row)
        row = _padded(row, length)
        group = (label * serial)[:serial] if label else [""] * serial
        rows.append((*group, *row))
        label = rest[:1] or label
    return rows, used


_NATURE = re.compile("^(?:预期性|约束性|倡导性|预期|约束|指导性)$")


def _padded(row: list[str], length: int) -> list[str]:
    """A row that lost empty cells: name left, nature right, figures as far right as they go."""
    missing = length - len(row)
    if missing <= 0:
        return row
    keep = 3 if len(row) > 3 and not re.search(r"\d", row[2]) and length > 5 else 2
    return [*row[:keep], *[""] * missing, *row[keep:]]


def _by_width(cells: list[str], width: int) -> tuple[list[tuple[str, ...]], int]:
    """Rows as wide as the head where that fits; else rows told by where figures follow names."""
    head, body = cells[:width], cells[width:]
    values = [n for n, cell in enumerate(head) if _YEAR_HEAD.match(cell)]
    rows = [tuple(head)]
    for n in range(0, len(body) - width + 1, width):
        row = body[n : n + width]
        if not any(re.search(r"\d", cell) for cell in row[1:]):
            break
        rows.append(tuple(row))
    fits = [row for row in rows[1:] if not any(_name_like(row[n]) for n in values)]
    if len(fits) >= 0.8 * (len(rows) - 1) and len(rows) > 1:
        return rows, width * len(rows)
    return _by_runs(head, body)


def _by_runs(head: list[str], body: list[str]) -> tuple[list[tuple[str, ...]], int]:
    """Names (one, or a group and a name), then figures: a name after a figure opens a row."""
    rows: list[list[str]] = [[]]
    for cell in body:
        if _name_like(cell) and any(map(_figure, rows[-1])):
            rows.append([])
        rows[-1].append(cell)
    used, group = len(head), ""
    out: list[tuple[str, ...]] = [tuple(head)]
    with_group = bool(_GROUP_HEAD.match(head[0]))
    for row in rows:
        names = [cell for cell in row if _name_like(cell)]
        figures = row[len(names) :]
        if not figures:
            break
        group = names[-2] if len(names) > 1 else group
        lead = [group, names[-1]] if with_group and names else names[-1:]
        out.append(tuple(_padded([*lead, *figures], len(head))[: len(head)]))
        used += len(row)
    return out, used

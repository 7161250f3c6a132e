"""Blocks of a .txt: any encoding, wrapped lines joined, tables that lost their ruling."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from healthplan.language.characters import paragraph
from healthplan.planreader import english
from healthplan.planreader.block import Block, Rows, placed
from healthplan.planreader.rules import matches, words

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENDS = "。！？；：!?;:"


def decode(path: Path) -> str:
    """The text of a file in whatever encoding reads as Chinese (UTF-8, UTF-16, GB18030, Big5)."""
    raw = path.read_bytes()
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw.decode(name, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    trials = ["gb18030", "big5", "utf-16-le", "utf-16-be", "utf-8"]
    texts = [raw.decode(name, errors="replace") for name in trials]
    return max(texts, key=_reads_as_chinese)


def _reads_as_chinese(text: str) -> float:
    """Common signs less replacement signs and private-use signs."""
    sample = text[:200_000]
    bad = sum(1 for sign in sample if sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff")
    return len(words("common_signs").findall(sample)) - 5 * bad


def blocks(path: Path) -> list[Block]:
    """Paragraphs and tables of a text file."""
    text = decode(path).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return from_lines(text.split("\n"))


def from_lines(lines: list[str]) -> list[Block]:
    """Blocks from lines; table rows are told by tabs, pipes, wide blanks or one cell a line."""
    return placed(unplaced(lines), together=True)


def unplaced(lines: list[str]) -> Iterator[Block]:
    """The same without their places."""
    loose: list[str] = []
    at = 0
    while at <= len(lines):
        rows, after = take_rows(lines, at) if at < len(lines) else (_NONE, at)
        if rows or at == len(lines):
            yield from (Block(text=text) for text in join_lines(loose))
            loose = []
        if rows:
            yield Block(rows=rows)
        else:
            loose += lines[at : at + 1]
        at = after if rows else at + 1


def join_lines(lines: list[str]) -> list[str]:
    """Paragraphs from lines: a line that stops in mid-sentence goes on in the next one."""
    width = _wrap_width(lines)
    paragraphs: list[str] = []
    blank = True
    previous = ""
    for line in lines:
        if not line.strip():
            blank = True
            continue
        if paragraphs and (_goes_on(previous, line, blank, width) or (not blank and _splits_unit(previous, line))):
            paragraphs[-1] += "\n" + line.strip()
        else:
            paragraphs.append(line.strip())
        previous, blank = line.rstrip(), False
    return [text for text in map(paragraph, paragraphs) if text]


def _splits_unit(previous: str, line: str) -> bool:
    """Whether a line ends inside a number with its unit: 18/10 and 万 on the next line."""
    return bool(re.search(r"[\d/／０-９]\s*$", previous) and re.match(r"\s*(?:[万萬亿億%％‰/／]|个?百分点)", line))


def _wrap_width(lines: list[str]) -> int:
    """The width at which lines are broken, or 0 where each line is a paragraph."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < 6:
        return 0
    top = lengths[int(len(lengths) * 0.95)]
    near = sum(1 for length in lengths if top - 5 <= length <= top + 2)
    return top if near >= max(4, 0.12 * len(lengths)) and top <= 120 else 0


def _is_title(text: str) -> bool:
    """Whether a line names a document: 关于…的通知, …工作要点."""
    ends = any(m.end() == len(text) for _, m in matches("titles", text))
    return ends and not re.search("[，；。]", text)


def _goes_on(previous: str, line: str, blank: bool, width: int) -> bool:
    text = previous.strip()
    if not text or words("opens_line").match(line):
        return False
    if english.speaks(text):
        return not blank and english.goes_on(text, line, width)
    indented = line.startswith(("　　", "    ", "\t"))
    if width and len(text) >= width - 5:
        return not blank and not indented
    titled = _is_title(text) and line.strip()[0] not in "的和及与"
    if blank and (words("printed_line").search(text) or words("dated_title").fullmatch(line.strip())):
        return False
    if titled or text[-1] in _ENDS + "”）)》":
        return False
    return len(text) >= 20 and not words("opens_line").match(text) and not indented


# --- tables of which only tabs, pipes, wide blanks or line order are left ---------------------------

_WIDE = re.compile(r"\s{2,}|　+|\t+")
_SENTENCE = re.compile("[。；！？]")
_NONE: Rows = ()
WIDEST = 4_000  # signs of a line that may be a row


def take_rows(lines: list[str], at: int) -> tuple[Rows, int]:
    """The table that starts at line `at` and the line after it; no rows where there is none."""
    if len(lines[at]) > WIDEST:
        return _NONE, at
    tried = (reader(lines, at) for reader in (_tab_first, _key_values, _separated, _cell_per_line))
    return next((found for found in tried if found[0]), (_NONE, at))


def _tab_first(lines: list[str], at: int) -> tuple[Rows, int]:
    """One cell a line, each after a tab; a blank line between rows (how Word copies a table).

    A line without a tab goes on with the cell above. A blank before the tab starts a new row.
    """
    tabbed = ("\t", " \t")
    if not lines[at].startswith(tabbed) or "\t" in lines[at].strip():
        return _NONE, at
    rows: list[list[str]] = [[]]
    gap, i = False, at
    while i < len(lines):
        line = lines[i]
        cut = bool(rows[-1]) and _cut(rows[-1][-1])
        if line.startswith(tabbed) and line.strip(" \n"):
            if rows[-1] and (line.startswith(" ") or (gap and not cut)):
                rows.append([])
            rows[-1].append(line.strip())
        elif line.strip(" \n"):
            if not rows[-1] or (
                gap and not cut and (len(line) >= 60 or not _following(lines, i, " \n").startswith(tabbed))
            ):
                break
            rows[-1][-1] += line.strip()
        gap = not line.strip(" \n")
        i += 1
    cells = tuple(tuple(paragraph(cell) for cell in row) for row in rows if row)
    return (cells, i) if len(cells) >= 2 else (_NONE, at)


def _cut(cell: str) -> bool:
    """A long cell that stops without a full stop is cut by a page end, not finished."""
    return len(cell) > 25 and cell[-1] not in "。；！？）)"


def _following(lines: list[str], i: int, blank: str | None = None) -> str:
    """The line after line ``i``, one blank line between them aside."""
    return next((line for line in lines[i + 1 : i + 3] if line.strip(blank)), "")


# --- records of keys and values ---------------------------------------------------------------------


def _pairs(line: str) -> list[tuple[str, str]]:
    """The keys of a line and what stands behind each: 指标：婴儿死亡率 2025年：7.5."""
    found = [*words("record_key").finditer(line)]
    if not found or line[: found[0].start()].strip("-•●■◆·0123456789.、（）() 　\t"):
        return []
    ends = [*(m.start() for m in found[1:]), len(line)]
    return [(m["key"], line[m.end() : e].strip(" ，,；;。　\t")) for m, e in zip(found, ends, strict=True)]


def _key_values(lines: list[str], at: int) -> tuple[Rows, int]:
    """Records of keys and values, one or more a line: a key that comes again opens the next record."""
    if not (first := _pairs(lines[at])) or not re.search("指标|名称|项目", first[0][0]):
        return _NONE, at
    records: list[dict[str, str]] = []
    used = at
    for i in range(at, len(lines)):
        pairs = _pairs(lines[i])
        if lines[i].strip() and not pairs:
            break
        for key, value in pairs:
            if not records or key in records[-1]:
                records.append({})
            records[-1][key] = value
            used = i + 1
    head = tuple(dict.fromkeys(key for record in records for key in record))
    if len(head) < 2 or not any(re.search("年|值|目标", key) for key in head):
        return _NONE, at
    return (head, *(tuple(paragraph(record.get(key, "")) for key in head) for record in records)), used


# --- rows on single lines ------------------------------------------------------------------------------


def _mark(line: str) -> str:
    """What parts the cells of a line: pipe, tab, wide blanks, or single blanks."""
    text = line.strip()
    if text.count("|") >= 2:
        return "|"
    return "tab" if "\t" in text else "wide" if len(_WIDE.split(text)) >= 3 else "blank"


def _split(line: str, mark: str = "") -> list[str]:
    text, mark = line.strip(" \n\r　"), mark or _mark(line)
    if mark == "|":
        parts = re.sub(r"^\||\|$", "", text).split("|")
    else:
        parts = text.split("\t") if mark == "tab" else _WIDE.split(text) if mark == "wide" else text.split()
    return [paragraph(part) for part in parts]


def _separated(lines: list[str], at: int) -> tuple[Rows, int]:
    """Rows on single lines: pipes, tabs, two blanks and more between cells, or single blanks.

    Single blanks part cells only under a head whose every word is a head word.
    """
    mark = _mark(lines[at])
    head = _split(lines[at], mark)
    if len(head) < 3 or _SENTENCE.search(lines[at]):
        return _NONE, at
    if mark == "blank" and not all(map(words("head_cell").match, head)):
        return _NONE, at
    rows, i = _rows_of(lines, at, mark)
    headed = len(rows) > 1 and words("head_words").search("".join(rows[0] + rows[1]))
    # or two rows and more under the first hold mostly figures, whatever their heads are called
    full = [row for row in rows[1:] if sum(map(_figure, row[1:])) >= 0.5 * len(row[1:])]
    if not (headed or (mark in ("tab", "wide") and len(full) > 1)):
        return _NONE, at
    return tuple(tuple(_fitted(row, rows[0], mark)) for row in rows), i


def _rows_of(lines: list[str], at: int, mark: str) -> tuple[list[list[str]], int]:
    """Rows from line ``at`` as long as their lines go on in the same way, and the line after them."""
    rows: list[list[str]] = []
    for i in range(at, len(lines)):
        line, following = lines[i], _following(lines, i)
        if re.fullmatch(r"[\s|+:=-]*", line):
            if len(_split(following)) < 3:
                return rows, i
        elif not _group_line(line.strip(), following, mark):
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
    # a line of single blanks is a row where something in it is a figure or a nature
    row_like = mark != "blank" or (len(cells) >= 3 and not all(map(_name_like, cells[1:])))
    return cells if len(cells) >= 2 and row_like else []


def _group_line(text: str, following: str, mark: str) -> bool:
    """A short line of one cell between rows names the group of the rows that follow."""
    headed = re.match("第.{1,3}[章节]|[一二三四五]、", text)
    alone = len(text.split()) == 1 and len(text) <= 14 and not headed and "|" not in text
    return alone and mark != "blank" and _mark(following) == mark and len(_split(following)) >= 3


def _figure(cell: str) -> bool:
    return bool(words("figure_cell").match(cell))


def _name_like(cell: str) -> bool:
    return not _figure(cell) and not words("nature_cell").match(cell)


def _fitted(row: list[str], head: list[str], mark: str) -> list[str]:
    """A row as wide as the head: a merged group cell is left out in all rows but its first. Pipes and tabs part empty
    cells too, so that only the last can be missing."""
    grouped = words("group_head")
    if len(row) < len(head) and grouped.match(head[0]) and not grouped.match(row[0]):
        row = ["", *row]
    if mark in {"|", "tab"}:
        return [*row, *[""] * (len(head) - len(row))]
    return _padded(row, len(head))


def _padded(row: list[str], length: int) -> list[str]:
    """A row that lost empty cells: name left, nature right, figures as far right as they go."""
    missing = length - len(row)
    keep = 3 if len(row) > 3 and not re.search(r"\d", row[2]) and length > 5 else 2
    return [*row[:keep], *[""] * missing, *row[keep:]] if missing > 0 else row


# --- one cell on each line -----------------------------------------------------------------------------


def _cell_per_line(lines: list[str], at: int) -> tuple[Rows, int]:
    """A table copied with one cell on each line: a run of head words, then rows by number.

    Rows are told by their running number (序号); where there is none, by the width of the head.
    """
    if not words("first_head").match(re.sub(r"\s", "", lines[at])):
        return _NONE, at
    cells: list[str] = []
    places: list[int] = []
    for i in range(at, len(lines)):
        text = paragraph(lines[i])
        if len(text) > 45 or _SENTENCE.search(text):
            break
        if text:
            cells.append(text)
            places.append(i)
    width = next((n for n, cell in enumerate(cells) if not words("head_cell").match(cell)), len(cells))
    head, body = cells[:width], cells[width:]
    if width < 3 or not any(map(words("year_head").match, head)):
        return _NONE, at
    rows, used = _by_serial(head, body) if "序号" in head else _by_width(head, body)
    return ((tuple(head), *rows), places[width + used - 1] + 1) if rows else (_NONE, at)


def _by_serial(head: list[str], body: list[str]) -> tuple[list[tuple[str, ...]], int]:
    """Rows cut at 1, 2, 3 ..., and how many cells they took; what stands before a number is the label of the rows that
    follow."""
    starts: list[int] = []
    for n, cell in enumerate(body):
        match = words("serial_cell").match(cell)
        if match and int(match[1]) == len(starts) + 1 and (not starts or n - starts[-1] >= 3):
            starts.append(n)
    serial = head.index("序号")
    length, used = len(head) - serial, 0
    label = body[: starts[0]] if starts else []
    rows = []
    for start, end in pairwise([*starts, len(body)]):
        row, rest = body[start : min(end, start + length)], body[start + length : end]
        used = start + len(row)
        group = (label * serial)[:serial] if label else [""] * serial
        rows.append((*group, *_padded(row, length)))
        label = rest[:1] or label
    return rows, used


def _by_width(head: list[str], body: list[str]) -> tuple[list[tuple[str, ...]], int]:
    """Rows as wide as the head where that fits; else rows told by where figures follow names."""
    width = len(head)
    values = [n for n, cell in enumerate(head) if words("year_head").match(cell)]
    rows: list[tuple[str, ...]] = []
    for n in range(0, len(body) - width + 1, width):
        if not any(re.search(r"\d", cell) for cell in body[n + 1 : n + width]):
            break
        rows.append(tuple(body[n : n + width]))
    fits = [row for row in rows if not any(_name_like(row[n]) for n in values)]
    return (rows, width * len(rows)) if rows and len(fits) >= 0.8 * len(rows) else _by_runs(head, body)


def _by_runs(head: list[str], body: list[str]) -> tuple[list[tuple[str, ...]], int]:
    """Names (one, or a group and a name), then figures: a name after a figure opens a row."""
    runs: list[list[str]] = [[]]
    for cell in body:
        if _name_like(cell) and any(map(_figure, runs[-1])):
            runs.append([])
        runs[-1].append(cell)
    used, group = 0, ""
    out: list[tuple[str, ...]] = []
    with_group = bool(words("group_head").match(head[0]))
    for row in runs:
        names = [cell for cell in row if _name_like(cell)]
        figures = row[len(names) :]
        if not figures:
            break
        group = names[-2] if len(names) > 1 else group
        lead = [group, names[-1]] if with_group and names else names[-1:]
        out.append(tuple(_padded([*lead, *figures], len(head))[: len(head)]))
        used += len(row)
    return out, used

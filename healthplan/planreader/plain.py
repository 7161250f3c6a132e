"""Blocks of a .txt: any encoding, wrapped lines joined, tables that lost their ruling."""

import re
from pathlib import Path

from healthplan.language.characters import paragraph
from healthplan.planreader import english
from healthplan.planreader.block import Block
from healthplan.planreader.flat_tables import take_rows
from healthplan.planreader.rules import matches

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_COMMON = re.compile("[的和年人为在，。、卫生健康医疗到区市]")
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十百]+\s*[、.．]|[（(][一二三四五六七八九十百]+[)）]|"
    r"第[一二三四五六七八九十百\d]+[章节篇条部编]|\d{1,2}\s*[.．、](?!\d)|[（(]\d{1,2}[)）]|"
    r"[①-⑳]|专栏|附件|附表|表\s*\d|——|—|●|•|■|-\s)"
)
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
    return len(_COMMON.findall(sample)) - 5 * bad


def blocks(path: Path) -> list[Block]:
    """Paragraphs and tables of a text file."""
    text = decode(path).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return from_lines(text.split("\n"))


def from_lines(lines: list[str]) -> list[Block]:
    """Blocks from lines; table rows are told by tabs, pipes, wide blanks or one cell a line."""
    found: list[Block] = []
    loose: list[str] = []
    tables = 0

    def flush() -> None:
        for text in join_lines(loose):
            found.append(Block(text=text, place=f"¶{len(found) + 1}"))
        loose.clear()

    at = 0
    while at < len(lines):
        rows, after = take_rows(lines, at)
        if rows:
            flush()
            tables += 1
            found.append(Block(rows=rows, place=f"表{tables}"))
            at = after
        else:
            loose.append(lines[at])
            at += 1
    flush()
    return found


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
    if not text or _HEADING.match(line):
        return False
    if english.speaks(text):
        return not blank and english.goes_on(text, line, width)
    indented = line.startswith(("　　", "    ", "\t"))
    if width and len(text) >= width - 5:
        return not blank and not indented
    titled = _is_title(text) and line.strip()[0] not in "的和及与"
    if titled or text[-1] in _ENDS + "”）)》":
        return False
    return len(text) >= 20 and not _HEADING.match(text) and not indented

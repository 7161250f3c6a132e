"""Headings to locators and sections, and the departments that a passage names as in charge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from healthplan.language import vocabulary
from healthplan.language.characters import normal
from healthplan.planreader.block import Block
from healthplan.planreader.dates import Period, years_of_heading
from healthplan.planreader.rules import Rule, first, rules

_CN = "一二三四五六七八九十百"
_MARKS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (0, re.compile(rf"^(第[{_CN}\d]+(?:[篇编章]|部分?))")),
    (1, re.compile(rf"^(第[{_CN}\d]+节)")),
    (2, re.compile(rf"^([{_CN}]+)[、.．]")),
    (3, re.compile(rf"^（([{_CN}]+)）")),
    (4, re.compile(r"^(\d{1,3})[.、](?!\d)")),
    (5, re.compile(r"^（(\d{1,2})）|^(\d{1,2})）")),
    (6, re.compile(r"^([①-⑳])")),
)
_ANNEX = re.compile(r"^(附件\d*|附表\d*|专栏\d*[-\d]*)")
_LABEL = re.compile(
    r"^[-•●■◆]*(个人(?:和|及|、)?家庭|社会(?:和|及|、)?政府|社会|政府|行动目标|主要指标|工作目标|主要目标)[：]?$"
)
_INNER_BREAK = re.compile(
    rf"(?<=[。；！])(?=[{_CN}]{{1,3}}、|（[{_CN}]{{1,3}}）|\d{{1,2}}\.(?!\d))"
    rf"|(?<=[^，、；：（(和及与第前])(?=（[{_CN}]{{1,3}}）[^，。；、）]{{4,}})"
)
TITLE_LIMIT = 45


def simplified(text: str) -> str:
    """A text as the rules know it: one sign for each meaning, in simplified script; places unchanged."""
    return vocabulary.simplified(normal(text))


_FULL_WIDTH = str.maketrans("()", "（）")


@dataclass(frozen=True)
class Passage:
    """A paragraph with its locator and its section (facts, goals, tasks, advice, thought, none, preamble, unheaded or
    "") and the years that the headings above it name."""

    text: str
    locator: str
    section: str
    place: str
    heading: bool = False
    resets: bool = False
    years: Period | None = None
    due: tuple[str, ...] = ()  # when the row of a table says it is due


@dataclass
class _State:
    stack: dict[int, tuple[str, str]] = field(default_factory=dict)
    annex: str = ""
    label: str = ""
    started: bool = False
    body: bool = False


def passages(blocks: list[Block]) -> list[tuple[Passage, Block | None]]:
    """Paragraphs as passages and tables as they are, in order.

    Where a heading has its goals under a label of their own (行动目标), what stands between the
    heading and the label tells the state of things.
    """
    found = list(_in_order(blocks))
    texts = [passage for passage, table in found if table is None]
    if all(p.section == "preamble" for p in texts) and kind_of_title(texts) == "plan":
        found = [(replace(passage, section="unheaded"), table) for passage, table in found]
    for n, (passage, _table) in enumerate(found):
        if _LABEL.match(simplified(passage.text)) and passage.section == "goals":
            for back in range(n - 1, -1, -1):
                above, table = found[back]
                if above.resets or table is not None:
                    break
                found[back] = (replace(above, section=above.section or "facts"), None)
    return found


_TITLE_LINES, _TITLE_LENGTH = 12, 60


def kind_of_title(texts: list[Passage]) -> str:
    """What the title lines of a document say that it is: plan, review or ""."""
    lines = [simplified(p.text) for p in texts[:_TITLE_LINES]]
    titles = [line for line in lines if len(line) <= _TITLE_LENGTH and not re.search("[。；：]", line)]
    titles = titles or [line[:_TITLE_LENGTH] for line in lines[:1] if len(line) > _TITLE_LENGTH]
    kinds = {str(rule.gives) for rule in (first("titles", title) for title in titles) if rule}
    return max(kinds, default="")  # review, before plan


def _in_order(blocks: list[Block]) -> Iterator[tuple[Passage, Block | None]]:
    state = _State()
    for block in blocks:
        if block.is_table:
            section, years = _section(state), _years(state)
            yield Passage("", _locator(state), section, block.place, years=years), block
            continue
        # Brackets of a long line made full-width, so that one pattern finds a numbered heading in it.
        long = len(block.text) > 2000
        flat = block.text.translate(_FULL_WIDTH) if long else block.text
        for text in _INNER_BREAK.split(flat):
            if text.strip():
                yield _passage(text.strip(), block, state), None


def _passage(text: str, block: Block, state: _State) -> Passage:
    plain = simplified(text)
    level, mark, title = heading_of(plain, block.style)
    if level is None and state.body and _opens_a_part(plain):
        level, mark, title = _PART, "", plain.rstrip("：")
    state.body = state.body or level is not None or bool(re.search("[，。]", plain))
    resets = level is not None and level <= 4
    if level is not None:
        state.started = state.started or level <= 4
        if level <= 2 and state.annex.startswith("专栏"):
            state.annex = ""
        state.label = "" if level <= 3 else state.label
        state.stack = {key: value for key, value in state.stack.items() if key < level}
        state.stack[level] = (mark, title)
    elif match := _ANNEX.match(plain):
        if len(plain) <= 60:
            state.annex, state.stack, state.label = match[1], {}, ""
            resets = True
    elif match := _LABEL.match(plain):
        state.label = match[1]
    alone = level is not None and len(plain) <= TITLE_LIMIT and "。" not in plain
    section, years = _section(state), _years(state)
    return Passage(text, _locator(state), section, block.place, alone, resets, years)


_PART = 1
"""The level of a heading without a number that opens a part (2025年工作回顾)."""


def _opens_a_part(plain: str) -> bool:
    """A short line without a number that says what the part under it is: 2025年工作回顾, 下一步工作打算."""
    if not 4 <= len(plain) <= 30 or re.search("[，。；！？]", plain.rstrip("：")):
        return False
    rule = first("sections", plain.rstrip("："))
    return rule is not None and bool(rule.fields.get("alone"))


def heading_of(text: str, style: str = "") -> tuple[int | None, str, str]:
    """Level, mark and title of a numbered heading, or (None, "", "")."""
    for level, pattern in _MARKS:
        if match := pattern.match(text):
            mark = next(group for group in match.groups() if group)
            rest = text[match.end() :]
            title = re.split("[。：；]", rest, maxsplit=1)[0]
            return level, f"({mark})" if level in {3, 5} else mark, title[:60]
    if style.lower().startswith("heading") and len(text) <= TITLE_LIMIT:
        digit = re.search(r"\d", style)
        return int(digit.group()) if digit else 1, "", text
    return None, "", ""


def _locator(state: _State) -> str:
    marks = "".join(mark for _, (mark, _title) in sorted(state.stack.items()) if mark)
    return f"{state.annex}·{marks}" if state.annex and marks else f"{state.annex}{marks}"


def _titles(state: _State) -> list[str]:
    """The titles of the headings that a place stands under, the deepest first."""
    return [title for _, (_mark, title) in sorted(state.stack.items(), reverse=True)]


def _says(state: _State) -> Rule | None:
    said = (first("sections", title) for title in ([state.label] if state.label else _titles(state)))
    return next(filter(None, said), None)


def _years(state: _State) -> Period | None:
    """The years that the deepest heading with any names: 2026年工作计划, “十五五”时期主要目标."""
    return next(filter(None, map(years_of_heading, _titles(state))), None)


def _section(state: _State) -> str:
    """The kind of the deepest heading that says something; before the first heading: facts."""
    rule = _says(state)
    if rule is not None or state.label:
        return str(rule.gives) if rule else ""
    return "" if state.started or state.annex else "preamble"


_BETWEEN = re.compile(r"[、，,；;\s]+|(?:配合单位|协办单位|参加单位|责任单位|牵头单位|牵头|配合|参加)[：:]?")
BODY = re.compile(
    "(?:局|委|办|部|科|室|处|院|中心|厅|会|所|站|政府|单位|公司|署|队|组|校|委员会|街道|镇|乡|股|指挥部|部委|机构|系统|部门|残联|工会|妇联|团委|科协|红十字会|等)$"
)


def split_departments(text: str) -> list[str]:
    """Names of a list, lead first, each once. Commas inside brackets do not part."""
    flat = re.sub(r"（[^（）]*）", lambda m: re.sub("[、，]", "·", m.group()), normal(text))
    around = re.compile(r"^(?:等|由|和|及)|(?:等|分别|按职责|负责)+$")
    parts = (around.sub("", part.strip("。 ：:")) for part in _BETWEEN.split(flat))
    return list(dict.fromkeys(p.replace("·", "、") for p in parts if 1 < len(p) <= 30))


def take_departments(plain: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The paragraph with its department notes blanked, and (end of note, names) for each."""
    notes: list[tuple[int, list[str]]] = []
    text = plain
    for rule in rules("departments"):
        for match in rule.pattern.finditer(text):
            who = split_departments(match["who"])
            more = match.groupdict().get("more")
            if more:
                who += [name for name in split_departments(more) if name not in who]
            bodies = sum(bool(BODY.search(name)) for name in who)
            strange = rule.name == "responsible_in_brackets" and bodies < max(1, len(who) - 1)
            if not who or strange:
                continue
            notes.append((match.end(), who))
            blank = "。" + " " * (len(match.group()) - 1)
            text = text[: match.start()] + blank + text[match.end() :]
    return text, sorted(notes)

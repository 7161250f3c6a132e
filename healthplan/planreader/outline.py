"""Headings to locators and sections, and the departments that a passage names as in charge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from healthplan.language import vocabulary
from healthplan.language.characters import normal
from healthplan.planreader.block import Block
from healthplan.planreader.dates import Period, years_of_heading
from healthplan.planreader.rules import Rule, first, rules, words

TITLE_LIMIT = 45
_FULL_WIDTH = str.maketrans("()", "（）")


def simplified(text: str) -> str:
    """A text as the rules know it: one sign for each meaning, in simplified script; places unchanged."""
    return vocabulary.simplified(normal(text))


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
    stack: dict[int, tuple[str, str]] = field(default_factory=dict)  # mark and title by level
    annex: str = ""
    label: str = ""
    started: bool = False
    body: bool = False

    def here(self) -> tuple[str, str, Period | None]:
        """Locator, section and years of a place: of the deepest heading that says anything; before the first: facts."""
        marks = "".join(mark for _, (mark, _title) in sorted(self.stack.items()) if mark)
        locator = f"{self.annex}·{marks}" if self.annex and marks else f"{self.annex}{marks}"
        titles = [title for _, (_mark, title) in sorted(self.stack.items(), reverse=True)]
        said = (first("sections", title) for title in ([self.label] if self.label else titles))
        rule: Rule | None = next(filter(None, said), None)
        outside = "" if self.label or self.started or self.annex else "preamble"
        years = next(filter(None, map(years_of_heading, titles)), None)
        return locator, str(rule.gives) if rule else outside, years


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
        if words("label").match(simplified(passage.text)) and passage.section == "goals":
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
            locator, section, years = state.here()
            yield Passage("", locator, section, block.place, years=years), block
            continue
        # Brackets of a long line made full-width, so that one pattern finds a numbered heading in it.
        flat = block.text.translate(_FULL_WIDTH) if len(block.text) > 2000 else block.text
        for text in words("inner_break").split(flat):
            if text.strip():
                yield _passage(text.strip(), block, state), None


def _passage(text: str, block: Block, state: _State) -> Passage:
    plain = simplified(text)
    level, mark, title = heading_of(plain, block.style)
    if level is None and state.body and _opens_a_part(plain.rstrip("：")):
        level, mark, title = 1, "", plain.rstrip("：")
    state.body = state.body or level is not None or bool(re.search("[，。]", plain))
    resets = level is not None and level <= 4
    if level is not None:
        state.started = state.started or level <= 4
        if level <= 2 and state.annex.startswith("专栏"):
            state.annex = ""
        state.label = "" if level <= 3 else state.label
        state.stack = {key: value for key, value in state.stack.items() if key < level} | {level: (mark, title)}
    elif match := words("annex").match(plain):
        if len(plain) <= 60:
            state.annex, state.stack, state.label = match[1], {}, ""
            resets = True
    elif match := words("label").match(plain):
        state.label = match[1]
    alone = level is not None and len(plain) <= TITLE_LIMIT and "。" not in plain
    locator, section, years = state.here()
    return Passage(text, locator, section, block.place, alone, resets, years)


def _opens_a_part(line: str) -> bool:
    """A short line without a number that says what the part under it is: 2025年工作回顾, 下一步工作打算."""
    rule = first("sections", line) if 4 <= len(line) <= 30 and not re.search("[，。；！？]", line) else None
    return rule is not None and bool(rule.fields.get("alone"))


def heading_of(text: str, style: str = "") -> tuple[int | None, str, str]:
    """Level, mark and title of a numbered heading, or (None, "", "")."""
    for level in range(7):
        if match := words(f"heading_{level}").match(text):
            mark = next(group for group in match.groups() if group)
            title = re.split("[。：；]", text[match.end() :], maxsplit=1)[0]
            return level, f"({mark})" if level in {3, 5} else mark, title[:60]
    if style.lower().startswith("heading") and len(text) <= TITLE_LIMIT:
        digit = re.search(r"\d", style)
        return int(digit.group()) if digit else 1, "", text
    return None, "", ""


def split_departments(text: str) -> list[str]:
    """Names of a list, lead first, each once. Commas inside brackets do not part."""
    flat = re.sub(r"（[^（）]*）", lambda m: re.sub("[、，]", "·", m.group()), normal(text))
    found = words("between_departments").split(flat)
    parts = (words("around_department").sub("", part.strip("。 ：:")) for part in found)
    return list(dict.fromkeys(p.replace("·", "、") for p in parts if 1 < len(p) <= 30))


def take_departments(plain: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The paragraph with its department notes blanked, and (end of note, names) for each."""
    notes: list[tuple[int, list[str]]] = []
    text = plain
    for rule in rules("departments"):
        for match in rule.pattern.finditer(text):
            who = split_departments(match["who"])
            more = match.groupdict().get("more")
            who = list(dict.fromkeys([*who, *(split_departments(more) if more else [])]))
            bodies = sum(bool(words("department").search(name)) for name in who)
            least = {"responsible_in_brackets": max(1, len(who) - 1), "names_after_stop": len(who)}.get(rule.name, 0)
            strange = bodies < least
            if who and not strange:
                notes.append((match.end(), who))
                text = f"{text[: match.start()]}。{' ' * (len(match.group()) - 1)}{text[match.end() :]}"
    return text, sorted(notes)

"""Passages to located claims: dates that hold over sentences, departments, sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.language.vocabulary import simplified
from healthplan.planreader import english
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period, find_dates
from healthplan.planreader.outline import TITLE_LIMIT, Passage, heading_of, take_departments
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import Claim, Context, Located

_SENTENCE = re.compile(r"(?:[^。！？.]|\.(?!\s+[A-Z]))+(?:[。！？]|\.)?")
LONGEST = 1500
"""No sentence is longer; a run of signs without a stop is cut, so that reading time stays bounded."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Place and words of each sentence."""
    for match in _SENTENCE.finditer(text):
        begin, end = match.span()
        while end - begin > LONGEST:
            cut = max(text.rfind(sign, begin + 1, begin + LONGEST) for sign in "；，、") + 1
            cut = cut if cut > begin + 1 else begin + LONGEST
            yield begin, text[begin:cut]
            begin = cut
        yield begin, text[begin:end]


@dataclass
class Reader:
    """Reads passages in order and remembers which date still holds."""

    period: Period
    register: Register | None = None
    carried: tuple[str, ...] = ()
    colon: bool = False
    lines: english.Lines = field(default_factory=english.Lines)
    known: dict[tuple[str, Context], list[Claim]] = field(default_factory=dict)

    def read(self, passage: Passage) -> Iterator[Located]:
        """All claims of one passage."""
        place, mark = passage.locator or passage.place, f"{id(passage)}"
        if english.speaks(passage.text):
            found = enumerate(self.lines.read(passage.text))
            yield from (Located(claim, place, sentence=f"{mark}:{n}") for n, claim in found)
        else:
            yield from self._read(normal(passage.text), passage, place, mark)

    def _read(self, plain: str, passage: Passage, place: str, mark: str) -> Iterator[Located]:
        period = passage.years or self.period
        due = period.end if period != self.period else None
        bullet, goals = bool(words("bullet").match(plain)), passage.section == "goals"
        if passage.resets:
            self.carried, self.colon = (), False
        if not (goals or self.colon or passage.heading or bullet):
            self.carried = ()
        text, notes = take_departments(re.sub("^[●•■◆]", " ", plain))
        holding = self.carried = passage.due or self.carried
        subject = ""
        for start, sentence in sentences(text):
            if not sentence.strip(" 。"):
                continue
            if re.match("[①-⑳]", sentence):
                holding = ()
            context = Context(period, passage.section, holding, subject, self.register, due)
            for claim in self._claims(sentence, context):
                names = ";".join(next((who for end, who in notes if end >= start), []))
                subject = claim.name
                yield Located(claim, place, names, sentence=f"{mark}:{start}")
            holding = self._after(sentence, holding, passage, start)
        self.colon = text.rstrip(" 。").endswith("：") or (self.colon and bullet)
        self.carried = holding if self.colon or goals or passage.heading else ()

    def _claims(self, sentence: str, context: Context) -> list[Claim]:
        """The claims of a sentence; one that is printed again in the same place's terms is read once."""
        key = (sentence, replace(context, register=None))
        if key not in self.known:
            self.known[key] = read_sentence(sentence, context)
        return self.known[key]

    def _after(self, sentence: str, holding: tuple[str, ...], passage: Passage, at: int) -> tuple[str, ...]:
        """A date like 到2025年 that opens a paragraph or stands among goals holds on.

        A date of another form, or one in the middle of a task, is for its own sentence only.
        """
        found = find_dates(simplified(sentence), passage.years or self.period)
        dates = [date for date in found if date.kind in {"goal", "past"}]
        if not dates:
            return holding
        marked = heading_of(normal(passage.text))[0] is not None
        first = at == 0 or (marked and at <= TITLE_LIMIT and "。" not in passage.text[: at - 1])
        lead = normal(sentence)[: dates[0].start]
        only = len(dates) == 1 and (len(lead) <= 3 or words("says_so").fullmatch(lead) is not None)
        opens = passage.section == "goals" or (first and only) or "目标" in sentence or sentence.endswith("：")
        return dates[-1].deadlines if dates[-1].opens_goals and opens else ()

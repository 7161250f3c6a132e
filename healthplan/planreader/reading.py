"""Passages to located claims: dates that hold over sentences, departments, sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.language.vocabulary import simplified
from healthplan.planreader import english
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period, find_dates
from healthplan.planreader.outline import (
    TITLE_LIMIT,
    Passage,
    heading_of,
    take_departments,
)
from healthplan.planreader.sentence import Claim, Context

_BULLET = re.compile(r"^(?:--|-|●|•|■|◆|\d+[.、](?!\d)|（\d+）|[①-⑳])")
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


@dataclass(frozen=True)
class Located:
    """A claim with its place in the document and who is in charge."""

    claim: Claim
    locator: str
    departments: str = ""
    nature: str = ""
    sentence: str = ""


@dataclass
class Reader:
    """Reads passages in order and remembers which date still holds."""

    period: Period
    register: Register | None = None
    carried: tuple[str, ...] = ()
    colon: bool = False
    lines: english.Lines = field(default_factory=english.Lines)
    known: dict[tuple, list[Claim]] = field(default_factory=dict)

    def read(self, passage: Passage) -> Iterator[Located]:
        """All claims of one passage."""
        if english.speaks(passage.text):
            place = passage.locator or passage.place
            for n, claim in enumerate(self.lines.read(passage.text)):
                yield Located(claim, place, sentence=f"{id(passage)}:{n}")
            return
        plain = normal(passage.text)
        period = passage.years or self.period
        part = passage.years if passage.years != self.period else None
        due = part.end if part else None
        if passage.resets:
            self.carried, self.colon = (), False
        bullet = bool(_BULLET.match(plain))
        if not (passage.section == "goals" or self.colon or passage.heading or bullet):
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
                place = passage.locator or passage.place
                subject = claim.name
                yield Located(claim, place, names, sentence=f"{id(passage)}:{start}")
            holding = self._after(sentence, holding, passage, start)
        self.colon = text.rstrip(" 。").endswith("：") or (self.colon and bullet)
        goes_on = self.colon or passage.section == "goals" or passage.heading
        self.carried = holding if goes_on else ()

    def _claims(self, sentence: str, context: Context) -> list[Claim]:
        """The claims of a sentence; one that is printed again in the same place's terms is read once."""
        key = (
            sentence,
            context.period,
            context.section,
            context.deadlines,
            context.subject,
            context.due,
        )
        if key not in self.known:
            self.known[key] = read_sentence(sentence, context)
        return self.known[key]

    def _after(self, sentence: str, holding: tuple[str, ...], passage: Passage, at: int) -> tuple[str, ...]:
        """A date like 到2025年 that opens a paragraph or stands among goals holds on.

        A date of another form, or one in the middle of a task, is for its own sentence only.
        """
        dates = [
            d for d in find_dates(simplified(sentence), passage.years or self.period) if d.kind in {"goal", "past"}
        ]
        if not dates:
            return holding
        last = dates[-1]
        marked = heading_of(normal(passage.text))[0] is not None
        first = at == 0 or (marked and at <= TITLE_LIMIT and "。" not in passage.text[: at - 1])
        only = len(dates) == 1 and dates[0].start <= 3
        opens = passage.section == "goals" or (first and only) or "目标" in sentence
        return last.deadlines if last.opens_goals and (opens or sentence.endswith("：")) else ()

"""A cell of a table or sheet read as the sentence it stands for: the name of its row, then its words.

No word of a cell is passed over, as many of a document are: a cell that says anything beside its goals gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from healthplan.language import comparators, groups, numbers
from healthplan.language.characters import normal
from healthplan.planreader import around
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.in_words import find_wholes
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import Claim, Context, Prepared, prepare


def read_cell(name: str, cell: str, context: Context, *, falling: bool = False) -> list[Claim]:
    """The goals of a cell in the row of ``name``; none where any of its words is not understood.

    ``name`` of a claim is the row's, without words for a group where the cell has its own (农村自来水普及率:
    城市≥95%，农村≥90%); a unit of which each one is meant, years and conditions are told as in a sentence.
    ``falling``: less is better, for a bare number.
    """
    limbs = list(_limbs(normal(re.sub(r"\s+", "", cell) if not cell.isascii() else cell.strip())))
    found: list[Claim] = []
    whose, mixed = "", {"", comparators.EITHER} <= {how for _, how in limbs}
    for limb, how in limbs:
        whose, claims = _read(normal(name), limb, whose, context, falling)
        if mixed or not claims:
            return []
        if how is not None and found:  # another condition of the one before; 力争 holds on for either of two
            first = found[-1] = replace(found[-1], all_of=found[-1].all_of or f"{len(found)}{how}")
            either = comparators.either(first.all_of)
            claims = [replace(c, all_of=first.all_of, wording=(first if either else c).wording) for c in claims]
        found += claims
    return [replace(claim, evidence=f"{name} {cell.strip()}") for claim in found]


def _limbs(text: str) -> Iterator[tuple[str, str | None]]:
    """The parts of a cell, and the mark's end where one is a condition beside the one before: "" of both, 或 of either."""
    text = words("hoped_aside").sub(r"，\1", words("held_on").sub("", text))
    for n, alternative in enumerate(words("either").split(text)):
        for i, part in enumerate(filter(None, words("cell_limbs").split(alternative))):
            join = words("joins").match(part)
            how = "" if join else comparators.EITHER if n and not i else None
            yield part[join.end() :] if join else part, how


def _read(name: str, limb: str, whose: str, context: Context, falling: bool) -> tuple[str, list[Claim]]:
    """The group that a limb is about, which holds on, and its goals."""
    each, rest = around.each_of(words("out_of").sub("", _due_first(limb, context.deadlines)))
    group, rest = _group(rest)
    whose = group or whose
    row = groups.without(name, whose)
    hope = words("hopes").match(rest)
    rest = rest[hope.end() :] if hope and hope.end() < len(rest) else rest
    row, rest = _plainly(row, rest)
    rest, bare = _spoken(rest, each, falling)
    plain = f"{row}{rest}"
    ready = prepare(plain, context.period, context.register, row)
    claims = [claim for claim in read_sentence(plain, replace(context, named=row)) if not claim.fact]
    opposed = any("opposed" in claim.why for claim in claims)
    if opposed or words("says_both").search(rest) or _left_over(ready, len(row)):
        return whose, []
    claims = [claim.doubted("bare_number", 0.9) if bare else claim for claim in claims]
    told = (_told(claim, rest, row, name) for claim in claims)
    told = (replace(claim, wording="strive") if hope else claim for claim in told)
    return whose, [replace(claim, group=whose, each=each or claim.each) for claim in told]


def _plainly(row: str, rest: str) -> tuple[str, str]:
    """Row and words in one fashion: none at all for 零, 不发生 and 暴发疫情为0起; 次均费用: 增幅控制在5%以内 is said of
    the growth of what the row names."""
    rest = words("everywhere").sub("", words("none_happens").sub(r"无\1", rest))
    rest = words("none_at_all").sub("0", rest)
    grows = words("growing").match(rest)
    if grows is None:
        return row, rest
    return row if comparators.names_growth(row) else f"{row}{grows.group()}", rest[grows.end() :]


def _spoken(rest: str, each: str, falling: bool) -> tuple[str, bool]:
    """A number without words before it in those it stands for, and whether none stood behind it either."""
    number = words("bare_cell").fullmatch(rest)
    if number is None:
        return rest, False
    worded = re.search(f"(?:{comparators.any_word('after')})$", rest)
    said = "达到" if worded or not (each or falling) else "≥" if each else "≤"
    return f"{number['due'].rstrip('：')}{said}{number['number']}", not worded


def _told(claim: Claim, rest: str, row: str, name: str) -> Claim:
    """The claim with the row's name (that of an event of its own; of a growth held against another measure the growth)
    and the unit of a limb's number, as far as the limb says it; 达到0 is none at all."""
    stated, event = claim.comparator in comparators.STATED, words("own_event").search(rest)
    comparator = comparators.EQUAL if claim.value == 0 and stated else claim.comparator
    # full coverage is in %, an event of its own is counted; a number without a unit (or 零发生) is in that of its row
    said = not stated or event or claim.value == 100 or any(q.unit for q in numbers.find_quantities(rest))
    if not (claim.value == 0 and event):
        grown = row != groups.without(name, claim.group) and row.startswith(name)
        row = name if grown and claim.comparator != comparators.REFERENCE else row
        claim = replace(claim, name=row)
    return replace(claim, comparator=comparator, unit=claim.unit if said else "")


def _due_first(limb: str, due: tuple[str, ...]) -> str:
    """（2030年）≥83岁, ≥83岁（到2030年）: by when stands first, without its bracket; another year behind a number is none."""
    found = words("cell_due").search(limb)
    if found is None or (found.start() and not (found["to"] or found["year"] in due)):
        return limb
    return f"{found['due']}{limb[: found.start()]}{limb[found.end() :]}"


def _group(limb: str) -> tuple[str, str]:
    """The group that a limb begins with (男≥78岁), and the rest of it."""
    for end in range(min(12, len(limb) - 1), 0, -1):
        said = limb[:end].rstrip("：:为达到")
        if re.search(r"[≥≤<>=%]|\d(?!.*岁)", said):
            continue
        if (group := groups.read(said)) and words("cell_begins").match(limb[end:]):
            return group, limb[end:]
    return "", limb


def _left_over(ready: Prepared, named: int) -> str:
    """What of a cell's words no part of the reading accounts for."""
    signs = list(ready.hidden)
    read: list[Any] = [*find_wholes(ready.hidden), *ready.dates, *numbers.find_quantities(ready.hidden)]
    for start, end in [(0, named), *((one.start, one.end) for one in read)]:
        signs[start:end] = " " * (end - start)
    known = "|".join(comparators.any_word(place) for place in ("after", "before", "lead", "cell"))
    fillers = rf"{known}|{words('cell_fillers').pattern}"
    rest = re.sub(fillers, " ", "".join(signs), flags=re.IGNORECASE)
    if around.span_of(ready.plain[named:]):
        rest = re.sub(r"[\d#一二两三四五六七八九十]+", "", rest)
    return re.sub(r"[\s@（）()，；。、：%]+", "", rest)

"""English plans: lines and tables to the same claims as Chinese ones.

A number is a goal where a lead (to, by, at least, train) and an aim (reduce, raise) or a word of wanting stand with it.
Each line knows the heading and the list that it stands in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from healthplan.language import comparators, units
from healthplan.planreader.english_words import (
    Lead,
    Text,
    counted_in,
    last,
    lead,
    opening,
    pattern,
    plainly,
    prepare,
    says,
    tidy,
    value,
)
from healthplan.planreader.rules import first
from healthplan.planreader.sentence import Claim

_NOBODY = Lead()
_SIDES = {
    "up": comparators.LEAST,
    "down": comparators.MOST,
    "keep": comparators.EQUAL,
    "reach": comparators.LEAST,
}
LONGEST = 700
_LEVEL, _OTHER = {"share", "", "is"}, " of "


def speaks(text: str) -> bool:
    """Whether a text is English: words of Latin letters, no Chinese sign."""
    chinese = re.search("[\u2e80-\u9fff\uff00-\uffef]", text)
    return chinese is None and re.search("[A-Za-z]{2}", text) is not None


def goes_on(text: str, line: str, width: int) -> bool:
    """Whether a line of an English text file goes on with the paragraph before it."""
    if pattern("bullet").match(line) or text[-1] in ".:;!?":
        return False
    return line.strip()[0].islower() or bool(width and len(text) >= width - 12)


@dataclass
class Lines:
    """Reads lines in order: the part they stand in and its year, the list they belong to, the subject named last."""

    section: str = ""
    due: str = ""
    listed: Lead | None = None
    listed_due: str = ""
    bulleted: bool | None = None
    subject: Lead = _NOBODY
    base: str = ""
    item: bool = False
    said_due: str = ""

    def read(self, line: str) -> list[Claim]:
        """The claims of one paragraph, goals and facts."""
        marked = pattern("bullet").match(line) is not None
        bullet = marked or line[:1].islower() or line[:1].isdigit()
        self._head(line.strip(), bullet)
        if self.listed and self.bulleted is None:
            self.bulleted = bullet
        elif self.listed and bullet != self.bulleted:
            self.listed, self.listed_due = None, ""
        self.item = bullet or not line.rstrip().endswith(".")
        text = pattern("label").sub("", pattern("bullet").sub("", line.strip()))
        found = [claim for piece in _pieces(text) for claim in self._read(piece)]
        if text.endswith(":"):
            ready = prepare(text[:-1])
            self.listed, self.bulleted = lead(ready, 0, len(ready.hidden.rstrip())), None
            self.listed_due = ready.dues[-1][2] if ready.dues else self.listed_due
        return found

    def _head(self, line: str, bullet: bool) -> None:
        """A short line without a stop may be a heading: what part it opens, and for which year."""
        numbered = re.match(r"\d+\.? [A-Z]|20\d\d ", line)
        if len(line) > 90 or line[-1] in ".;," or (bullet and not numbered):
            return
        if rule := first("sections", line.rstrip(": ")):
            self.section, self.listed, self.listed_due = str(rule.gives), None, ""
        years = re.findall(r"\b20\d\d\b", line)
        if years and self.section != "facts" and says("titled", line):
            self.due = max(years)

    def _read(self, sentence: str) -> list[Claim]:
        text = prepare(sentence)
        found: list[Claim] = []
        leads: list[Lead] = []
        numbers, start, stood, base = text.numbers, 0, None, ""
        for n, m in enumerate(numbers):
            stop = numbers[n + 1].start() if n + 1 < len(numbers) else len(text.hidden)
            led = self._led(text, start, m, stood, leads)
            if led is None:
                continue
            if led.kind == "start":
                number, unit = value(m)
                base = units.written(f"{number:.10g}", unit, "zh")
                if found and not _AHEAD.match(text.hidden[m.end() :]):
                    found[-1] = replace(found[-1], baseline=found[-1].baseline or base)
                    start, base = m.end(), ""
                else:
                    stood = led.at
                continue
            claim, end = self._claim(text, led, m, stop)
            if claim is None:
                continue
            due, end = self._due(text, numbers[0].start(), start, (m.end(), end, stop))
            due = due or (self.said_due if claim.name == self.subject.name else "")
            base = base or (self.base if led.kind == "target" else "")
            claim = replace(claim, evidence=sentence.strip(), baseline=base)
            if leads and led.kind == leads[-1].kind == "there" and "/" not in found[-1].unit:
                found[-1] = _with_base(found[-1], claim)
            found.append(_sure(claim, due, 0.9 if led.strong else 0.75))
            self.subject = replace(led, name=claim.name, fact=claim.fact)
            leads.append(led if led.kind == "do" else self.subject)
            start, stood, base = end, None, ""
        found = found or self._wholes(text, sentence)
        self._remember(text, found, base)
        return found

    def _led(self, text: Text, start: int, m: re.Match[str], stood: int | None, leads: list[Lead]) -> Lead | None:
        """The lead of a number, or that of the one before it (to 77.3 by 2020 and 79 by 2030), or of its list."""
        led, rest = lead(text, start, m.start(), stood), text.hidden[m.end() :]
        if opening("skip", rest):
            return None
        shares, changes = m["whole"] or rest.startswith(_OTHER), opening("change", rest)
        between = text.hidden[start : m.start()]
        if not shares and not re.sub(r"\W|_|\b(?:and|or|then|to)\b", "", between):
            if self.listed and self.listed.name and not leads:
                return replace(self.listed, strong=True)
            if leads and led.kind != "to":
                return leads[-1]
        if led.kind in {"to", "by", "start"} and not led.aim and leads:
            before = leads[-1]
            led = replace(led, aim=before.aim, fact=before.fact, strong=before.strong)
        meant = led.kind and (led.kind != "share" or shares)
        return led if led.sign or changes or meant else None

    def _claim(self, text: Text, led: Lead, m: re.Match[str], stop: int) -> tuple[Claim | None, int]:
        """What a number says with its lead, and where its words end; None where nothing says what it is of."""
        (number, unit), rest = value(m), text.hidden[m.end() :]
        side, name, end = "", led.name, m.end()

        def behind(at: int) -> tuple[str, int]:
            stops = pattern("stop").search(text.hidden, at)
            cut = min(stops.start() if stops else stop, stop)
            return tidy(text.shown[at:cut]), cut

        change = opening("change", rest)
        if change or led.kind == "by":
            side = comparators.INCREASE_BY_PCT if unit == "%" else comparators.INCREASE_BY
            number *= change[0].gives if change else {"up": 1, "down": -1}.get(led.aim, 0)
            if change or pattern("vague").match(name):
                name, end = behind(m.end() + (change[1].end() if change else 0))
        elif led.kind in {"do", "there"} or unit[:1] in {"人", "张"}:
            what = f"{(m['things'] or '').strip()} per {m['size']} population" if m["base"] else ""
            what, end = (what, end) if what else behind(end)
            if not what or unit == "%" or (unit and "/" not in unit):
                return None, end
            new = led.kind == "do" and re.match("(?:new|additional|more) ", what)
            side = comparators.INCREASE_BY if new else comparators.LEAST
            name = f"{name}{what}" if led.kind == "do" and not unit else what
            unit = unit or counted_in(what)
        elif led.kind in {"to", "at"} and not led.aim:
            return None, end
        elif (m["whole"] or rest.startswith(_OTHER)) and led.kind in _LEVEL and not led.aim:
            name, end = behind(end)
        if self.listed and self.listed.name == led.name and end == m.end():
            what, end = behind(end)
            name = f"{name}: {what}" if what else name
        if pattern("vague").match(name):
            name = (behind(end)[0] if led.kind == "is" and not led.aim else "") or self.subject.name
        if not re.search("[A-Za-z]{2}", name) or (side in comparators.CHANGES and not number):
            return None, end
        if not unit and name.startswith("number of "):
            unit = counted_in(" ".join(name.split()[2:4]))
        side = side if side in comparators.CHANGES else self._side(led, name, number, rest)
        high = float(m["high"]) if m["high"] else None
        side = comparators.RANGE if high and side not in comparators.CHANGES else side
        points = side == comparators.INCREASE_BY_PCT and says("share", text.hidden)
        fact = self.section == "facts" or not self._wanted(text, led, change is not None)
        why = ("percent_or_points",) if points else ()
        return Claim(name, side, number, high, unit, fact=fact, why=why), end

    def _side(self, led: Lead, name: str, number: float, rest: str) -> str:
        """On which side a level is meant: as its words say, else as its aim or its name does."""
        if more := re.match(r"[),]? or (less|fewer|lower|below|more|higher|above|greater)\b", rest):
            return comparators.MOST if more[1] in {"less", "fewer", "lower", "below"} else comparators.LEAST
        if led.sign in comparators.ONE_SIDED:
            return led.sign
        aim = led.aim or (self.subject.aim if led.kind == "target" else "")
        return _side_of(name, number, aim)

    def _wanted(self, text: Text, led: Lead, change: bool) -> bool:
        """Whether a goal is told and no fact: by its verb, else by the words around it and the part it stands in."""
        if led.strong and not change:
            return not led.fact
        said = bool(led.aim) or led.sign in comparators.ONE_SIDED
        here = said and self.item and (self.section == "goals" or bool(self.due))
        return (text.wanted or self.listed is not None or here) and not text.told

    def _due(self, text: Text, first_at: int, start: int, ends: tuple[int, int, int]) -> tuple[str, int]:
        """The date that holds for a number, and where its words end with it."""
        number, end, stop = ends
        for at, close, due in text.dues:
            if number <= at < stop and not re.search(r"\band\b(?!.*\band\b)|;", text.hidden[end:at]):
                return due, max(end, close)
        before = [d for d in text.dues if start <= d[0] and d[1] <= number]
        opens = [d for d in text.dues if d[0] < first_at]
        later = [d for d in text.dues if d[0] >= number]
        held = before[-1:] or opens[-1:] or later[:1] or list(text.dues[-1:])
        return (held[0][2] if held else self.listed_due or self.due), end

    def _wholes(self, text: Text, sentence: str) -> list[Claim]:
        """Halve, double, eliminate: goals whose number is a word of doing."""
        found = last("whole", text.hidden)
        if found is None:
            return []
        gives, m = float(found[0].gives), found[1]
        name = text.shown[slice(*m.span("name"))].split("@")[0] if m["name"] else ""
        name = tidy(name or text.shown[slice(*m.span("before"))].split("@")[-1])
        side, unit = (comparators.INCREASE_BY_PCT, "%") if gives else (comparators.EQUAL, "")
        fact = text.told or self.section == "facts"
        claim = Claim(name, side, gives, None, unit, evidence=sentence.strip(), fact=fact)
        due = next((d[2] for d in text.dues), self.listed_due or self.due)
        return [_sure(claim, due, 0.85)] if name else []

    def _remember(self, text: Text, found: list[Claim], base: str) -> None:
        """What later sentences mean by "the percentage", or by Target: …"""
        led = lead(text, 0, len(text.hidden))
        of = re.search(r"(?:percentage|proportion|number|share|rate)s? of ([^.,;:@]+)", text.shown)
        if found:
            self.subject = replace(led, name=found[-1].name)
        elif led.aim and re.search("[a-z]{3}", led.name):
            self.subject = led
        elif of:
            self.subject = Lead(name=tidy(of[1]))
        self.base = "" if found else base
        self.said_due = text.dues[-1][2] if text.dues else ""


def _pieces(text: str) -> Iterator[str]:
    """Sentences, and no piece longer than any sentence is, so that reading time stays bounded."""
    for sentence in pattern("sentence").split(text):
        yield from (sentence[at : at + LONGEST] for at in range(0, len(sentence), LONGEST))


_AHEAD = re.compile(r"\W*(?:@+\W*|at present |now )*(?:up |down )?to\b")


def _with_base(claim: Claim, other: Claim) -> Claim:
    """three doctors and 4.7 nurses per 1,000: the base is that of both."""
    based = re.search(r" per \d.*", other.name)
    return replace(claim, unit=other.unit, name=claim.name + based[0]) if based else claim


def _sure(claim: Claim, due: str, confidence: float) -> Claim:
    """The claim with its date; less sure, and saying so, where there is none."""
    sure, why = (confidence, ()) if due else (confidence - 0.1, ("no_date",))
    return replace(claim, deadline=due, confidence=round(sure, 2), why=(*claim.why, *why))


def _side_of(name: str, number: float, aim: str = "") -> str:
    if number == 0:
        return comparators.EQUAL
    return _SIDES.get(aim) or (comparators.MOST if says("falling", name.lower()) else comparators.LEAST)


# --- tables ---------------------------------------------------------------------------------------


def read_table(rows: tuple[tuple[str, ...], ...], due: str) -> Iterator[tuple[int, Claim]]:
    """The goals of a table with a column of names and one of targets, by row; none of any other table."""
    if not speaks(" ".join(map(" ".join, rows))):
        return
    for head in rows[:3]:
        found = [first("table_heads", plainly(cell)) for cell in head]
        roles = [str(rule.fields["role"]) if rule else "" for rule in found]
        aims = [i for i, r in enumerate(roles) if r == ("target" if "target" in roles else "year")]
        if "name" in roles and aims:
            break
    else:
        return
    stood = next((head[i] for i, role in enumerate(roles) if role == "baseline"), "")
    for n, row in enumerate(rows[rows.index(head) + 1 :], 1):
        cells = dict(reversed([*zip(roles, row, strict=False)]))  # the first column of a role
        base, year = cells.get("baseline", ""), _year(stood)
        base = base if re.search(r"\d", base) else ""
        base = f"{base} ({year})" if base and year and year not in base else base
        for i in (i for i in aims if i < len(row) and len(set(row)) > 1):
            claim = _cell(cells["name"], cells.get("unit", ""), row[i])
            if claim is not None:
                evidence = f"{cells['name']} | {head[i]} | {row[i]}"
                claim = replace(claim, baseline=base, evidence=evidence)
                yield n, _sure(claim, _year(head[i]) or due, 0.9)


def _year(head: str) -> str:
    return next(iter(re.findall(r"20\d\d", head)[-1:]), "")


def _cell(printed: str, row: str, cell: str) -> Claim | None:
    """The goal of a cell: a number, with the words before it and the unit of its row."""
    low, name = plainly(cell).lower().strip(), printed.lower()
    m = pattern("number").search(low)
    before = low[: m.start()] if m else ""
    said, aim = last("comparator", before), last("aim", before)
    if m is None or not (said or aim or re.fullmatch(r"\W*(?:by|to|reach|target:?)? ?", before)):
        return None
    number, unit = value(m)
    per = re.search(r"\bper 1", name) and pattern("number").match(f"1 {name}".replace("(", ""))
    share = "%" in printed or re.match(r"\W*(?:the )?(?:percent|proportion|share)", name)
    told = units.parse(row) if row else None
    unit = unit or (told.unit if told else "") or (value(per)[1] if per else "%" if share else "")
    based = "" if unit[:1] in {"人", "张"} else r"|\s*\(?\bper 1[^)]*\)?"
    name = tidy(re.sub(rf"^%\s*(?:of )?|\s*\(%\)|^[A-Z]?[\d.]+\s{based}", "", printed))
    side = str(said[0].gives) if said else ""
    return Claim(name, side or _side_of(name, number), number, None, unit)

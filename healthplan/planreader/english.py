"""English plans: lines and tables to the same claims as Chinese ones.

A number is a goal where a lead (to, by, at least, train) and an aim (reduce, raise) or a word of wanting stand with it.
Each line knows the heading and the list that it stands in. The words are rules of ``rules/english.yaml``; ``part`` says
which step here uses a rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from healthplan.language import comparators, dates, units
from healthplan.planreader.block import Rows
from healthplan.planreader.rules import Rule, first, rules
from healthplan.planreader.sentence import Claim

_SIDES = {"up": comparators.LEAST, "down": comparators.MOST, "keep": comparators.EQUAL, "reach": comparators.LEAST}
LONGEST = 700
_SIGNS = str.maketrans("–—‐‑−’‘“”\xa0", "-----''\"\" ")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_STOOD = re.compile(r"\b(?:from|baseline)\b[^;@]{0,50}$")
_BASES = {"100": "%", "1000": "‰", "10000": "1/万", "100000": "1/10万"}
_SIZES = {"100": "百", "1000": "千", "10000": "万", "100000": "10万"}
_AHEAD = re.compile(r"\W*(?:@+\W*|at present |now )*(?:up |down )?to\b")


def speaks(text: str) -> bool:
    """Whether a text is English: words of Latin letters, no Chinese sign."""
    chinese = re.search("[\u2e80-\u9fff\uff00-\uffef]", text)
    return chinese is None and re.search("[A-Za-z]{2}", text) is not None


def goes_on(text: str, line: str, width: int) -> bool:
    """Whether a line of an English text file goes on with the paragraph before it."""
    if _pattern("bullet").match(line) or text[-1] in ".:;!?":
        return False
    return line.strip()[0].islower() or bool(width and len(text) >= width - 12)


# --- the words of a sentence: its dates, numbers, names ---------------------------------------------


@cache
def _part(name: str) -> tuple[Rule, ...]:
    """The rules of one part."""
    return tuple(rule for rule in rules("english") if rule.fields["part"] == name)


def _pattern(name: str) -> re.Pattern[str]:
    """The pattern of a part with one rule."""
    return _part(name)[0].pattern


def _says(name: str, text: str) -> bool:
    """Whether any rule of a part stands in the text."""
    return any(rule.pattern.search(text) for rule in _part(name))


def _opening(name: str, text: str) -> tuple[Rule, re.Match[str]] | None:
    """The rule of a part that the text begins with."""
    return next(((rule, m) for rule in _part(name) if (m := rule.pattern.match(text))), None)


def _last(name: str, text: str) -> tuple[Rule, re.Match[str]] | None:
    """The match of a part's rules that ends last, the earlier rule's where two end together."""
    hits = ((rule, m) for rule in _part(name) for m in rule.pattern.finditer(text))
    return max(hits, key=lambda hit: hit[1].end(), default=None)


def _plainly(text: str) -> str:
    """The text with one sign for each meaning, as long as it was."""
    return text.translate(_SIGNS)


@dataclass(frozen=True)
class _Text:
    """A sentence: `shown` as printed with dates as @; `hidden` in lower case, numbers that are no quantity as #; its due
    dates by place; whether it says that something is wanted, or how things are and were."""

    shown: str
    hidden: str
    dues: tuple[tuple[int, int, str], ...]
    wanted: bool
    told: bool


def _prepare(sentence: str) -> _Text:
    """Find the dates of a sentence and hide what is no quantity."""
    plain = _plainly(sentence)
    low = plain.lower()
    found: list[tuple[int, int, str, str]] = []
    for rule in _part("date"):
        for m in rule.pattern.finditer(low):
            low = low[: m.start()] + "@" * len(m.group()) + low[m.end() :]
            said = {"m": "", "d": "", "end": "", **m.groupdict("")}
            month = _MONTHS.index(said["m"]) // 3 + 1 if said["m"] else 12 * bool(said["end"])
            due = dates.of_parts(int(said["y"]), month, int(said["d"] or 0))
            kind = str(rule.fields["kind"])
            if kind == "in" and _STOOD.search(low[: m.start()]):  # down from 18.3 in 2021
                kind = "base"
            found.append((*m.span(), kind, due))
    wanted = _says("goal", low)
    meant = [due for due in found if due[2] == "in"]
    goals = [due for due in found if due[2] == "goal"] or (meant if wanted else [])
    told = bool(meant and not goals) or _says("fact", low)
    shown = "".join("@" if h == "@" else s for s, h in zip(plain, low, strict=True))
    numeral = rf"\d|\b(?:{_pattern('word').pattern})\b"
    for rule in _part("mask"):
        low = rule.pattern.sub(lambda m: re.sub(numeral, lambda n: "#" * len(n.group()), m.group()), low)
    dues = tuple(sorted((start, end, due) for start, end, _, due in goals))
    return _Text(shown, low, dues, wanted or bool(goals), told)


def _number(word: str) -> float:
    values = _part("number")[0].fields["values"]
    digits = re.sub("[, ]", "", word)
    if digits[0].isdigit():
        return float(digits)
    return float(sum(values[piece] for piece in ([word] if word in values else word.split("-"))))


def _value(m: re.Match[str]) -> tuple[float, str]:
    """Value and unit of a number as printed; nurses per 1,000 are 人/千人, beds 张/千人, deaths ‰."""
    if m["half"]:
        return 50.0, "%"
    if m["part"] or m["whole"]:
        over = _number(m["part"] or m["whole"])
        return round(100 * _number(m["n"] or m["of"]) / over if over else 0, 2), "%"
    number = _number(m["value"]) * (_number(m["scale"]) if m["scale"] else 1)
    word = (m["unit"] or "").strip(" -")
    if m["base"]:
        size, counted = m["size"].replace(",", "").replace("thousand", "1000"), _counted_in(m["things"])
        return number, f"{counted}/{_SIZES[size]}人" if counted else _BASES[size]
    if "point" in word:
        return number, units.POINTS
    found = units.parse("%" if word.startswith(("p", "%")) else word) if word else None
    return number, found.unit if found else ""


def _counted_in(things: str) -> str:
    """The unit of people or beds; none for other things."""
    return "张" if re.search(r"\bbeds?\b", things) else "人" if _says("people", things) else ""


def _tidy(text: str) -> str:
    """A name without articles, words for a share and what belongs to its verb."""
    before, text = "", text.replace("@", " ").strip()
    while before != text:
        before = text
        for rule in _part("trim"):
            text = rule.pattern.sub("", text, count=1)
    text = text + ")" if text.count("(") > text.count(")") else text
    return re.sub(r"\s+", " ", text)


@dataclass(frozen=True)
class Lead:
    """What leads to a number: by what word, on which side, with which aim, and the name it is said of."""

    kind: str = ""
    sign: str = ""
    aim: str = ""
    name: str = ""
    strong: bool = False
    fact: bool = False
    at: int = 0

    @property
    def sure(self) -> float:
        """How sure a goal with this lead is."""
        return 0.9 if self.strong else 0.75


def _lead(text: _Text, start: int, end: int, stood: int | None = None) -> Lead:
    """The lead of the number at `end`, of the words from `start` on; `stood`: where a "from so much" begins."""
    said, sign, kind, verb = text.hidden[start:end], "", "", ""
    if compared := _last("comparator", said):
        sign, said = str(compared[0].gives) or "~", said[: compared[1].start()]
    if led := _last("lead", said.rstrip()):
        kind, verb, said = str(led[0].gives), led[1].group(), said[: led[1].start()]
    at = start + len(said)
    aim = max(_aims(said), key=lambda hit: hit[1].end(), default=None)
    before = said if aim is None else said[: aim[1].start()]
    shown = text.shown[start : min(at, stood or at)]
    name = _tidy(shown[aim[1].end() :].split("(Base")[0]) if aim else ""
    if not re.search("[A-Za-z]", name):
        pieces = re.split(r"[,;:]\s|@+|\bthat\b(?= the\b)", _tidy(shown[: len(before)]))
        name = _tidy(pieces[-1])
    was = next(rule for rule in _part("fact") if rule.name == "en_fact_verb").pattern
    fact = aim is not None and bool(was.search(re.split("[,;:]", before)[-1]))
    if kind == "do":
        name = f"{verb.split()[0]} "
    if kind in {"is", "share"}:  # a reduction in deaths is 5 %: the word belongs to the name
        aim = None
    strong = (aim is not None and not aim[0].fields.get("weak")) or kind in {"do", "there", "target"}
    return Lead(kind, sign, str(aim[0].gives) if aim else "", name, strong, fact, at)


def _aims(said: str) -> Iterator[tuple[Rule, re.Match[str]]]:
    """The words for more and less, but not those of a clause (residents who reduce)."""
    for rule in _part("aim"):
        for m in rule.pattern.finditer(said):
            if not re.search(r"\b(?:who|that|which)\W+(?:\w+ )?$", said[: m.start()]):
                yield rule, m


# --- lines ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A number of a sentence, and how far its words may go."""

    text: _Text
    m: re.Match[str]
    stop: int

    @property
    def rest(self) -> str:
        return self.text.hidden[self.m.end() :]

    @property
    def of_many(self) -> bool:
        """four out of five, 90 % of: how many of those that are named behind."""
        return bool(self.m["whole"]) or self.rest.startswith(" of ")

    def behind(self, at: int) -> tuple[str, int]:
        """The name behind a place, and where it ends."""
        stops = _pattern("stop").search(self.text.hidden, at)
        cut = min(stops.start() if stops else self.stop, self.stop)
        return _tidy(self.text.shown[at:cut]), cut


@dataclass(frozen=True)
class _Measure:
    """What a number says: name, side, unit and amount, and where its words end."""

    name: str
    side: str
    unit: str
    amount: float
    end: int


@dataclass
class Lines:
    """Reads lines in order: the part they stand in and its year, the list they belong to, the subject named last."""

    section: str = ""
    due: str = ""
    listed: Lead | None = None
    listed_due: str = ""
    bulleted: bool | None = None
    subject: Lead = field(default_factory=Lead)
    base: str = ""
    item: bool = False
    said_due: str = ""

    def read(self, line: str) -> list[Claim]:
        """The claims of one paragraph, goals and facts."""
        marked = _pattern("bullet").match(line) is not None
        bullet = marked or line[:1].islower() or line[:1].isdigit()
        self._head(line.strip(), bullet)
        if self.listed and self.bulleted is None:
            self.bulleted = bullet
        elif self.listed and bullet != self.bulleted:
            self.listed, self.listed_due = None, ""
        self.item = bullet or not line.rstrip().endswith(".")
        text = _pattern("label").sub("", _pattern("bullet").sub("", line.strip()))
        # no piece is longer than any sentence is, so that reading time stays bounded
        pieces = (s[at : at + LONGEST] for s in _pattern("sentence").split(text) for at in range(0, len(s), LONGEST))
        found = [claim for piece in pieces for claim in self._read(piece)]
        if text.endswith(":"):
            ready = _prepare(text[:-1])
            self.listed, self.bulleted = _lead(ready, 0, len(ready.hidden.rstrip())), None
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
        if years and self.section != "facts" and _says("titled", line):
            self.due = max(years)

    def _read(self, sentence: str) -> list[Claim]:
        text = _prepare(sentence)
        found: list[Claim] = []
        leads: list[Lead] = []
        numbers, start, stood, base = list(_pattern("number").finditer(text.hidden)), 0, None, ""
        for n, m in enumerate(numbers):
            seen = _Seen(text, m, numbers[n + 1].start() if n + 1 < len(numbers) else len(text.hidden))
            led = self._led(seen, start, stood, leads)
            if led is not None and led.kind == "start":
                number, unit = _value(m)
                base = units.written(f"{number:.10g}", unit, "zh")
                if found and not _AHEAD.match(seen.rest):
                    found[-1] = replace(found[-1], baseline=found[-1].baseline or base)
                    start, base = m.end(), ""
                else:
                    stood = led.at
            measure = self._measure(seen, led) if led is not None else None
            if led is None or measure is None:
                continue
            claim = self._claim(seen, led, measure)
            due, end = self._due(seen, numbers[0].start(), start, measure.end)
            due = due or (self.said_due if claim.name == self.subject.name else "")
            base = base or (self.base if led.kind == "target" else "")
            claim = replace(claim, evidence=sentence.strip(), baseline=base)
            if leads and led.kind == leads[-1].kind == "there" and "/" not in found[-1].unit:
                found[-1] = _with_base(found[-1], claim)
            found.append(_sure(claim, due, led.sure))
            self.subject = replace(led, name=claim.name, fact=claim.fact)
            leads.append(led if led.kind == "do" else self.subject)
            start, stood, base = end, None, ""
        found = found or self._wholes(text, sentence)
        self._remember(text, found, base)
        return found

    def _led(self, seen: _Seen, start: int, stood: int | None, leads: list[Lead]) -> Lead | None:
        """The lead of a number, or that of the one before it (to 77.3 by 2020 and 79 by 2030), or of its list."""
        led = _lead(seen.text, start, seen.m.start(), stood)
        if _opening("skip", seen.rest):
            return None
        between = seen.text.hidden[start : seen.m.start()]
        if not seen.of_many and not re.sub(r"\W|_|\b(?:and|or|then|to)\b", "", between):
            if self.listed and self.listed.name and not leads:
                return replace(self.listed, strong=True)
            if leads and led.kind != "to":
                return leads[-1]
        if led.kind in {"to", "by", "start"} and not led.aim and leads:
            before = leads[-1]
            led = replace(led, aim=before.aim, fact=before.fact, strong=before.strong)
        meant = led.kind and (led.kind != "share" or seen.of_many)
        return led if led.sign or _opening("change", seen.rest) or meant else None

    def _measure(self, seen: _Seen, led: Lead) -> _Measure | None:
        """What a number says with its lead; None where nothing says what it is of."""
        amount, unit = _value(seen.m)
        found: _Measure | None = _Measure(led.name, "", unit, amount, seen.m.end())
        change = _opening("change", seen.rest)
        if led.kind == "start":
            return None
        if change or led.kind == "by":
            found = self._change(seen, led, change)
        elif led.kind in {"do", "there"} or unit[:1] in {"人", "张"}:
            found = self._things(seen, led, unit, amount)
        elif led.kind in {"to", "at"} and not led.aim:
            return None
        elif seen.of_many and led.kind in {"share", "", "is"} and not led.aim:
            name, end = seen.behind(seen.m.end())
            found = _Measure(name, "", unit, amount, end)
        return self._called(seen, led, found) if found is not None else None

    def _called(self, seen: _Seen, led: Lead, found: _Measure) -> _Measure | None:
        """What a number says, by the name that its list or the sentence before gives it; None where none does."""
        if self.listed and self.listed.name == led.name and found.end == seen.m.end():
            what, end = seen.behind(found.end)
            found = replace(found, name=f"{found.name}: {what}" if what else found.name, end=end)
        if _pattern("vague").match(found.name):
            own = seen.behind(found.end)[0] if led.kind == "is" and not led.aim else ""
            found = replace(found, name=own or self.subject.name)
        empty = found.side in comparators.CHANGES and not found.amount
        return found if re.search("[A-Za-z]{2}", found.name) and not empty else None

    def _change(self, seen: _Seen, led: Lead, change: tuple[Rule, re.Match[str]] | None) -> _Measure:
        """by 30 %, a 40 % reduction in …: how far a measure is to move."""
        amount, unit = _value(seen.m)
        side = comparators.INCREASE_BY_PCT if unit == "%" else comparators.INCREASE_BY
        amount *= change[0].gives if change else {"up": 1, "down": -1}.get(led.aim, 0)
        name, end = led.name, seen.m.end()
        if change or _pattern("vague").match(name):
            name, end = seen.behind(end + (change[1].end() if change else 0))
        return _Measure(name, side, unit, amount, end)

    def _things(self, seen: _Seen, led: Lead, unit: str, amount: float) -> _Measure | None:
        """train 40 midwives, 4.7 nurses per 1,000: how many of what stands behind the number."""
        m, end = seen.m, seen.m.end()
        what = f"{(m['things'] or '').strip()} per {m['size']} population" if m["base"] else ""
        what, end = (what, end) if what else seen.behind(end)
        if not what or unit == "%" or (unit and "/" not in unit):
            return None
        new = led.kind == "do" and re.match("(?:new|additional|more) ", what)
        side = comparators.INCREASE_BY if new else comparators.LEAST
        name = f"{led.name}{what}" if led.kind == "do" and not unit else what
        return _Measure(name, side, unit or _counted_in(what), amount, end)

    def _claim(self, seen: _Seen, led: Lead, told: _Measure) -> Claim:
        """The claim of a number: whether it is a goal, and on which side a level is meant."""
        change, high = told.side in comparators.CHANGES, float(seen.m["high"]) if seen.m["high"] else None
        unit = told.unit
        if not unit and told.name.startswith("number of "):
            unit = _counted_in(" ".join(told.name.split()[2:4]))
        side = told.side if change else comparators.RANGE if high else self._side(seen, led, told)
        points = side == comparators.INCREASE_BY_PCT and _says("share", seen.text.hidden)
        # a goal is told and no fact by its verb, else by the words around it and the part it stands in
        said = bool(led.aim) or led.sign in comparators.ONE_SIDED
        here = said and self.item and (self.section == "goals" or bool(self.due))
        wanted = (seen.text.wanted or self.listed is not None or here) and not seen.text.told
        if led.strong and _opening("change", seen.rest) is None:
            wanted = not led.fact
        why = ("percent_or_points",) if points else ()
        fact = self.section == "facts" or not wanted
        return Claim(told.name, side, told.amount, high, unit, fact=fact, why=why)

    def _side(self, seen: _Seen, led: Lead, told: _Measure) -> str:
        """On which side a level is meant: as its words say, else as its aim or its name does."""
        if more := re.match(r"[),]? or (?:(less|fewer|lower|below)|more|higher|above|greater)\b", seen.rest):
            return comparators.MOST if more[1] else comparators.LEAST
        if led.sign in comparators.ONE_SIDED:
            return led.sign
        return _side_of(told.name, told.amount, led.aim or (self.subject.aim if led.kind == "target" else ""))

    def _due(self, seen: _Seen, first_at: int, start: int, end: int) -> tuple[str, int]:
        """The date that holds for a number, and where its words end with it."""
        number, text = seen.m.end(), seen.text
        for at, close, due in text.dues:
            if number <= at < seen.stop and not re.search(r"\band\b(?!.*\band\b)|;", text.hidden[end:at]):
                return due, max(end, close)
        before = [d for d in text.dues if start <= d[0] and d[1] <= number]
        opens = [d for d in text.dues if d[0] < first_at]
        later = [d for d in text.dues if d[0] >= number]
        held = before[-1:] or opens[-1:] or later[:1] or list(text.dues[-1:])
        return (held[0][2] if held else self.listed_due or self.due), end

    def _wholes(self, text: _Text, sentence: str) -> list[Claim]:
        """Halve, double, eliminate: goals whose number is a word of doing."""
        found = _last("whole", text.hidden)
        if found is None:
            return []
        gives, m = float(found[0].gives), found[1]
        name = _tidy(text.shown[slice(*m.span("name"))].split("@")[0]) if m["name"] else ""
        name = name or _tidy(text.shown[slice(*m.span("before"))].split("@")[-1])
        side, unit = (comparators.INCREASE_BY_PCT, "%") if gives else (comparators.EQUAL, "")
        fact = text.told or self.section == "facts"
        claim = Claim(name, side, gives, None, unit, evidence=sentence.strip(), fact=fact)
        due = next((d[2] for d in text.dues), self.listed_due or self.due)
        return [_sure(claim, due, 0.85)] if name else []

    def _remember(self, text: _Text, found: list[Claim], base: str) -> None:
        """What later sentences mean by "the percentage", or by Target: …"""
        led = _lead(text, 0, len(text.hidden))
        of = re.search(r"(?:percentage|proportion|number|share|rate)s? of ([^.,;:@]+)", text.shown)
        if found:
            self.subject = replace(led, name=found[-1].name)
        elif led.aim and re.search("[a-z]{3}", led.name):
            self.subject = led
        elif of:
            self.subject = Lead(name=_tidy(of[1]))
        self.base = "" if found else base
        self.said_due = text.dues[-1][2] if text.dues else ""


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
    return _SIDES.get(aim) or (comparators.MOST if _says("falling", name.lower()) else comparators.LEAST)


# --- tables ---------------------------------------------------------------------------------------


def read_table(rows: Rows, due: str) -> Iterator[tuple[int, Claim]]:
    """The goals of a table with a column of names and one of targets, by row; none of any other table."""
    if not speaks(" ".join(map(" ".join, rows))):
        return
    for at, head in enumerate(rows[:3], 1):
        found = [first("table_heads", _plainly(cell)) for cell in head]
        roles = [str(rule.fields["role"]) if rule else "" for rule in found]
        aims = [i for i, r in enumerate(roles) if r == ("target" if "target" in roles else "year")]
        if "name" in roles and aims:
            yield from _rows(rows[at:], head, roles, aims, due)
            return


def _rows(
    rows: Rows, head: tuple[str, ...], roles: list[str], aims: list[int], due: str
) -> Iterator[tuple[int, Claim]]:
    stood = _year(next((head[i] for i, role in enumerate(roles) if role == "baseline"), ""))
    for n, row in enumerate(rows, 1):
        cells = dict(reversed([*zip(roles, row, strict=False)]))  # the first column of a role
        base = cells.get("baseline", "") if re.search(r"\d", cells.get("baseline", "")) else ""
        base = f"{base} ({stood})" if base and stood and stood not in base else base
        for i in (i for i in aims if i < len(row) and len(set(row)) > 1):
            claim = _cell(cells["name"], cells.get("unit", ""), row[i])
            if claim is not None:
                claim = replace(claim, baseline=base, evidence=f"{cells['name']} | {head[i]} | {row[i]}")
                yield n, _sure(claim, _year(head[i]) or due, 0.9)


def _year(head: str) -> str:
    return next(iter(re.findall(r"20\d\d", head)[-1:]), "")


def _cell(printed: str, row: str, cell: str) -> Claim | None:
    """The goal of a cell: a number, with the words before it and the unit of its row."""
    low, name = _plainly(cell).lower().strip(), printed.lower()
    m = _pattern("number").search(low)
    before = low[: m.start()] if m else ""
    said = _last("comparator", before)
    if m is None or not (said or _last("aim", before) or re.fullmatch(r"\W*(?:by|to|reach|target:?)? ?", before)):
        return None
    number, unit = _value(m)
    per = re.search(r"\bper 1", name) and _pattern("number").match(f"1 {name}".replace("(", ""))
    share = "%" in printed or re.match(r"\W*(?:the )?(?:percent|proportion|share)", name)
    told = units.parse(row) if row else None
    unit = unit or (told.unit if told else "") or (_value(per)[1] if per else "%" if share else "")
    based = "" if unit[:1] in {"人", "张"} else r"|\s*\(?\bper 1[^)]*\)?"
    name = _tidy(re.sub(rf"^%\s*(?:of )?|\s*\(%\)|^[A-Z]?[\d.]+\s{based}", "", printed))
    return Claim(name, (str(said[0].gives) if said else "") or _side_of(name, number), number, None, unit)

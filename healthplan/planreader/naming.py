"""Short names out of clauses."""

import re
from functools import lru_cache

from healthplan.language import characters, comparators, vocabulary
from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.planreader.rules import rules

_KEPT = {row["at"]: row["words"].split(";") for row in vocabulary.rows("kept")}
"""Words that begin or end with a sign that else is cut there: 应急, 达标率, 在册; 签约, 基地, 行为."""
_STAGE = r"(?:规划|计划|实施)?(?:期末|中期(?!妊娠|引产))(?:评估)?[末时]?|评估时"
_LEAD = re.compile(
    rf"^(?:(?!{'|'.join(_KEPT['head'])})(?:{_STAGE}|[@\s、，的并且和及与]|或者?|力争|争取|努力|确保|实现|其中|使得?|让|将|把|进一步|逐步|基本(?=实现|达到|建成|形成|消除|上)|不断|全面|稳步|持续|"
    r"扎实|积极|着力|大力|深入|加快|推动|推进|加强|促进|要|应|到|在|为|对|按照|通过|以|全国|全省|全市|全区|全县|(?:区|县|市|镇|辖区)内(?=[一二三]级|公立|基层|各)|"
    r"全州|全域|我省|我市|我区|我县|我国|总体(?=达到|上|实现)|主要是|计划|预期|同时|每年|保持|巩固|高质量|高标准|稳定|维持|有序|"
    r"统筹|支持|鼓励|引导|落实|做好|抓好|达到?|完善|全方位|广泛|至少|各地|提倡|倡导|原则上|一般|全年|--|——|-|[①-⑳]|\d{1,2}\.(?=[^\d])|[Tt]he\s))+"
)
_WHOLE = "".join(f"(?<!{word})" for word in _KEPT["end"])
_TRAIL = re.compile(
    rf"(?:(?:{_STAGE}|[@\s、，：的地]|均|分别|各|都|要|应|总体|稳步|逐年|也|将|力争|争取|确保|约|不断|持续|明显|显著|稳定|进一步|"
    r"逐步|基本|原则上|一般以?|应当|全部|再|继续|实现|保持|维持|控制|年均|累计|平均|努力|拥有|共计|共|其中|为|至|到|达|达到|务必|(?:[须应需均]|分别)在|每(?:年度?|月|季度?|周|天)|(?:稳定|维持|保持)在|\.|"
    rf"(?<=[率数度例重平应])(?:稳步|逐步|逐年|持续|不断|进一步|明显|显著|大幅|有所)?(?:提高|提升|上升|下降|降低|以|向)|\s(?:shall|should|will|must|is|are)(?:\sbe)?){_WHOLE})+$"
)
TAIL = re.compile(
    r"(?:率|比例|比重|占比|水平|寿命|数|度|量|指数|得分|评分|面积|床位|比|支出|费用|时间|时长|住院日|增幅|增速|"
    r"标准|规模|投入|产值|收入|人次|人数|概率|值|份额|频次|覆盖面|程度|摄入量|年龄|均值|浓度|经费|素养)$"
)
_COMMON_TAIL = re.compile(
    r"(?:服务|人群|患者)?(?:覆盖|管理|签约|达标|建设|设置|开展|检测|检查|筛查|知晓|治疗|控制|报告|使用|上传|"
    r"完成|参保|就诊|满意|入组|支付|提供|合格|普及|申报|备案|建成|诊断|化解|随访|死亡|患病|发病)?"
    r"(?:率|比例|比重|占比|水平|度|数)$"
)
_SPLIT = re.compile("[、/]|(?<=[率比例重数度平])(?:和|及|与|以及)|以及")
_AND = re.compile("和|及|与")
_NOUN = re.compile(
    "患者|病人|人群|居民|儿童|妇女|老年人|学生|职工|医院|医疗机构|医疗卫生机构|养老机构|托育机构|卫生院|村卫生室|医师|医生|护士|床位|疫苗"
)
_PEOPLE = re.compile("患者|病人|人群|儿童|妇女|老年人|学生|孕产妇")
_OF_PEOPLE = re.compile(
    "(?:规律?服药|服药|面访|控制|知晓|治疗|治愈|体检|随访|访视|管理|规范管理|筛查|接种|检出|患病|病死|贫血|近视|肥胖)率"
)
_OF_ILLNESS = re.compile("(?:知晓|治疗|控制|检出|患病|病死)率$")
_PER = re.compile(r"每[\d百千万十]+(?:名)?(?:常住|户籍)?(?:人口|居民|人)?")
_PARALLEL = re.compile(
    "城市|城镇|农村|乡村|男性|女性|男|女|公办|民办|公立|民营|私立|门急诊|门诊|急诊|住院|国家级|省级|市级|区级|县级|小学|初中|高中"
)
"""Words that stand for each other at the head of parallel names: 城市、农村孕产妇死亡率."""
_ILLNESS = re.compile("|".join(row["pattern"] for row in vocabulary.rows("illnesses")))
_SIGNS = re.compile("[0-9一二两三四五六七八九十百千万亿%‰，；。、：,:;]")


def printed(plain: str, register: Register | None) -> list[tuple[int, int]]:
    """Where registered names stand in which a rule would see a number, a stop or a word of its own.

    65岁及以上…, Beds, all, 门诊次均费用增长幅度 are names and nothing else; 中医馆全覆盖 is one where a number follows.
    """
    if register is None:
        return []
    text, places = _keyed(plain)
    found: list[tuple[int, int]] = []
    for name, whole in _odd(tuple(register.indicators)):
        at = text.find(name)
        while at >= 0:
            start, end = places[at], places[at + len(name) - 1] + 1
            free = all(end <= a or b <= start for a, b in found)
            if free and (not whole or re.match(r"[^，；。]*\d", plain[end:])):
                found.append((start, end))
            at = text.find(name, at + 1)
    return found


@lru_cache(8)
def _odd(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Names that are more than plain words, the longest first; whether a goal in words stands in them."""
    told = [rule.pattern for rule in rules("wholes")]
    words = [re.compile(comparators.any_word(place)) for place in ("before", "after")]
    words += [rule.pattern for rule in rules("facts")]
    found = []
    for name in sorted(names, key=len, reverse=True):
        tried = normal(f"{name}达到90%")
        whole = any(_within(pattern, tried, name) for pattern in told)
        if whole or _SIGNS.search(name) or any(_within(pattern, tried, name) for pattern in words):
            found.append((name, whole))
    return tuple(found)


def _within(pattern: re.Pattern[str], text: str, name: str) -> bool:
    found = pattern.search(text)
    return found is not None and found.start() < len(name)


def _keyed(plain: str) -> tuple[str, list[int]]:
    """The folded spelling of a text, and for each of its signs the place in the text."""
    signs = [(sign, at) for at, c in enumerate(plain) for sign in characters.key(c)]
    return "".join(sign for sign, _ in signs), [at for _, at in signs]


def registered(text: str, register: Register | None) -> str:
    """The registered name that is all of `text` but for words around it (到@，全区NAME稳步), as printed, or ""."""
    if register is None:
        return ""
    for end in range(len(text), max(len(text) - 9, 0), -1):
        if end < len(text) and not _TRAIL.fullmatch(text[end:]):
            continue
        for start in range(end):
            lead = text[:start]
            if lead and (tidy(lead) or characters.key(lead[-1:]) == ""):
                continue
            if characters.key(text[start:end]) in register.indicators:
                return text[start:end].strip()
    return ""


def has_tail(name: str) -> bool:
    """Does a name end like a measure (率, 数, 水平 ...), brackets at its end aside?"""
    return bool(TAIL.search(re.sub(r"（[^（）]*）$", "", name)))


_LONGEST = 300  # signs of a clause that a name is looked for in


@lru_cache(20_000)
def tidy(text: str, limit: int = 60) -> str:
    """A clause part as a name: without dates, adverbs and auxiliary verbs at its ends."""
    name = re.sub(r"@+|（20\d\d年[底末]?）", "", text[-_LONGEST:])
    before = None
    while before != name:
        before = name
        name = _TRAIL.sub("", _LEAD.sub("", name))
    name = re.sub(r"^（(?:约束性|预期性)(?:指标)?）|^[”》）、，]+|[“《（、，]+$", "", name)
    return name[-limit:] if len(name) > limit else name


def subjects(text: str, wanted: int, register: Register | None = None) -> list[str]:
    """The `wanted` parallel subjects of a list (A、B和C), or the text whole where it cannot be told what each is.

    A part that lacks the common ending (二级、三级医院预约诊疗率) gets it from the last part: so that the name is a
    registered one, else from the word for what both are (患者, 医院), else where both are built alike. A part cut
    otherwise would be a name that nobody wrote.
    """
    parts = [part for part in _SPLIT.split(text) if tidy(part)]
    if len(parts) < wanted:
        parts = [bit for part in parts for bit in _AND.split(part) if tidy(bit)]
    ends = [bool(TAIL.search(tidy(part))) for part in parts]
    # 肺癌、胃癌和肝癌早诊率 are three that share an ending, A率、B和C覆盖率 are two with their own
    several = len(parts) == wanted and ends == [False] * (wanted - 1) + [True]
    if several and "、" in text and len(_AND.split(tidy(parts[-1]))) > 1:
        return [text]
    if len(parts) != wanted or wanted < 2:
        return [text]
    last = tidy(parts[-1])
    names = [_completed(tidy(part), last, register) for part in parts[:-1]]
    if not all(names):
        return [text]
    names.append(last)
    names[1:] = [of_same(names[0], name) for name in names[1:]]
    base = _PER.match(names[0])
    out: list[str] = []
    for name in names:  # the base holds for what follows until another is named
        base = base and (_PER.match(name) or base)
        out.append(base.group() + name if base and not name.startswith("每") else name)
    return out


def of_same(first: str, name: str) -> str:
    """`name` with whose the first is: 严重精神障碍患者规范管理率、服药率; 高血压知晓率、治疗率."""
    whose = _PEOPLE.search(first, 1)
    head = first[: whose.end()] if whose else _OF_ILLNESS.sub("", first)
    return f"{head}{name}" if head != first and _OF_PEOPLE.fullmatch(name) else name


def _completed(part: str, last: str, register: Register | None) -> str:
    """`part` with the ending of `last`: 门诊 + 住院患者满意度 = 门诊患者满意度; "" where it cannot be told."""
    if not TAIL.search(last) or TAIL.search(part):
        return part
    if re.fullmatch("[一二三四甲乙丙]", part) and re.match("[一二三四甲乙丙][级等]", last):
        return part + last[1:]
    if register is not None:
        wholes = (part + last[at:] for at in range(1, len(last)))
        if found := next((name for name in wholes if register.indicator(name).id), ""):
            return found
    for length in range(min(4, len(part)), 1, -1):
        at = last.rfind(part[-length:])
        if at >= 0:
            return part + last[at + length :]
    return _parallel(part, last)


def _parallel(part: str, last: str) -> str:
    """The ending that two names built alike share: 城市、农村孕产妇死亡率, 门诊、住院患者满意度, 胃癌、结直肠癌早诊率."""
    ills = [*_ILLNESS.finditer(last)]
    if ills and any(found.end() == len(part) for found in _ILLNESS.finditer(part)):
        return part + last[ills[-1].end() :]
    head = _PARALLEL.match(last)
    if head and _PARALLEL.fullmatch(part):
        return part + last[head.end() :]
    if len(part) < len(last) and last[len(part) - 1] == part[-1]:
        return part + last[len(part) :]
    noun = _NOUN.search(last, 1)
    own = _NOUN.search(part)
    if noun and (own is None or own.end() == len(part)):
        return part + last[noun.end() if own else noun.start() :]
    tail = _COMMON_TAIL.search(last)
    if tail and abs(tail.start() - len(part)) <= (len(tail.group()) > 1):
        return part + tail.group()
    return ""


def rated_subjects(text: str) -> list[str]:
    """Subjects that are each a rate or ratio of their own (A率、B率), or the whole text."""
    parts = [tidy(part) for part in _SPLIT.split(text) if tidy(part)]
    if len(parts) >= 2 and all(re.search("(?:率|比例|比重|占比|满意度)$", part) for part in parts):
        return parts
    return [text]


def paired_subjects(text: str) -> list[str]:
    """One rate for two named groups (高血压、糖尿病患者规范管理率), by the rules of `pairs`."""
    for rule in rules("pairs"):
        match = rule.pattern.search(text)
        if match:
            head, tail = text[: match.start()], text[match.end() :]
            return [f"{head}{match[side]}{tail}" for side in ("a", "b")]
    return []

"""Short names out of clauses, and their likeness to the indicators of the registry."""

from __future__ import annotations

import re
from functools import lru_cache

from healthplan.planreader.rules import rules

_LEAD = re.compile(
    r"^(?:[@\s、，的并且和及与]|力争|争取|努力|确保|实现|其中|使得?|让|将|把|进一步|逐步|基本(?=实现|达到|建成|形成|消除|上)|不断|全面|稳步|持续|"
    r"扎实|积极|着力|大力|深入|加快|推动|推进|加强|促进|要|应|到|在|为|对|按照|通过|以|全国|全省|全市|全区|全县|"
    r"全州|全域|我省|我市|我区|我县|我国|总体(?=达到|上|实现)|主要是|计划|预期|同时|每年|保持|巩固|高质量|高标准|稳定|维持|有序|"
    r"统筹|支持|鼓励|引导|落实|做好|抓好|达到?|完善|全方位|广泛|至少|各地|提倡|倡导|原则上|一般|--|——|-|[①-⑳])+"
)
_TRAIL = re.compile(
    r"(?:[@\s、，：的地]|均|分别|各|都|要|应|总体|稳步|逐年|也|将|力争|争取|确保|约|不断|持续|明显|显著|稳定|进一步|"
    r"逐步|基本|原则上|一般以?|应当|总数|全部|再|继续|实现|保持|控制|年均|累计|平均|努力|拥有|数量|共计|共|其中|为|至|到|达|达到)+$"
)
TAIL = re.compile(
    r"(?:率|比例|比重|占比|水平|寿命|数|度|量|指数|得分|评分|面积|床位|比|支出|费用|时间|时长|住院日|增幅|增速|"
    r"标准|规模|投入|产值|收入|人次|人数|概率|值|份额|频次|覆盖面|程度|摄入量|年龄|均值|浓度|经费)$"
)
_COMMON_TAIL = re.compile(
    r"(?:服务|人群|患者)?(?:覆盖|管理|签约|达标|建设|设置|开展|检测|检查|筛查|知晓|治疗|控制|报告|使用|上传|"
    r"完成|参保|就诊|满意|入组|支付|提供|合格|普及|申报|备案|建成|诊断|化解|随访|死亡|患病|发病)?"
    r"(?:率|比例|比重|占比|水平|度|数)$"
)
_SPLIT = re.compile("[、/]|(?<=[率比例重数度平])(?:和|及|与|以及)|以及")
_AND = re.compile("和|及|与")


def has_tail(name: str) -> bool:
    """Does a name end like a measure (率, 数, 水平 ...), brackets at its end aside?"""
    return bool(TAIL.search(re.sub(r"（[^（）]*）$", "", name)))


def tidy(text: str, limit: int = 60) -> str:
    """A clause part as a name: without dates, adverbs and auxiliary verbs at its ends."""
    name = re.sub(r"@+", "", text)
    before = None
    while before != name:
        before = name
        name = _TRAIL.sub("", _LEAD.sub("", name))
    name = re.sub(r"^[”》）、，]+|[“《（、，]+$", "", name)
    return name[-limit:] if len(name) > limit else name


def subjects(text: str, wanted: int) -> list[str]:
    """The `wanted` parallel subjects of a list (A、B和C), or fewer where the text has fewer.

    A part that lacks the common ending (二级、三级医院预约诊疗率) gets it from the last part.
    """
    parts = [part for part in _SPLIT.split(text) if tidy(part)]
    if len(parts) < wanted:
        parts = [bit for part in parts for bit in _AND.split(part) if tidy(bit)]
    if len(parts) < wanted or wanted < 2:
        return [text]
    chosen = parts[-wanted:]
    last = tidy(chosen[-1])
    names = []
    for part in chosen[:-1]:
        name = tidy(part)
        names.append(
            _with_tail(name, last) if TAIL.search(last) and not TAIL.search(name) else name
        )
    base = re.match(r"每[\d百千万十]+(?:名)?(?:常住|户籍)?(?:人口|居民|人)?", names[0])
    if base and not any(name.startswith("每") for name in [*names[1:], last]):
        names = [names[0], *(base.group() + name for name in names[1:])]
        last = base.group() + last
    return [*names, last]


def _with_tail(part: str, last: str) -> str:
    """`part` with the ending of `last`: 门诊 + 住院患者满意度 = 门诊患者满意度."""
    for length in range(min(4, len(part)), 1, -1):
        at = last.rfind(part[-length:])
        if at >= 0:
            return part + last[at + length :]
    if len(part) <= 4 and len(last) - len(part) >= 2:
        return part + last[len(part) :]
    tail = _COMMON_TAIL.search(last)
    return part + tail.group() if tail else part


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


_NOISE = re.compile(
    r"[\s“”‘’《》（）()、，。：；·\-—/％%‰@#]|的|数$|全省|全市|全区|全县|全国|居民(?=健康素养)|常住|达到|比例"
)


@lru_cache(maxsize=20_000)
def core(name: str) -> str:
    """A name without the signs and words that vary between documents."""
    return _NOISE.sub("", re.sub(r"[（(][^（）()]*[）)]", "", name)) or name


@lru_cache(maxsize=20_000)
def _pairs(name: str) -> frozenset[str]:
    text = core(name)
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def likeness(one: str, other: str) -> float:
    """Share of sign pairs in common (Dice), 0 to 1."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def contained(part: str, whole: str) -> float:
    """Share of the sign pairs of `part` that occur in `whole`."""
    a, b = _pairs(part), _pairs(whole)
    return len(a & b) / len(a) if a else 0.0


def match_indicator(name: str, registry: dict[str, list[str]], least: float = 0.72) -> str:
    """The id of the indicator whose name or alias is most like `name`, or ""."""
    best, score = "", least
    for indicator, names in registry.items():
        for candidate in names:
            like = 1.0 if core(candidate) == core(name) else likeness(candidate, name)
            if like > score or (like == score == 1.0 and not best):
                best, score = indicator, like
    return best

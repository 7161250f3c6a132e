"""Characters: which of them mean the same to a reader and not to a machine. Full-width forms (U+FF01-FF5E) become their
ASCII twins one by one. Compatibility normalisation (NFKC) is never applied to figures, because it would make 3.761 of
3.76① and 3.062 of 3.06²."""

import re
import unicodedata
from functools import lru_cache

REMEMBERED = 20_000  # the same few words stand in every row of a table
_UNSEEN = ((0x00AD,) * 2, (0x034F,) * 2, (0x061C,) * 2, (0x180E,) * 2, (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
           (0xFE00, 0xFE0F), (0xFEFF,) * 2, (0xFFFC,) * 2)  # fmt: skip
INVISIBLE = {code: None for first, last in _UNSEEN for code in range(first, last + 1)}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys(map(ord, "\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " ")
_SPACES |= dict.fromkeys(range(0x2000, 0x200B), " ")
_MINUS = dict.fromkeys([0x2212, 0x2010, 0x2011, 0x2012, 0x2013, 0xFE63, 0xFE58, 0x2796], "-")
_NAME = str.maketrans("（）【】〔〕～~〜—－•・‧∕⁄", "()()()-----···//")
# Radicals from the supplement block that copying out of a PDF puts in the place of the character itself.
_RADICALS = str.maketrans(
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺎⺏⺐⺑⺒⺓⺖⺘⺝⺡⺣⺩⺬⺮⺼⻂⻊⻍⻎⻏⻖⻗⻑⻌⺌⺍⺗⺙⺫⺳⺶⺷⺸⺻⺽⺾⻟⻠⻡⻪⻫⻯⻲",
    "母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟兀尣尢尢巳幺忄扌月氵灬王示竹肉衤足辶辶阝阝雨長辶小小心攵网网羊羊羊聿臼艹食食食黾齊竜龜",
)
# Latin look-alikes from the Cyrillic and Greek alphabets, for ids and unit letters.
_ALPHABETS = str.maketrans("АВЕКМНОРСТХаеорсхуіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαρν", "ABEKMHOPCTXaeopcxyijsABEZHIKMNOPTYXoapv")
# Digits of other scripts, which \d and float() would take.
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
# Radicals and ideographs that stand for another character.
_COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_GAP = re.compile(r" {2,}")


@lru_cache(REMEMBERED)
def half_width(text: str) -> str:
    """Full-width ASCII twins, odd spaces and odd minus signs made plain; invisible characters dropped."""
    plain = text.translate(INVISIBLE).translate(_WIDE).translate(_SPACES).translate(_MINUS).strip()
    return plain if plain.isascii() else _FOREIGN_DIGIT.sub("\ufffd", plain)


@lru_cache(REMEMBERED)
def clean(text: str) -> str:
    """A text as it may be kept: no invisible characters, one kind of space, trimmed."""
    return _GAP.sub(" ", text.translate(INVISIBLE).translate(_SPACES)).strip()


def visible(text: str) -> str:
    """A text without characters that cannot be seen, for what is kept beside the figures."""
    return "".join(c for c in clean(text) if c.isprintable())


@lru_cache(REMEMBERED)
def name(text: str) -> str:
    """A name as it is kept and shown: look-alike characters made the ones a reader sees, spaces trimmed. Brackets and
    letters keep their width; only what cannot be told apart by eye is changed."""
    return _plain_ideographs(clean(text).translate(_RADICALS))


@lru_cache(REMEMBERED)
def key(text: str) -> str:
    """What two spellings of one name have in common: width, brackets, spaces, case and alphabet folded."""
    text = name(text).translate(_WIDE).translate(_NAME).translate(_ALPHABETS)
    return re.sub(r"[\s_]+", "", text).casefold()


def _plain_ideographs(text: str) -> str:
    return _COMPATIBLE.sub(lambda sign: unicodedata.normalize("NFKC", sign.group()), text)


@lru_cache(REMEMBERED)
def folded(text: str) -> bool:
    """Whether a name held characters that look like others (radicals, invisible ones, other alphabets)."""
    trimmed = text.strip()
    odd = _plain_ideographs(trimmed.translate(INVISIBLE).translate(_RADICALS)) != trimmed
    han = any("\u4e00" <= c <= "\u9fff" for c in trimmed)
    latin = not han and any(c.isascii() for c in trimmed)
    return odd or (latin and trimmed.translate(_ALPHABETS) != trimmed)


def shown(text: object) -> str:
    """A value as a message may print it: what cannot be seen is named, so that nothing steers a terminal."""
    written = str(text)
    return "".join(c if c.isprintable() else " " if c in "\t\r\n" else f"<U+{ord(c):04X}>" for c in written)


# --- in a document: one sign for each meaning, places unchanged ---------------------------------

_ONE_SIGN = str.maketrans(
    "０１２３４５６７８９％／．＋＜＞＝＊＆（）［］＂＇：；，！？｜～－"
    "﹪٪∕⁄≧⩾≦⩽﹥﹤〈〉—–―‐‑‒−─━〜∼∶:(),;﹐﹔﹝﹞「」『』〇○",
    "0123456789%/.+<>=*&（）[]\"'：；，！？|~-%%//≥≥≤≤><<>---------~~：：（），；，；〔〕“”“”零零",
)
_ONE_SIGN |= {ord("Ａ") + i: ord("A") + i for i in range(26)}
_ONE_SIGN |= {ord("ａ") + i: ord("a") + i for i in range(26)}

_EDITOR_MARK = re.compile(r"\[(?:bookmark|image|comment|toc)[^\]]{0,60}\]", re.IGNORECASE)
_SPACE_BY_CHINESE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_ENDLESS = re.compile(r"\d{25,}|[零一二两三四五六七八九十百千万亿]{25,}")
_SPACE_IN_NUMBER = re.compile(r"(?<=[\d.]) (?=\d)|(?<=[\d.])\s+(?=[%‰/.])")
_BROKEN_YEAR = re.compile(r"(?<!\d)(19|20)\s+(?=\d\d年)")
_WORDED_YEAR = re.compile(r"(?:一九|二零)[零一二三四五六七八九]{2}(?=年)")
_YEAR_SIGNS = str.maketrans("零一二三四五六七八九", "0123456789")


def normal(text: str) -> str:
    """The same text with one sign for each meaning; length and places unchanged. Commas inside digit groups (`1,200`)
    stay commas; 二〇二五年 becomes 2025年."""
    out = _ENDLESS.sub(lambda match: "#" * len(match.group()), text.translate(_ONE_SIGN))
    out = _WORDED_YEAR.sub(lambda match: match.group().translate(_YEAR_SIGNS), out)
    return re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", out)


def paragraph(text: str) -> str:
    """A paragraph without layout: no inner line ends, no blanks between Chinese signs. Two numbers on two lines stay
    two. A word processor's marks (`[bookmark: ...]`, `[image: ...]`) and invisible signs go too."""
    out = _EDITOR_MARK.sub("", _plain_ideographs(text.translate(INVISIBLE).translate(_RADICALS)))
    out = _SPACE_BY_CHINESE.sub("", out.strip())
    out = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", _BROKEN_YEAR.sub(r"\1", out)))
    return _SPACE_IN_NUMBER.sub("", out).replace("\n", " ")


def clause_start(text: str, at: int, signs: str = "，；。") -> int:
    """Where the clause around a place begins: behind the nearest of the signs before it."""
    return max(text.rfind(sign, 0, at) + 1 for sign in signs)


def clause_end(text: str, at: int, signs: str = "，；。") -> int:
    """Where it ends: at the nearest of the signs from that place on, else with the text."""
    return min((i for sign in signs if (i := text.find(sign, at)) >= 0), default=len(text))

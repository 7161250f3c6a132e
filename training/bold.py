"""The bold face of the PDF reports: Noto Sans SC Bold cut to the characters that reports are written in.

    python -m training.bold [NotoSansCJK-Bold.ttc]

The font wheel has no bold face and typst takes the regular one in silence, so a subset of Noto Sans CJK (SIL Open Font
License; Debian's ``fonts-noto-cjk``) lies in ``healthplan/figures/fonts``: GB 2312, Latin, Greek, signs, and what else
our messages and data write. The Simplified Chinese face goes by the regular one's family name, so that the two pair.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
TARGET = ROOT / "healthplan/figures/fonts/NotoSansSC-Bold.otf"
FACE, FAMILY = "Noto Sans CJK SC", "Noto Sans SC"
READ = (
    "healthplan/messages/*.csv",
    "data/*.csv",
    "data/plans/*/*.csv",
    "data/plans/*/*.yaml",
    "healthplan/tables/*.csv",
)
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x370, 0x3FF),
    (0x2000, 0x206F),
    (0x2150, 0x218F),
    (0x2190, 0x2193),
    (0x3000, 0x303F),
)


def characters() -> set[int]:
    """Every character that the bold face is to hold, where the font has it."""
    gb = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    found = {ord(one) for pair in gb for one in pair.decode("gb2312", "ignore")}
    found |= {code for first, last in RANGES for code in range(first, last + 1)}
    written = (path.read_text("utf-8") for pattern in READ for path in sorted(ROOT.glob(pattern)))
    return found | {ord(one) for words in written for one in words}


def cut(source: Path) -> TTFont:
    """The subset of the Simplified Chinese face, named as the bold of the regular one."""
    font = next(one for one in TTCollection(source).fonts if one["name"].getDebugName(1) == FACE)
    options = subset.Options(
        layout_features=[], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14], notdef_outline=True, hinting=False
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    named = {1: FAMILY, 2: "Bold", 4: f"{FAMILY} Bold", 6: "NotoSansSC-Bold"}
    for number, words in named.items():
        font["name"].setName(words, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames[0] = named[6]
    top.topDictIndex[0].FamilyName, top.topDictIndex[0].FullName = FAMILY, named[4]
    font["OS/2"].usWeightClass, font["head"].macStyle = 700, 1
    font["OS/2"].fsSelection = 0b100000  # bold
    font.recalcTimestamp = False
    return font


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    cut(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE).save(TARGET)
    print(TARGET, TARGET.stat().st_size)

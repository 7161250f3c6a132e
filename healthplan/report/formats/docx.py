"""Reports and notices as Word documents in the manner of official ones (公文): everything by style, nothing by hand.

Fonts are named as offices have them; who lacks one gets what Word knows as its like (table of fonts).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from healthplan.messages import text
from healthplan.report.formats.pictures import Picture
from healthplan.report.formats.story import Piece, heading, paragraph, say

TITLE, BODY, HEAD, SUBHEAD, LATIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "Times New Roman"
LIKE = {TITLE: "SimSun", BODY: "FangSong", HEAD: "SimHei", SUBHEAD: "KaiTi"}  # for readers without the font
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}  # GB/T 9704, mm
WIDTH = 156  # mm between them
LABELS = {"zh": (21, 57, 21, 57), "en": (29, 49, 29, 49)}  # mm of the columns of a card
SHORT = {"zh": 28, "en": 52}  # letters of two lines of half a page
CARD_PICTURE = 80  # mm, so that a page holds two goals
TABLE, FACTS, CELL = "Report Table", "Facts", "Table Text"
SMALL, LABEL, CENTRED = "Small", "Label", "Centred"
# style: font, points, bold, lines in points, before, after, first line in characters
PARAGRAPHS: dict[str, tuple[str, float, bool, float, float, float, int]] = {
    "Normal": (BODY, 16, False, 28, 0, 0, 0),
    "Body Text": (BODY, 16, False, 28, 0, 0, 2),
    "Title": (TITLE, 22, False, 34, 0, 28, 0),
    "Heading 1": (HEAD, 16, False, 28, 6, 0, 2),
    "Heading 2": (SUBHEAD, 16, False, 28, 0, 0, 2),
    "Heading 3": (BODY, 14, True, 22, 4, 0, 2),
    "Caption": (HEAD, 12, False, 20, 6, 3, 0),
    CELL: (BODY, 10.5, False, 14, 1, 1, 0),
    CENTRED: (BODY, 16, False, 28, 0, 14, 0),
    "Picture": (BODY, 12, False, 0, 4, 4, 0),
    "Footer": (LATIN, 14, False, 0, 0, 0, 0),
}
NUMBERS = {  # of headings, level by level
    "zh": [("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3．")],
    "en": [("decimal", "%1. "), ("decimal", "%1.%2 "), ("decimal", "%1.%2.%3 ")],
}
ZIPPED = (1980, 1, 1, 0, 0, 0)


def docx(title: str, below: Sequence[str], told: Iterable[Piece], lang: str, day: Sequence[int], *,
         pictures: Mapping[str, Picture] | None = None, images: Mapping[str, bytes] | None = None,
         author: str = "", numbered: bool = True) -> bytes:  # fmt: skip
    """A document of pieces (see :mod:`healthplan.report.formats.story`) under its ``title`` and the lines ``below`` it.
    ``day``: year, month and day of its figures, the only date within; ``images``: PNG of the ``pictures`` by name;
    ``numbered``: headings number themselves."""
    made = Document()
    _styles(made, lang)
    if numbered:
        _number_headings(made, lang)
    _page(made)
    about = made.core_properties
    about.title, about.author, about.language, about.comments = title, author, {"zh": "zh-CN", "en": "en-GB"}[lang], ""
    about.created = about.modified = datetime(day[0], day[1], day[2])
    about.last_modified_by = author
    writer = _Writer(made, lang, pictures or {}, images or {})
    for name, line in [("Title", title), *((CENTRED, line) for line in below)]:
        writer.line(name, line)
    for piece in told:
        writer.write(piece)
    return _packed(made)


def of_notice(paragraphs: Sequence[str], lang: str, day: Sequence[int]) -> bytes:
    """A notice, of which the first paragraph is its title; those that bring their number and end without a stop are its
    headings, those that end in a colon the ones below them."""
    told = (
        heading(1, words) if re.match(r"[一二三四五六七八九十]+、|\d+\. ", words) and words[-1] not in "。." else
        heading(2, words) if words[-1] in "：:" else paragraph(words)
        for words in paragraphs[1:]
    )  # fmt: skip
    return docx(paragraphs[0], [], told, lang, day, numbered=False)


class _Writer:
    """Pieces into a document, numbering tables and figures as they come."""

    def __init__(self, made: Any, lang: str, pictures: Mapping[str, Picture], images: Mapping[str, bytes]) -> None:
        self.made, self.lang, self.pictures, self.images = made, lang, pictures, images
        self.count = {"table": 0, "figure": 0}

    def write(self, piece: Piece) -> None:
        getattr(self, f"_{piece['kind']}")(piece)

    def line(self, style: str, words: str = "") -> Any:
        """A paragraph; its style is set by id, for to look each one up takes longer than all the rest."""
        made = self.made.add_paragraph()
        _style_of(made._p, style)
        if words:
            made.add_run(words)
        return made

    def _heading(self, piece: Piece) -> None:
        self.line(f"Heading {piece['level']}", piece["words"])

    def _text(self, piece: Piece) -> None:
        self.line("Body Text", piece["words"])

    def _card(self, piece: Piece) -> None:
        self._heading(heading(3, text("formats.card_head", self.lang, name=piece["words"], status=piece["status"])))
        if piece["name"]:
            self._image(piece, CARD_PICTURE)  # its heading stands right above: no caption says it again
        self._facts(piece)

    def _facts(self, piece: Piece) -> None:
        """Short lines two in a row, long ones across; rows hold together."""
        rows: list[list[Sequence[str]]] = []
        for one in piece["lines"]:
            if rows and len(rows[-1]) == 1 and max(len(rows[-1][0][1]), len(one[1])) <= SHORT[self.lang]:
                rows[-1].append(one)
            else:
                rows.append([one])
        table = self.made.add_table(len(rows), 4)
        table._tbl.tblStyle_val = FACTS.replace(" ", "")
        table.autofit = False
        widths = [Mm(wide) for wide in LABELS[self.lang]]
        for column, wide in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = wide
        for line, told in zip(table._tbl.tr_lst, rows, strict=True):
            line.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            if len(told) == 1:
                line.tc_lst[1].merge(line.tc_lst[3])
            for at, (label, words) in enumerate(told):
                for cell, said_, style in ((2 * at, label, LABEL), (2 * at + 1, words, "")):
                    line.tc_lst[cell].width = widths[cell] if len(told) == 2 or cell == 0 else Mm(WIDTH) - widths[0]
                    _style_of(line.tc_lst[cell].p_lst[0], CELL)
                    _run(line.tc_lst[cell].p_lst[0], said_, style)
        self.line(CELL)  # between two tables

    def _picture(self, piece: Piece) -> None:
        self._image(piece, WIDTH)
        self._caption("figure", piece["caption"])

    def _image(self, piece: Piece, most: float) -> None:
        drawn, shown = self.pictures[piece["name"]], self.line("Picture")
        placed = shown.add_run().add_picture(io.BytesIO(self.images[piece["name"]]), width=Mm(min(drawn.wide, most)))
        placed._inline.docPr.set("descr", piece["alt"])
        placed._inline.docPr.set("title", piece["caption"])
        shown.paragraph_format.keep_with_next = True

    def _caption(self, kind: str, words: str) -> Any:
        self.count[kind] += 1
        name, line = say(self.lang, kind), self.line("Caption")
        line.add_run(name if self.lang == "zh" else f"{name} ")
        _field(line, rf"SEQ {name} \* ARABIC", str(self.count[kind]))
        line.add_run(f"{'　' if self.lang == 'zh' else '. '}{words}")
        return line

    def _table(self, piece: Piece) -> None:
        self._caption("table", piece["caption"]).paragraph_format.keep_with_next = True
        table = self.made.add_table(1 + len(piece["rows"]), len(piece["heads"]))
        table._tbl.tblStyle_val = TABLE.replace(" ", "")
        table.autofit = False
        widths = [Mm(WIDTH * part / 100) for part in piece["widths"]]
        for column, wide in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = wide
        for line, words in zip(table._tbl.tr_lst, [piece["heads"], *piece["rows"]], strict=True):
            line.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, wide, said_ in zip(line.tc_lst, widths, words, strict=True):
                cell.width = wide
                _fill(cell.p_lst[0], said_)
        table._tbl.tr_lst[0].trPr.append(OxmlElement("w:tblHeader"))
        note = parse_xml(f'<w:tblCaption {nsdecls("w")} w:val=""/>')
        note.set(qn("w:val"), piece["caption"])
        table._tbl.tblPr.append(note)


def _fill(line: Any, words: str) -> None:
    """A cell's words; what comes after a line feed in small letters."""
    _style_of(line, CELL)
    first, *more = words.split("\n")
    _run(line, first)
    for part in more:
        _run(line, part, SMALL, new=True)


def _run(line: Any, words: str, style: str = "", new: bool = False) -> None:
    """Words in a character style, ``new``: on a line of their own."""
    run = line.add_r()
    if style:
        run.style = style
    if new:
        run.append(OxmlElement("w:br"))
    run.add_t(words)


def _style_of(line: Any, name: str) -> None:
    line.get_or_add_pPr().get_or_add_pStyle().set(qn("w:val"), name.replace(" ", ""))


def _field(line: Any, code: str, shown: str) -> None:
    """A field that Word works out anew, with what it shows until then."""
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=""><w:r><w:t></w:t></w:r></w:fldSimple>')
    field.set(qn("w:instr"), code)
    field[0][0].text = shown
    line._p.append(field)


def _page(made: Any) -> None:
    """A4 with the margins of official documents and the number of each page at its foot."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, size in MARGINS.items():
        setattr(section, name, Mm(size))
    section.footer_distance = Mm(26)
    foot = section.footer.paragraphs[0]
    foot.add_run("— ")
    _field(foot, "PAGE", "1")
    foot.add_run(" —")


def _styles(made: Any, lang: str) -> None:
    styles = made.styles
    present = {style.name for style in styles}
    for name, (font, size, bold, line, before, after, indent) in PARAGRAPHS.items():
        style = styles[name] if name in present else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, font, size, bold)
        form = style.paragraph_format
        form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), name.startswith("Heading")
        form.line_spacing_rule, form.line_spacing = (
            (WD_LINE_SPACING.EXACTLY, Pt(line)) if line else (WD_LINE_SPACING.SINGLE, 1)
        )
        if name == CELL:
            form.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        if name in ("Title", CENTRED, "Picture", "Caption", "Footer"):
            form.alignment = SIDE.CENTER
        if indent and lang == "zh":
            _indent(style, indent)
        if lang == "en" and name in ("Body Text", "Normal", "Heading 1", "Heading 2", "Heading 3", CENTRED):
            style.font.size, form.line_spacing = Pt(12), Pt(18)
            form.space_after = Pt(6)
    styles.add_style(SMALL, WD_STYLE_TYPE.CHARACTER).font.size = Pt(9)
    styles.add_style(LABEL, WD_STYLE_TYPE.CHARACTER).font.bold = True
    _table_style(styles)
    _like(made)


def _font(style: Any, name: str, size: float, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)
    style.hidden, style.quick_style = False, True
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _indent(style: Any, characters: int) -> None:
    """The first line set in by so many characters, whatever their size."""
    style.paragraph_format.first_line_indent = Pt(characters * style.font.size.pt)
    style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), str(100 * characters))


def _table_style(styles: Any) -> None:
    """Thin lines, a head in another face, repeated where a page breaks."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4), ("insideH", 4), ("insideV", 4))
    )
    inner = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in (("left", 70), ("right", 70)))
    styles.element.append(parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="{TABLE}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblCellMar>{inner}</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr>'
        f'<w:rFonts w:eastAsia="{HEAD}"/><w:b/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/></w:tcPr>'
        f'</w:tblStylePr></w:style>'
    ))  # fmt: skip
    styles.element.append(parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{FACTS}"><w:name w:val="{FACTS}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>'
        f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/></w:tblBorders>'
        f'<w:tblCellMar>{inner}</w:tblCellMar></w:tblPr></w:style>'
    ))  # fmt: skip


def _number_headings(made: Any, lang: str) -> None:
    """Headings number themselves: 一、（一）1．"""
    numbering = made.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:pStyle w:val="Heading{at + 1}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/></w:lvl>'
        for at, (kind, shown) in enumerate(NUMBERS[lang])
    )
    outline = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(0, outline)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for at in range(3):
        about = made.styles[f"Heading {at + 1}"].element.get_or_add_pPr()
        level = f'<w:ilvl w:val="{at}"/>' if at else ""
        about.insert_element_before(
            parse_xml(f'<w:numPr {nsdecls("w")}>{level}<w:numId w:val="90"/></w:numPr>'),
            "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl",
        )  # fmt: skip


def _like(made: Any) -> None:
    """The table of fonts: what stands in for a font that a reader does not have."""
    part = next(rel.target_part for rel in made.part.rels.values() if rel.reltype.endswith("/fontTable"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{like}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        f'<w:pitch w:val="variable"/></w:font>'
        for name, like in LIKE.items()
    )
    part._blob = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()
    )


def _packed(made: Any) -> bytes:
    """The document with one constant day in its archive, so that the same content has the same bytes."""
    first, out = io.BytesIO(), io.BytesIO()
    made.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in read.namelist():
            about = zipfile.ZipInfo(name, ZIPPED)
            about.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(about, read.read(name))
    return out.getvalue()

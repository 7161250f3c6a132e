"""The documentation site: ``python tasks.py docs`` builds it into ``site/``, to be opened as files, without a network."""

import re

from sphinx.application import Sphinx
from sphinx.search.zh import SearchChinese

project = "healthplan"
language = "zh_CN"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["schedule/[!R]*"]
myst_heading_anchors = 4
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstring says what each one is
html_theme = "pydata_sphinx_theme"  # speaks Chinese
html_title = "healthplan"
html_show_sphinx = False
html_copy_source = False
html_show_search_summary = False  # would be fetched, which a browser refuses to pages opened as files
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["sidebar-nav-bs"]}
html_theme_options = {
    "logo": {"text": "healthplan"},
    "navbar_align": "left",
    "show_toc_level": 2,
    "navbar_end": ["theme-switcher"],
    "footer_start": [],
    "footer_end": [],
}


class Bigrams(SearchChinese):
    """Chinese words are found without a dictionary: texts and questions alike are cut into pairs of characters, and a page is found
    that has all pairs of the question. (Whole words in the index would hide the pages in which they stand within longer ones.)

    The name is that of the script for Latin words, which Sphinx 9.0 misses under "Chinese" (its issue 14229): the page would
    search for ever.
    """

    language_name = "English"
    js_splitter_code = r"""
function splitQuery(query) {
  const pairs = run => [...run].slice(0, -1).map((one, at) => one + run[at + 1]);
  return (query.match(/[\u3400-\u9fff]+|[a-zA-Z0-9_]+/g) || []).flatMap(
    run => run > "\u3400" && run.length > 2 ? pairs(run) : [run]
  );
}
"""

    def split(self, input: str) -> list[str]:
        """The words of a text."""
        runs = re.findall("[\u3400-\u9fff]+", input)
        return [*super().split(input), *(run[at : at + 2] for run in runs for at in range(len(run) - 1))]


def setup(app: Sphinx) -> None:
    """The Chinese search in the place of Sphinx's own."""
    app.add_search_language(Bigrams)

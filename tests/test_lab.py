"""``healthplan lab`` as an analyst meets it: a real server on a new workspace, a real browser on its first page."""

import json
import os
import re
import socket
import subprocess
import sys
from urllib.parse import quote
from urllib.request import urlopen

import nbformat
import pytest
from conftest import ROOT

from healthplan.lab import HERE, PAGES
from healthplan.starter import make_workspace

PAGE = {lang: (HERE / "pages" / name).read_text("utf-8") for lang, name in PAGES.items()}
NOTEBOOK = "notebooks/02-target.ipynb"
SAVED = f"""
(async () => {{
  const end = performance.now() + 60000, counted = cell => cell.execution_count;
  while (!(await (await fetch("/api/contents/{NOTEBOOK}")).json()).content.cells.some(counted))
    if (performance.now() > end) throw new Error("it was never saved");
}})()
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A new workspace, and the address under which it is served."""
    home = tmp_path_factory.mktemp("lab")
    make_workspace(home / "区")
    own = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "RUNTIME", "DATA")} | {
        "IPYTHONDIR": str(home / "ip")
    }
    around = {k: v for k, v in os.environ.items() if not k.startswith("HEALTHPLAN")} | own
    command = [sys.executable, "-m", "healthplan", "lab", "--no-browser"]
    server = subprocess.Popen(command, cwd=home / "区", env=around, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    yield home / "区", server.stdout.readline().split()[-1]
    server.terminate()
    server.communicate()


@pytest.mark.browser
def test_it_opens_on_the_start_page_in_chinese_and_a_notebook_runs_to_its_end(lab, tab):
    """Nothing lies over the page, nothing is asked of another machine, nothing complains, and what was run can be saved."""
    folder, url = lab
    tab.open(url, 1280)
    tab.until("document.querySelector('.jp-RenderedMarkdown h1') && !document.querySelector('#jupyterlab-splash')")
    assert tab.value("document.querySelector('.jp-RenderedMarkdown h1').innerText").startswith("开始")
    menu = tab.value("[...document.querySelectorAll('.lm-MenuBar-itemLabel')].map(e => e.innerText)")
    assert menu == ["文件", "编辑", "查看", "运行", "内核", "标签页", "设置", "帮助"]
    assert tab.value("document.querySelectorAll('.jp-Dialog, .Toastify__toast').length") == 0

    tab.click(".jp-RenderedMarkdown a[href*='02-target']")
    tab.until("document.querySelector('#jp-main-statusbar').innerText.includes('| 空闲')")
    tab.click(".lm-MenuBar-itemLabel", "运行")
    tab.click(".lm-Menu-item[data-command='runmenu:run-all']")
    tab.until("/\\d/.test([...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].pop()?.innerText)")
    tab.click(".lm-MenuBar-itemLabel", "文件")
    tab.click(".lm-Menu-item[data-command='docmanager:save']")
    tab.finished(SAVED)
    cells = [cell for cell in nbformat.read(folder / NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    assert [out for cell in cells for out in cell.outputs if out.output_type in ("error", "stream")] == []

    assert tab.complaints() == []
    here = re.match("http(://[^/]+/)", url)[1]
    sockets = [e["params"]["url"] for e in tab.events if e.get("method") == "Network.webSocketCreated"]
    asked = [*tab.requests(), *sockets]
    assert sockets and [one for one in asked if not re.match(f"(http|ws|blob:http){here}", one)] == []


def test_the_start_pages_lie_in_no_workspace_and_a_users_own_comes_first(lab):
    folder, url = lab
    at, _, token = url.partition("/lab/tree/")[0], *url.partition("?token=")[1:]
    contents = lambda name="": json.load(urlopen(f"{at}/api/contents/{quote(name)}?token={token}"))  # noqa: E731
    assert set(PAGES.values()) <= {one["name"] for one in contents()["content"]}
    assert not any((folder / name).exists() for name in PAGES.values())
    (folder / "START.md").write_text("mine", "utf-8")
    assert contents("START.md")["content"] == "mine"
    named = re.findall(r"\]\((notebooks/[^)]+)\)", contents("开始.md")["content"])
    assert NOTEBOOK in named and [one for one in named if not (folder / one).is_file()] == []
    assert set(PAGE["zh"].splitlines()) >= set(contents("开始.md")["content"].splitlines())


@pytest.mark.parametrize("lang", PAGES)
def test_the_first_lines_of_a_start_page_run(lang, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_LANG", lang)
    blocks = re.findall("```python\n(.*?)```", PAGE[lang], flags=re.S)
    assert sum(len(block.splitlines()) for block in blocks) >= 9
    exec("".join(blocks), {})


@pytest.mark.parametrize("lang", PAGES)
def test_a_start_page_leads_to_every_notebook_and_to_nothing_else(lang):
    linked = set(re.findall(r"\]\(([^)]+)\)", PAGE[lang])) - set(PAGES.values())
    assert linked == {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "notebooks").rglob("*.ipynb")
        if ".ipynb_" not in str(file)
    }


def test_the_settings_differ_in_the_language_alone():
    zh, en = (json.loads((HERE / lang / "overrides.json").read_text("utf-8")) for lang in PAGES)
    language = "@jupyterlab/translation-extension:plugin"
    assert (zh.pop(language), en.pop(language)) == ({"locale": "zh_CN"}, {"locale": "en"})
    assert zh == en


WITHOUT = "import sys; sys.modules['jupyterlab'] = None; from healthplan.cli import main; sys.argv = ['healthplan', 'lab']; main()"


def test_what_keeps_it_from_starting_is_said_in_a_line(door, tmp_path):
    """A port that is taken, a folder that cannot be written, no JupyterLab: never a traceback, never a server half started."""
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        busy = door("lab", "--no-browser", "--port", taken.getsockname()[1])
    (tmp_path / "file").touch()
    closed = door("lab", "--no-browser", env=os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "file" / "x")})
    lacking = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True)
    for ran, code, said in ((busy, 2, "PARAM-VALUE"), (closed, 1, "FILE-WRITE"), (lacking, 1, "NEEDS-EXTRA")):
        lines = ran.stderr.decode().splitlines()
        assert (ran.returncode, len(lines)) == (code, 1) and f"[{said}]" in lines[0], ran.stderr.decode()

"""``healthplan lab``: JupyterLab on a workspace, in the reader's language, offline, on a page that says how to begin.

Its settings (``zh``, ``en``) and start pages (``pages``) lie in the package; what a user changed in JupyterLab's own settings
comes before them.
"""

import os
import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from healthplan.errors import Fault, InputError, system_words, wrong_value

HERE = Path(__file__).parent
PAGES = {"zh": "开始.md", "en": "START.md"}
HOST = "localhost"


def serve(root: Path, lang: str, port: int | None, browser: bool, told: Callable[[str], None]) -> None:
    """Serve the workspace until it is ended; ``told`` gets the address once there is one. Without a ``port`` a free one is taken.

    Raises :class:`InputError` without JupyterLab, :class:`UsageError` for a port that is taken, ``OSError`` for a folder that
    cannot be written.
    """
    if find_spec("jupyterlab") is None:
        raise InputError(Fault("NEEDS-EXTRA", column="jupyterlab", fields={"packages": "jupyterlab"}))
    _may_be_written(root)
    from jupyter_core import paths
    from jupyterlab.labapp import LabApp

    # Which tabs were open is remembered for each workspace: those of another one cannot be opened here.
    layout = Path(paths.jupyter_config_dir(), "lab", "workspaces", f"healthplan-{crc32(os.fsencode(root)):08x}")
    for folder in (layout, Path(paths.jupyter_runtime_dir())):
        folder.mkdir(parents=True, exist_ok=True)
        _may_be_written(folder)
    if port:
        _free(port)
    os.environ |= {"HEALTHPLAN_WORKSPACE": str(root), "HEALTHPLAN_LANG": lang}
    # Kernels are of this Python, whatever kernels of that name the user has; the debugger's warning is no concern of theirs.
    os.environ |= {"JUPYTER_PREFER_ENV_PATH": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    server = LabApp.initialize_server(argv=_settings(root, lang, port, browser, layout))
    server.io_loop.add_callback(told, server.local_url)  # once it listens
    server.identity_provider.token_generated = False  # else it says the address again, in English
    server.start()


def _settings(root: Path, lang: str, port: int | None, browser: bool, layout: Path) -> list[str]:
    """JupyterLab's command line."""
    chosen = {
        "ServerApp.root_dir": root,
        "ServerApp.ip": HOST,
        "ServerApp.open_browser": browser,
        "ServerApp.allow_root": getattr(os, "geteuid", lambda: 1)() == 0,  # as in a container
        "ServerApp.answer_yes": True,  # Ctrl-C ends it, without a question in English
        "ServerApp.contents_manager_class": "healthplan.lab.contents.WithStartPages",
        "KernelManager.transport_encryption": "required",  # else every kernel warns
        "LabApp.workspaces_dir": layout,
        "LabApp.app_settings_dir": HERE / lang,
        "LabApp.default_url": f"/lab/tree/{quote(PAGES[lang])}",
        "LabApp.extension_manager": "readonly",  # the other one asks PyPI
        "Application.log_level": "ERROR",
    }
    if port:
        chosen |= {"ServerApp.port": port, "ServerApp.port_retries": 0}
    return [f"--{name}={value}" for name, value in chosen.items()]


def _may_be_written(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(folder))


def _free(port: int) -> None:
    try:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
            one.bind((HOST, port))
    except OSError as error:
        wrong_value("--port", port, "1024-65535", system_words(error))

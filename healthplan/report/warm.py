"""What every report needs, imported once in the fork server; a forked kernel starts with all of it in memory.

Only modules and the drawing library's caches: no workspace, no figures, nothing that differs between reports.
A failure here costs speed, never a report: the kernel imports for itself what is missing.
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress

# What the notebook's own imports import only when used. The inline backend of matplotlib must not be among
# them: it binds to the kernel it is imported in.
MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "pandas",
    "scipy.stats",
    "seaborn",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "healthplan.projection",
    "healthplan.figures",
)


def _draw_once() -> None:
    """One small picture with Chinese words: fonts found, glyph and style caches filled."""
    import io

    from healthplan.figures.style import blank

    figure, axes = blank(1, 1)
    axes.set_title("暖 0123456789 %")
    figure.savefig(io.BytesIO(), format="png")


# In the server itself (and nowhere else) its streams go where those of the kernels go.
if sink := os.environ.pop("HEALTHPLAN_FORK_SERVER", ""):
    with suppress(OSError):
        os.dup2(os.open(sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
with suppress(Exception):
    exec(os.environ.pop("HEALTHPLAN_WARM", ""), {})
for name in MODULES:
    with suppress(Exception):
        importlib.import_module(name)
with suppress(Exception):
    _draw_once()

"""Why a report failed, in one line."""

from healthplan import workspace
from healthplan.errors import HealthplanError, catalogue, system_words
from healthplan.messages import text

OURS = ("InputError", "UsageError", "HealthplanError")
# What papermill and the kernels' client raise, by name: they are loaded only where something is run.
KNOWN = {"DeadKernelError": "died", "CellTimeoutError": "timeout", "NotStarted": "no_start", "KernelsStopped": "stopped", "MemoryError": "memory"}  # fmt: skip


class ReportError(RuntimeError):
    """The run itself found a report wanting; the message is already for the reader."""


def reason(error: BaseException, lang: str) -> tuple[str, str]:
    """Why a report failed, in one line of ``lang``, without a traceback: as pages may say it, and as the log does. What a
    stranger's exception says may hold a path, a name or a password, so pages name its kind alone."""
    said, foreign = _words(error, lang)
    first, root = next((line for line in said.splitlines() if line.strip()), ""), str(workspace.root())
    detail = first.replace(root + "/", "").replace(root + "\\", "")
    return (text("run.foreign", lang, kind=foreign) if foreign else detail), detail


def _is_error(line: str) -> bool:
    """Whether a fault in words is why a file was refused, and not what was noticed beside."""
    code = line.partition("]")[0].removeprefix("[")
    return catalogue().get(code, {}).get("severity") == "error"


def _words(error: BaseException, lang: str) -> tuple[str, str]:
    """What is to be said, and the kind of an exception that is not ours."""
    name, lines = type(error).__name__, str(error).splitlines()
    if name == "PapermillExecutionError":  # what a cell raised
        name, lines = getattr(error, "ename", name), str(getattr(error, "evalue", "")).splitlines()
    key = next((KNOWN[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in KNOWN), KNOWN.get(name, ""))
    if isinstance(error, HealthplanError):
        lines = [fault.text(lang) for fault in error.faults]
    if name in OURS:  # ours speak for themselves
        more = text("run.more_faults", lang, count=len(lines) - 1) if len(lines) > 1 else ""
        return next(filter(_is_error, lines), "".join(lines[:1])) + more, ""
    if isinstance(error, ReportError):
        return str(error), ""
    if key:
        return text(f"run.{key}", lang), ""
    if isinstance(error, OSError):
        return text("run.not_written", lang, reason=system_words(error, lang)), ""
    return f"{name}: " + "\n".join(lines), name

"""Why a report failed, in one line that a reader of the index understands."""

from healthplan import workspace
from healthplan.errors import HealthplanError, system_words
from healthplan.messages import text
from healthplan.report.kernel import KernelsStopped, NotStarted


class ReportError(RuntimeError):
    """The run itself found a report wanting; the message is already for the reader."""


def reason(error: BaseException, lang: str) -> str:
    """One line, in ``lang``, without paths of this machine and without a traceback."""
    lines = (line for line in _words(error, lang).splitlines() if line.strip())
    first, root = next(lines, ""), str(workspace.root())
    return first.replace(root + "/", "").replace(root + "\\", "")


def _words(error: BaseException, lang: str) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    known = {DeadKernelError: "died", CellTimeoutError: "timeout", NotStarted: "no_start",
             KernelsStopped: "stopped", MemoryError: "memory"}  # fmt: skip
    if isinstance(error, HealthplanError):
        return _faults([fault.text(lang) for fault in error.faults], lang)
    if isinstance(error, ReportError):
        return str(error)
    if isinstance(error, PapermillExecutionError):
        return _raised_in_cell(error.ename, error.evalue, lang)
    if key := next((key for kind, key in known.items() if isinstance(error, kind)), ""):
        return text(f"run.{key}", lang)
    if isinstance(error, OSError):
        return text("run.not_written", lang, reason=system_words(error, lang))
    return f"{type(error).__name__}: {error}"


def _raised_in_cell(name: str, value: str, lang: str) -> str:
    """What a cell raised. Our own errors speak for themselves."""
    if name in ("InputError", "UsageError", "HealthplanError"):
        return _faults(value.splitlines(), lang)
    if name == "MemoryError":
        return text("run.memory", lang)
    return f"{name}: {value}"


def _faults(lines: list[str], lang: str) -> str:
    if len(lines) < 2:
        return "".join(lines)
    return lines[0] + text("run.more_faults", lang, count=len(lines) - 1)

"""Why a report failed, in one line that a reader of the index understands."""

from healthplan import workspace
from healthplan.errors import HealthplanError, system_words
from healthplan.messages import text
from healthplan.report.kernel import KernelsStopped, NotStarted


class ReportError(RuntimeError):
    """The run itself found a report wanting; the message is already for the reader."""


def reason(error: BaseException, lang: str) -> str:
    """One line, in ``lang``, without paths of this machine and without a traceback."""
    return _shown(_words(error, lang))


def _words(error: BaseException, lang: str) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, HealthplanError):
        return _faults([fault.text(lang) for fault in error.faults], lang)
    if isinstance(error, ReportError):
        return str(error)
    if isinstance(error, PapermillExecutionError):
        return _raised_in_cell(error.ename, error.evalue, lang)
    if isinstance(error, DeadKernelError):
        return text("run.died", lang)
    if isinstance(error, CellTimeoutError):
        return text("run.timeout", lang)
    if isinstance(error, NotStarted):
        return text("run.no_start", lang)
    if isinstance(error, KernelsStopped):
        return text("run.stopped", lang)
    if isinstance(error, MemoryError):
        return text("run.memory", lang)
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


def _shown(words: str) -> str:
    first = next((line for line in words.splitlines() if line.strip()), "")
    return first.replace(str(workspace.root()) + "/", "").replace(str(workspace.root()) + "\\", "")

"""What a question costs an analyst at a plan that is open, against running the changed plan as a whole.

    python benchmarks/whatif.py [plan]

The changes of tests/test_whatif.py, the best of five each: ``what_if`` with all its verdicts, ``compare``, and the whole run of
the very same tables; milliseconds, and what_if as a share of the whole run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from test_whatif import CHANGES

import healthplan as hp
from healthplan import line


def best(of: Callable[[], Any], times: int = 5) -> float:
    """The shortest of so many runs, in milliseconds."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        of()
        took.append(time.perf_counter() - start)
    return 1000 * min(took)


def whole(new: Any) -> Any:
    """The same plan with nothing taken over."""
    line._known.clear()
    return replace(new, moved_from=None).judged


def main() -> None:
    """Print a line a change."""
    plan = hp.plan(sys.argv[1] if len(sys.argv) > 1 else "demo-2027", lang="en")
    print(f"{'change':20}{'moved':>6}{'what_if':>9}{'compare':>9}{'whole':>9}{'share':>7}")
    for name, change in CHANGES.items():
        new = hp.what_if(plan, **change)
        took = best(lambda change=change: hp.what_if(plan, **change)), best(lambda new=new: hp.compare(plan, new))
        run = best(lambda new=new: whole(new), 3)
        print(f"{name:20}{len(hp.compare(plan, new)):6}{took[0]:9.0f}{took[1]:9.0f}{run:9.0f}{took[0] / run:7.2f}")


if __name__ == "__main__":
    main()

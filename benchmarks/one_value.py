"""One Excel value on its way in: how many calls of ours it makes, through how many modules, when everything is warm.

``python -m benchmarks.one_value [-v]``; with -v the calls of each module and the most called functions.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import healthplan
from healthplan.intake import read_figures

OURS = str(Path(healthplan.__file__).parent)
HEAD = ["指标", "地区", "年份", "数值", "单位", "来源"]
ROW = ["婴儿死亡率", "万州区", 2023, 2.15, "‰", "年报"]


def counted(call: Callable[[], object]) -> Counter[tuple[str, str]]:
    """Calls by module and function, of our own modules alone."""
    found: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            place = Path(frame.f_code.co_filename).relative_to(OURS).as_posix()
            found[place, frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return found


def measured(rows: int = 1) -> Counter[tuple[str, str]]:
    """The calls for a book of so many rows (years of one series), read once before."""
    import openpyxl

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "数据.xlsx")
        book = openpyxl.Workbook()
        book.active.append(HEAD)
        for n in range(rows):
            book.active.append([*ROW[:2], 2023 - n, *ROW[3:]])
        book.save(path)
        read_figures(path)
        return counted(lambda: read_figures(path))


def main() -> None:
    """Print the figures."""
    one, ten = measured(), measured(10)
    print(f"one value: {one.total()} calls, {len({m for m, _ in one})} modules")
    print(f"each further value of its series: {(ten.total() - one.total()) / 9:.0f} calls")
    if "-v" in sys.argv:
        by_module = Counter[str]()
        for (module, _), n in one.items():
            by_module[module] += n
        for module, n in by_module.most_common():
            print(f"{n:6} {module}")
        for (module, name), n in one.most_common(25):
            print(f"{n:6} {module} {name}")


if __name__ == "__main__":
    main()

"""Set up and run healthplan with nothing but Python: the same on Debian, Windows and macOS.

    python tasks.py report      set up, run every report, end with the path of reports/index.html
    python tasks.py test        set up, run the whole test suite (notebooks included)
    python tasks.py check       lint, types and notebooks
    python tasks.py help        all tasks

Only the standard library is used here: this file makes the environment that everything else needs.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
BENCH_LOCK = ROOT / "requirements-bench.lock"
WHEELHOUSE = ROOT / "wheelhouse"
LOCKED_EXTRAS = ("test", "docs", "dev", "setup")
PYTHON = ENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENV / ".installed"
BENCH_ENV = ROOT / ".venv-bench"
BENCH_PYTHON = BENCH_ENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# Settings of the calling shell that would lead another environment's packages in here.
FOREIGN = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_USER",
    "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "UV_PROJECT_ENVIRONMENT", "UV_SYSTEM_PYTHON", "UV_PYTHON",
    "JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "IPYTHONDIR", "MPLBACKEND", "MPLCONFIGDIR",
    "HEALTHPLAN_WORKSPACE", "HEALTHPLAN_LANG",
)  # fmt: skip


def environment() -> dict[str, str]:
    """The calling shell's variables without those that belong to other environments."""
    kept = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    kept |= {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return kept


def call(*command: str | Path, quiet: bool = False) -> int:
    """Run a command from the project's folder and return its exit code."""
    output = subprocess.DEVNULL if quiet else None
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=environment(), stdout=output, stderr=output).returncode


def must(*command: str | Path) -> None:
    """Run a command and leave with its exit code if it fails."""
    code = call(*command)
    if code:
        print(f"tasks.py: failed ({code}): {' '.join(map(str, command))}", file=sys.stderr)
        sys.exit(code)


def fingerprint() -> str:
    """Changes when what has to be installed changes."""
    parts = [
        sys.version,
        str(ROOT),
        LOCK.read_text("utf-8"),
        (ROOT / "pyproject.toml").read_text("utf-8"),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def setup(offline: bool = True) -> None:
    """Make ``.venv`` from the hashed lock file, once; a second call finds it done.

    Where a ``wheelhouse/`` was carried along, it is installed from that alone, unless ``offline`` is False.
    """
    if STAMP.is_file() and STAMP.read_text("utf-8") == fingerprint() and PYTHON.exists():
        return
    if sys.version_info < (3, 11):  # noqa: UP036 -- this file is what an older Python meets first
        sys.exit(f"tasks.py: Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    print("Setting up .venv (once; a minute or two) ...", flush=True)
    make_venv()
    carried = offline and WHEELHOUSE.is_dir()
    install(*(("--no-index", "--find-links", WHEELHOUSE) if carried else ()))
    STAMP.write_text(fingerprint(), encoding="utf-8")


def make_venv() -> None:
    """An empty environment, made anew so that nothing of an older lock stays behind."""
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(ENV)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("tasks.py: Python lacks venv. On Debian: apt-get install python3-venv")


def install(*source: str | Path) -> None:
    """Install the lock with uv (itself from the lock), or with pip where uv does not run; then this project.

    ``source``: the options that say where from; nothing for the registry that pip and uv are set up with.
    """
    pip = [PYTHON, "-m", "pip", "install", "--quiet", *source]
    with tempfile.TemporaryDirectory() as folder:
        uv_only = Path(folder) / "uv.txt"
        uv_only.write_text(locked("uv"), encoding="utf-8")
        has_uv = call(*pip, "--require-hashes", "-r", uv_only) == 0
    uv = [PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, "--no-python-downloads"]
    uv += ["--quiet", "--require-hashes", "--compile-bytecode", *source, "-r", LOCK]
    if not has_uv or call(*uv):
        must(*pip, "--require-hashes", "-r", LOCK)
    must(*pip, "--no-deps", "--no-build-isolation", "-e", ".")


def locked(name: str) -> str:
    """The lines of one package in the lock file, with its hashes."""
    lines = LOCK.read_text("utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((i for i in range(start + 1, len(lines)) if not lines[i].startswith(" ")), len(lines))
    return "\n".join(lines[start:end]) + "\n"


def report(*arguments: str) -> None:
    """Set up, run every report in Chinese and English, and the index page."""
    setup()
    both = arguments or ("--lang", "zh", "--lang", "en")
    sys.exit(call(PYTHON, "-m", "healthplan", "run", *both))


def test(*arguments: str) -> None:
    """Set up and run the whole test suite: the package, then every notebook cell by cell."""
    setup()
    # Files in their order: else those with one long test come last, and one core waits.
    both_cores = ["-q", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
    must(PYTHON, "-m", "pytest", *both_cores, *arguments)
    if not arguments:
        run_notebooks("notebooks", *both_cores)


def run_notebooks(*arguments: str) -> None:
    """Run notebooks cell by cell, with the outputs that a cell marks for it compared: the one place that knows nbval."""
    must(PYTHON, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", *arguments)


def kill(times: str = "300") -> None:
    """Set up and kill a run before each of its operations on files, then so many times at random; what readers see stays whole."""
    setup()
    must(PYTHON, "tests/kills.py", "points")
    must(PYTHON, "tests/kills.py", "random", times)


def check() -> None:
    """Lint code and notebooks, check formatting and types."""
    setup()
    must(PYTHON, "-m", "ruff", "check", ".")
    must(PYTHON, "-m", "ruff", "format", "--check", ".")
    must(PYTHON, "-m", "mypy")


def lab(*arguments: str) -> None:
    """Set up and open JupyterLab on the notebooks, on a page that says how to begin (--lang en: in English)."""
    setup()
    lang = os.environ.get("HEALTHPLAN_LANG")
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for JupyterLab, which ends its kernels
    sys.exit(call(PYTHON, "-m", "healthplan", "lab", *(("--lang", lang) if lang else ()), *arguments))


def docs() -> None:
    """Set up and build the documentation site into site/, every warning an error; it opens as files, without a network."""
    setup()
    must(PYTHON, "-m", "sphinx", "-q", "-W", ROOT / "docs", ROOT / "site")
    print(ROOT / "site" / "index.html")


def prior() -> None:
    """Train the projection's shipped prior anew (needs ../shared/bench)."""
    setup()
    sys.exit(call(PYTHON, "-m", "training"))


def bench(*arguments: str) -> None:
    """Measure projections, calls and the plan reader against what a user would pick instead."""
    setup()
    if not BENCH_PYTHON.exists():
        # What is compared with needs an older pandas, so it gets an environment of its own.
        venv.EnvBuilder(with_pip=False, clear=True).create(BENCH_ENV)
        uv = [PYTHON, "-m", "uv", "pip", "install", "--python", BENCH_PYTHON, "--quiet"]
        must(*uv, "--require-hashes", "--compile-bytecode", "-r", BENCH_LOCK)
    sys.exit(call(PYTHON, "-m", "benchmarks", *arguments))


# What pip and uv call the same machine: pip wants wheel tags (several of them on Linux), uv a platform.
PLATFORMS = {
    "win_amd64": ("x86_64-pc-windows-msvc", ["win_amd64"]),
    "linux_x86_64": ("x86_64-manylinux_2_28", ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"]),
    "linux_aarch64": ("aarch64-manylinux_2_28", ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]),
}  # fmt: skip


def wheelhouse(platform: str = "win_amd64", version: str = "3.11") -> None:
    """Fetch every wheel of the lock for another machine (win_amd64, linux_x86_64, linux_aarch64)."""
    if platform not in PLATFORMS:
        sys.exit(f"tasks.py: {platform} is not one of {', '.join(PLATFORMS)}")
    setup(offline=False)
    # Some packages differ between early and late patch releases of one Python: fetch for both.
    for patch in ("0", "99"):
        fetch_wheels(*PLATFORMS[platform], f"{version}.{patch}")
    print(f"{WHEELHOUSE}: copy the whole project folder, then run `python tasks.py report` there")


def fetch_wheels(target: str, tags: list[str], version: str) -> None:
    """Fetch the wheels that the lock means on that platform and Python.

    pip would read the lock's markers for this machine, so uv first works them out for the other one.
    """
    with tempfile.TemporaryDirectory() as folder:
        needed = Path(folder) / "needed.txt"
        uv = [PYTHON, "-m", "uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate"]
        uv += ["--no-header", "--python-platform", target, "--python-version", version]
        extras = [word for extra in LOCKED_EXTRAS for word in ("--extra", extra)]
        must(*uv, "-c", LOCK, "pyproject.toml", *extras, "-o", needed)
        pip = [PYTHON, "-m", "pip", "download", "--quiet", "--dest", WHEELHOUSE, "--no-deps"]
        pip += [
            "--only-binary",
            ":all:",
            "--python-version",
            version,
            "--require-hashes",
            "-r",
            needed,
        ]
        must(*pip, *(word for tag in tags for word in ("--platform", tag)))


def lock() -> None:
    """Resolve pyproject.toml anew into the hashed lock files (needs the network)."""
    setup()
    compiled = [
        PYTHON,
        "-m",
        "uv",
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--quiet",
    ]
    compiled += ["--generate-hashes", "--no-annotate", "--no-header"]
    extras = [word for extra in LOCKED_EXTRAS for word in ("--extra", extra)]
    must(*compiled, "pyproject.toml", *extras, "-o", LOCK)
    must(*compiled, "benchmarks/reference.in", "-o", BENCH_LOCK)


def clean() -> None:
    """Remove the environment, the reports and the documentation site."""
    import shutil

    for folder in (ENV, BENCH_ENV, ROOT / "reports", ROOT / "site"):
        shutil.rmtree(folder, ignore_errors=True)


def help() -> None:
    """List the tasks."""
    print(__doc__)
    for name, task in TASKS.items():
        print(f"  {name:<11} {(task.__doc__ or '').splitlines()[0]}")


TASKS = {
    task.__name__: task
    for task in (report, test, kill, check, lab, docs, prior, bench, wheelhouse, lock, setup, clean, help)
}


def main() -> None:
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in TASKS:
        help()
        sys.exit(2)
    TASKS[name](*arguments)


if __name__ == "__main__":
    main()

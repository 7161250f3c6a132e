"""``healthplan ...`` in a process of its own that need not start: forked from one which has loaded what commands import.

A new interpreter takes longer to load pandas and ourselves than most commands take to do their work, and the tests call some
hundred of them. Each call has its own folder, environment and streams, and ends with the command's own exit code; only
what the interpreter settles when it starts (``PYTHONIOENCODING``, hash seed) is that of the tests. Where there is no fork
(Windows) commands are started in the ordinary way.

    python -S doors.py SOCKET WORDS ...    a shell's way to one: the words of a command, to whoever listens there
"""

import array
import json
import os
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Door:
    """Whoever listens, started and ended; a context manager."""

    def __enter__(self) -> "Door":
        import tempfile
        from subprocess import PIPE, Popen

        self.command = f"'{sys.executable}' -m healthplan"
        if not hasattr(os, "fork"):
            return self
        self.folder = tempfile.TemporaryDirectory(prefix="door-")
        self.place = os.path.join(self.folder.name, "s")
        self.command = f"'{sys.executable}' -S -E '{os.path.abspath(__file__)}' {self.place}"
        env = {
            **os.environ,
            "PYTHONPATH": os.path.dirname(HERE),
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.server = Popen([sys.executable, __file__, "serve", self.place], stdin=PIPE, stdout=PIPE, env=env)
        assert self.server.stdout and self.server.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        if hasattr(os, "fork"):
            self.server.communicate()  # the end of its input
            self.folder.cleanup()

    def __call__(self, *words: object, cwd: object = os.path.dirname(HERE), env: dict[str, str] | None = None):
        """A command's process as it has ended: exit code, output and errors as bytes."""
        import subprocess
        import tempfile

        given, there = [str(word) for word in words], dict(os.environ) if env is None else env
        if not hasattr(os, "fork"):
            return subprocess.run(
                [sys.executable, "-m", "healthplan", *given], cwd=str(cwd), env=there, capture_output=True
            )
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(os.devnull) as nothing:
            code = ask(self.place, given, str(cwd), there, (nothing.fileno(), out.fileno(), err.fileno()))
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(given, code, out.read(), err.read())


def ask(place: str, words: list[str], cwd: str, env: dict[str, str], streams: tuple[int, int, int]) -> int:
    """Have a command done by whoever listens at this place; its exit code."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(place)
        given = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
        line.sendmsg([b"."], given)
        line.sendall(json.dumps([words, cwd, env]).encode() + b"\n")
        answer = line.makefile("rb").readline()
    return int(answer) if answer else -9  # killed: it could not say


def serve(place: str) -> None:
    """Listen there until whoever started this has gone; every call is a process of its own."""
    from healthplan.report import forks

    forks.load()
    import gc
    import importlib
    import select
    import signal

    for name in ("rich.table", "typer.main"):  # what a command's words need
        importlib.import_module(name)

    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen(8)
        print("ready", flush=True)
        while door in select.select([door, sys.stdin], [], [])[0]:  # the end of its input is the end of the tests
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _become(line)
            line.close()


def _become(line: socket.socket) -> None:
    """Turn this process into a command's, as it was asked for."""
    _, given, *_ = line.recvmsg(1, socket.CMSG_SPACE(12))
    for place, stream in enumerate(array.array("i", given[0][2])):
        os.dup2(stream, place)
        os.close(stream)
    words, folder, env = json.loads(line.makefile("rb").readline())
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv, code = ["healthplan", *words], 0
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 -- ends with the process
    sys.stdout, sys.stderr = (open(n, "w", encoding="utf-8", closefd=False) for n in (1, 2))  # noqa: SIM115
    try:
        from healthplan.cli import main

        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 120
    import atexit

    atexit._run_exitfuncs()
    line.sendall(b"%d\n" % code)
    os._exit(code)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(ask(sys.argv[1], sys.argv[2:], os.getcwd(), dict(os.environ), (0, 1, 2)))

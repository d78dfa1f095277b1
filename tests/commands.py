"""Runs ``nova`` commands, each in a process of its own, forked from one that has loaded Nova already.

Loading it anew for each command takes over a second of work. What a command is given (words, environment, directory,
umask) and what it leaves (exit code, both outputs, files, locks) are as with ``python -m nova_app``.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOADED = (
    *("nova_app.cli", "nova_app.serve", "nova_app.users", "nova_app.probe", "sqlalchemy.dialects.sqlite"),
    *(
        f"nova_app.persistence.{name}"
        for name in ("alembic_upgrade", "backup", "consistency", "dead_letters", "restore")
    ),
)
SECONDS_MAX = 120


class Commands:
    """The process that has loaded Nova; ``prefix`` is the program that starts it, with its arguments."""

    def __init__(self, *prefix):
        command = [*prefix, sys.executable, "-m", "tests.commands"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=without_settings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, words, settings, *, directory=ROOT, umask=0o022):
        """Run one command with these ``NOVA_*`` variables; returns what ``subprocess.run`` would."""
        with tempfile.TemporaryDirectory(prefix="nova-command-") as outputs:
            paths = [f"{outputs}/{name}" for name in ("out", "err")]
            order = {"words": [str(word) for word in words], "settings": settings, "outputs": paths}
            print(
                json.dumps(order | {"directory": str(directory), "umask": umask}), file=self._process.stdin, flush=True
            )
            code = int(self._process.stdout.readline())
            out, err = (Path(path).read_text(encoding="utf-8") for path in paths)
        return subprocess.CompletedProcess(words, code, out, err)

    def close(self):
        """End the process."""
        with self._process as process:
            process.stdin.close()


def without_settings():
    """This process' environment without what is set for Nova."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}


def main():
    """Take orders from the standard input until it ends; answer each with the exit code."""
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def become(order):
    """Be the command, to its end: nothing of the process that was forked is left to it but what is loaded."""
    os.chdir(order["directory"])
    os.umask(order["umask"])
    os.environ.update(order["settings"])
    kinds = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2)
    for number, (path, kind) in enumerate(zip((os.devnull, *order["outputs"]), kinds, strict=True)):
        os.dup2(os.open(path, kind, 0o600), number)
    signal.alarm(SECONDS_MAX)
    code = exit_code(order["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking apart what is loaded would take ten times as long as most commands


def exit_code(words):
    """Run the command in this process."""
    try:
        return importlib.import_module("nova_app.cli").main(words)
    except SystemExit as end:
        return end.code
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    main()

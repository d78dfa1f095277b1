"""Compiles the generator and tells one what to do."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.side_by_side.absent import Absent

HERE = Path(__file__).parent
BUILT = HERE.parents[2] / ".bench"
COMPILERS = ("cc", "gcc", "clang")

Figures = dict[str, float]


def compile_c(source: Path, *libraries: str) -> Path:
    """Compile a program, unless that has been done; its headers stand beside it.

    Raises:
        Absent: There is no compiler, or it refused.
    """
    pieces = sorted([source, *source.parent.glob("*.h")])
    known = hashlib.sha256(b"".join(piece.read_bytes() for piece in pieces)).hexdigest()[:16]
    program = BUILT / f"{source.stem}-{known}"
    if program.exists():
        return program
    compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
    if compiler is None:
        raise Absent("no C compiler (Debian: apt-get install gcc)")
    BUILT.mkdir(exist_ok=True)
    unfinished = program.with_suffix(".new")
    command = [compiler, "-O2", "-o", unfinished, source, *(f"-l{name}" for name in libraries)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Absent(f"{source.name} does not compile: {_first_error(done.stderr)}")
    unfinished.rename(program)
    return program


def _first_error(output: str) -> str:
    return next((line.partition("error: ")[2] for line in output.splitlines() if "error: " in line), output[:200])


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator that runs."""

    process: subprocess.Popen[str]
    read_clock: Callable[[], float]
    """The server's processor time until now."""

    def open(self, first: int, count: int, *, at_once: int = 100, is_stalled: bool = False) -> Figures:
        """Connect and greet; raises ``Absent`` where not all got in."""
        answer = self._ask(f"open {first} {count} {at_once}" + (" stalled" if is_stalled else ""))
        if answer["failed"]:
            raise Absent(f"only {answer['opened']} of {count} sockets got in")
        return answer

    def loop(self, in_flight: int, *, warm: float, seconds: float) -> Figures:
        """Answer every ack with the next message."""
        return self._measured(f"loop {in_flight} {warm} {seconds}")

    def rate(self, per_second: float, *, warm: float, seconds: float) -> Figures:
        """Send at a fixed rate."""
        return self._measured(f"rate {per_second} {warm} {seconds}")

    def _measured(self, command: str) -> Figures:
        self._say(command)
        self._read_answer()
        before = self.read_clock()
        self._read_answer()
        spent = self.read_clock() - before
        return {**self._read_answer(), "server_cpu": spent}

    def _ask(self, command: str) -> Figures:
        self._say(command)
        return self._read_answer()

    def _say(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def _read_answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise Absent("the generator ended: a connection was refused or cut")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def generating(plan: Path, read_clock: Callable[[], float]) -> Iterator[Generator]:
    """Start a generator; it ends with the block."""
    command: Sequence[Path] = [compile_c(HERE / "generator.c"), plan]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Generator(process, read_clock)
    finally:
        process.kill()
        process.communicate()

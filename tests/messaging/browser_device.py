"""A device whose browser runtime runs in a process of its own (tests/js/device.mjs)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

JS = Path(__file__).parents[1] / "js"
BUN = Path(sys.executable).with_name("bun")


class BrowserDevice:
    """Commands are methods of the same names; an error of the page is one of the test."""

    def __init__(self, origin):
        command = [BUN, JS / "device.mjs", origin]
        self._process = subprocess.Popen(command, cwd=JS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command, **given):
        """The result of a command."""
        self._process.stdin.write(json.dumps({"do": command, **given}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the process has ended"}')
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait(10)

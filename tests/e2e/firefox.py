"""The distribution's Firefox, driven by WebDriver BiDi over its own remote port: no driver program is needed.

Only what one journey needs. Protocol: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import subprocess
import time

from websockets.sync.client import connect

from tests.processes import until

PATIENCE_SECONDS = 30
_ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://localhost:1",
    "toolkit.telemetry.enabled": False,
}
ENTER = "\ue007"


class Firefox:
    """One headless Firefox with a fresh profile.

    Args:
        program: Path of the browser.
        directory: Where its profile and its log may live.
    """

    def __init__(self, program, directory):
        profile = directory / "profile"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self._log = directory / "firefox.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)],
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(directory), "MOZ_HEADLESS_WIDTH": "1280", "MOZ_HEADLESS_HEIGHT": "800"},
            )
        self._ids = itertools.count(1)
        self.console = []
        """Errors and warnings of the pages, oldest first."""
        self._stack = contextlib.ExitStack()
        self._stack.callback(self._end)
        try:
            self._socket = self._stack.enter_context(connect(f"{self._find_address()}/session", max_size=None))
        except BaseException:
            self._stack.close()
            raise
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])

    def _find_address(self):
        def find():
            return _ADDRESS.search(self._words()) or self._process.poll() is not None

        found = until(find, "Firefox's remote port", self._words, PATIENCE_SECONDS)
        assert self._process.poll() is None, f"Firefox ended: {self._words()}"
        return found.group(1)

    def _words(self):
        return self._log.read_text(errors="replace")

    def call(self, method, **params):
        """Run one command of the protocol.

        Returns:
            The command's result.
        """
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = json.loads(self._socket.recv(timeout=max(0.0, deadline - time.monotonic())))
            if answer.get("method") == "log.entryAdded":
                self._note(answer["params"])
            elif answer.get("id") == number:
                assert answer["type"] == "success", f"{method}: {answer}"
                return answer["result"]

    def _note(self, entry):
        if entry["level"] in {"error", "warn"}:
            self.console.append(f"{entry['level']}: {entry.get('text')}")

    def new_tab(self):
        """Open a tab of its own."""
        return Tab(self, self.call("browsingContext.create", type="tab")["context"])

    def close(self):
        """End the browser."""
        self._stack.close()

    def _end(self):
        self._process.terminate()
        self._process.wait(20)


class Tab:
    """One tab: everything in it is done by its keyboard and mouse, never by calling the page's functions."""

    def __init__(self, firefox, context):
        self._firefox = firefox
        self._context = context

    def open(self, url):
        """Load an address."""
        self._firefox.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def reload(self):
        """Load the page again, as F5 does."""
        self._firefox.call("browsingContext.reload", context=self._context, wait="complete")

    def evaluate(self, expression):
        """A value of the page that JSON can carry."""
        result = self._firefox.call(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert result["type"] == "success", f"{expression}: {result}"
        value = result["result"]
        return json.loads(value["value"]) if value["type"] == "string" else None

    def until(self, expression, wanted=True):
        """Wait until an expression has this value."""
        has_it = lambda: self.evaluate(expression) == wanted  # noqa: E731
        until(has_it, f"{wanted!r} of {expression}", lambda: self.evaluate(expression), PATIENCE_SECONDS)

    def click(self, testid):
        """Press the primary button on the middle of an element."""
        self.until(f"{_find(testid)} !== null && !{_find(testid)}.disabled")
        element = self._firefox.call(
            "browsingContext.locateNodes",
            context=self._context,
            locator={"type": "css", "value": f"[data-testid='{testid}']"},
        )["nodes"][0]
        origin = {"type": "element", "element": {"sharedId": element["sharedId"]}}
        self._perform(
            {
                "type": "pointer",
                "id": "mouse",
                "actions": [
                    {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
                    {"type": "pointerDown", "button": 0},
                    {"type": "pointerUp", "button": 0},
                ],
            }
        )

    def type(self, text):
        """Press the keys of this text, one after another, wherever the focus is."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._perform({"type": "key", "id": "keyboard", "actions": keys})

    def fill(self, testid, text):
        """Click a field and write into it."""
        self.click(testid)
        self.type(text)
        self.until(f"{_find(testid)}.value", text)

    def _perform(self, *sources):
        self._firefox.call("input.performActions", context=self._context, actions=list(sources))


def _find(testid):
    return f"document.querySelector('[data-testid={testid}]')"

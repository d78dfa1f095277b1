"""Fails a browser test on what nobody expected: notices, console lines, tracebacks of the server.

A test that provokes such a thing says so by name: ``@pytest.mark.expects("status 401")``. What follows
from a fault that the test itself injects (a cut wire, a stopped server) needs no name.
"""

from __future__ import annotations

import re
import weakref
from collections import deque

NOTICE = "nova-test notice "
"""Begins the console lines by which a page reports the notices it shows."""

REPORT_NOTICES = f"""
(() => {{
    const seen = new WeakMap();
    const look = () => {{
        for (const notice of document.querySelectorAll("[data-testid=notice]")) {{
            const kind = notice.dataset.kind;
            if (seen.get(notice) === kind || !/^(SERVER_ERROR|UNKNOWN)$/.test(kind)) continue;
            seen.set(notice, kind);
            console.warn("{NOTICE}" + kind + ": " + notice.innerText);
        }}
    }};
    new MutationObserver(look).observe(document, {{
        childList: true, subtree: true, attributes: true, attributeFilter: ["data-kind"],
    }});
}})();
"""

LOST_CONNECTION = r"net::ERR_|WebSocket connection to |Failed to fetch|status of 50[234]"
"""What Chromium says of a server that does not answer."""

GOODBYE = (
    "WebSocket is already in CLOSING or CLOSED state|WebSocket is closed before the connection is established|"
    r"WebSocket connection to '\S+' failed: +\("
)
"""Chromium's remarks when a page closes a socket that ended with its session, or that is not open yet, or is left then.

Whatever goes wrong on the way to the server has a reason after "failed:"; a page that is left gives none.
"""

NAMES = {
    "lost connection": LOST_CONNECTION,
    "notice SERVER_ERROR": f"^{NOTICE}SERVER_ERROR",
    "notice UNKNOWN": f"^{NOTICE}UNKNOWN",
    "uncaught error": r"^uncaught: ",
    "traceback": r"^server: Traceback",
}
"""What a test may expect, besides ``status <number>`` and ``console <words>``."""


def pattern_of(name):
    """The lines that a name stands for.

    Raises:
        ValueError: No such name.
    """
    if name in NAMES:
        return re.compile(NAMES[name])
    form, _, words = name.partition(" ")
    if form == "status" and words.isdecimal():
        return re.compile(f"status of {words}\\b")
    if form == "console" and words:
        return re.compile(re.escape(words))
    raise ValueError(f"expected one of {', '.join(NAMES)}, 'status <number>' or 'console <words>', got {name!r}")


class Guard:
    """What the pages and servers of one test said that a test must answer for."""

    def __init__(self):
        # Long fault runs open pages without ever asking: only the newest are kept.
        self._lines = deque(maxlen=10_000)
        self._offsets = {}
        self._servers = []
        self._is_broken = False
        self._earlier = []
        self._offline = weakref.WeakSet()

    def begin(self):
        """Forget what earlier tests said."""
        self._lines.clear()
        self._is_broken = any(self._offline)
        self._offsets = {server: server.log_size() for server in self._servers}

    def context(self, context):
        """Watch every page of this context."""
        context.add_init_script(REPORT_NOTICES)
        set_offline = context.set_offline

        def set_offline_by_the_test(offline):
            if offline:
                self.fault()
                self._offline.add(context)
            set_offline(offline)
            if not offline:
                self._offline.discard(context)

        context.set_offline = set_offline_by_the_test
        context.on("console", self._on_console)
        context.on("weberror", lambda fault: self._note(f"uncaught: {fault.error}"))

    def server(self, server):
        """Watch the log of this server."""
        self._servers.append(server)

    def fault(self, *_):
        """The test has broken a connection or a server: what follows from it is expected from now on."""
        self._is_broken = True

    def find_unexpected(self, names):
        """The lines that none of these names stands for.

        Args:
            names: What the test expects.
        """
        # A browser that tests share may say late what the test before expected.
        expected = [pattern_of(name) for name in [*names, *self._earlier]]
        self._earlier = names
        lines = [*self._lines, *self._find_tracebacks()]
        return [line for line in lines if not any(pattern.search(line) for pattern in expected)]

    def _note(self, line):
        if re.search(GOODBYE, line) or (self._is_broken and re.search(LOST_CONNECTION, line)):
            return
        self._lines.append(line)

    def _on_console(self, message):
        if message.type in {"error", "warning"}:
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _find_tracebacks(self):
        logs = [server.log_from(self._offsets.get(server, 0)) for server in self._servers]
        return [f"server: {log[log.index('Traceback') :][:4_000]}" for log in logs if "Traceback" in log]


guard = Guard()
"""The one guard of this run: fixtures hand it contexts, servers and faults."""

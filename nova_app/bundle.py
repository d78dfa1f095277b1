"""Makes the built pages work behind any host, port and proxy without being built again.

May import: Reflex's plugin interface only.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from reflex_base.plugins.base import Plugin

_CHUNKS = "assets/reflex-env-*.js"
_URL = re.compile(r"""(["'`])(https?|wss?)://[^"'`/]+(/[^"'`]*)?\1""")


class UnknownBundle(Exception):
    """The build does not have the form that this Nova knows."""


class NovaBundle(Plugin):
    """Rewrites the chunk into which Reflex baked the backend's address."""

    def post_build(self, **context: Any) -> None:
        """Let every address be taken from where the page was loaded.

        Raises:
            UnknownBundle: There is not exactly one such chunk, or no address in it.
        """
        chunks = sorted(Path(context["static_dir"]).glob(_CHUNKS))
        if len(chunks) != 1:
            raise UnknownBundle(f"expected one {_CHUNKS} in the build, found {len(chunks)}")
        chunk = chunks[0]
        chunk.write_text(from_page_origin(chunk.read_text(encoding="utf-8")), encoding="utf-8")


def from_page_origin(script: str) -> str:
    """The chunk with each absolute address replaced by one of the page's own origin.

    Raises:
        UnknownBundle: There is no address in it.
    """
    rewritten, count = _URL.subn(_replace, script)
    if count == 0:
        raise UnknownBundle("expected absolute addresses in the environment chunk, found none")
    return rewritten


def _replace(found: re.Match[str]) -> str:
    scheme, path = found.group(2), json.dumps(found.group(3) or "")
    # Pages are prerendered where there is no location.
    origin = '(globalThis.location?.origin??"http://localhost")'
    if scheme.startswith("ws"):
        origin += '.replace(/^http/,"ws")'
    return f"({origin}+{path})"

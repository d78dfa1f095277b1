"""The Content Security Policy of the pages: what a browser loads and runs for them.

Pages are static, so that their inline scripts are named by hashes; nothing else runs that the server did not send as a
file. See https://www.w3.org/TR/CSP3/. Trusted Types are not asked for: React makes script elements from a text where it
draws a page from the beginning, as after a translator.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

REPORTS = "/api/v1/telemetry/csp"
"""Where browsers report what the policy kept them from."""
OF_API = "default-src 'none'; frame-ancestors 'none'"
"""For answers that are no pages."""
OF_FILES = "frame-ancestors 'none'"
"""For files of the pages: they may be loaded, but shown in no frame."""
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_BUILT = Path("build", "client")
_DIRECTIVES = (
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    # Chosen pictures are shown before they are stored.
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    f"report-uri {REPORTS}",
)


def page_policy(html: Iterable[str]) -> str:
    """Return the policy under which these pages, and only these, run their inline scripts."""
    hashes = sorted({source_of(script) for page in html for script in inline_scripts(page)})
    return "; ".join((" ".join(("script-src 'self'", *hashes)), *_DIRECTIVES))


def inline_scripts(page: str) -> Iterator[str]:
    """Yield the scripts that stand in a page itself, as the browser hashes them."""
    return (found[1] for found in _INLINE.finditer(page))


def source_of(script: str) -> str:
    """Return the source expression of an inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def read_policy(pages: Path) -> str:
    """Return the policy of a build.

    Args:
        pages: The directory of the build.
    """
    return page_policy(path.read_text(encoding="utf-8") for path in sorted((pages / _BUILT).rglob("*.html")))

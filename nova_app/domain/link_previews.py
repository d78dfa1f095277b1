"""The rules of link previews: which links of a text have one, where the server may go for it, what it shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from nova_app.domain.graphemes import cut
from nova_app.domain.markup import without_code_and_quotes
from nova_app.domain.networks import Address, is_public
from nova_app.domain.visible_text import shows_something, without_faults

LINKS_MAX = 3
"""So many links of one message have a preview."""
URL_MAX_CHARS = 2_000
REDIRECTS_MAX = 3
TIMEOUT_SECONDS = 5.0
PAGE_MAX_BYTES = 1024 * 1024
TITLE_MAX_CHARS, DESCRIPTION_MAX_CHARS = 200, 300

_PORTS = {"http": 80, "https": 443}
_LINK = re.compile(r"https?://[^\s<>\"'`\\^{}|]+", re.IGNORECASE)
_ENDS = ".,:;!?*_~"
_OPENING = {")": "(", "]": "["}
_SPACES = re.compile(r"\s+")
_TYPES = ("text/html", "application/xhtml+xml")
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|!--|\?xml|html|head|meta|title|link|script|body)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What a page says about itself; an empty title where there is nothing to show."""

    url: str
    title: str = ""
    description: str = ""

    @property
    def host(self) -> str:
        """Where the link leads, in letters that cannot be mistaken for others."""
        return (urlsplit(self.url).hostname or "").encode("idna").decode("ascii")


@dataclass(frozen=True, slots=True)
class Page:
    """The beginning of a page as it was received."""

    content: bytes
    charset: str = ""


def links_of(text: str) -> Sequence[str]:
    """Return the addresses of a text that get a preview, in order and each once: none in code and in quoted lines."""
    if "://" not in text:
        return ()
    found = dict.fromkeys(_address(match[0]) for match in _LINK.finditer(without_code_and_quotes(text)))
    return tuple(url for url in found if url)[:LINKS_MAX]


def _address(written: str) -> str:
    """Return the address without what belongs to the sentence around it; empty for none that can be fetched."""
    try:
        url = urldefrag(_without_rest(written).rstrip(_ENDS)).url
    except ValueError:  # such as a bracket that is no address of IPv6
        return ""
    return url if has_usable_form(url) else ""


def _without_rest(written: str) -> str:
    """Return what comes before a closing bracket that was opened before the address."""
    for at, char in enumerate(written):
        opening = _OPENING.get(char)
        if opening and written.count(char, 0, at) >= written.count(opening, 0, at):
            return written[:at]
    return written


def has_usable_form(url: str) -> bool:
    """Return whether an address is one of the web, without a user name in it."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
        is_plain = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        parts.scheme in _PORTS
        and bool(parts.hostname)
        and is_plain
        and "@" not in parts.netloc
        and len(url) <= URL_MAX_CHARS
    )


def may_fetch(url: str, addresses: Collection[Address], origins: Collection[str]) -> bool:
    """Return whether the server may get a page: from the public web on its usual ports, else from listed origins.

    Args:
        addresses: All that the name of the host stands for.
        origins: Those that the operator allows, wherever they are, such as ``http://wiki.example:8080``.
    """
    if not addresses or not has_usable_form(url):
        return False
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}".lower() in origins:
        return True
    return parts.port in (None, _PORTS[parts.scheme]) and all(map(is_public, addresses))


def is_page(content_type: str, content: bytes) -> bool:
    """Return whether an answer is HTML: by its type, and by how it begins."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in _TYPES and _BEGINS.match(content[:1_024]) is not None


def preview_of(url: str, title: str, description: str) -> LinkPreview:
    """Return what is shown of a page that says this of itself."""
    shown = _line(title, TITLE_MAX_CHARS)
    return LinkPreview(url, shown, _line(description, DESCRIPTION_MAX_CHARS) if shown else "")


def _line(text: str, at_most: int) -> str:
    line = cut(without_faults(_SPACES.sub(" ", text[: 4 * at_most])).strip(), at_most)
    return line if shows_something(line) else ""

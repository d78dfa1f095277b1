"""What the head of a page says about the page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

TEXT_MAX_CHARS = 2_000
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([a-zA-Z0-9_:.-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4_096
_CHARSETS = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr"
)
"""Others are slow to decode, or no charsets of pages."""
_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")


class _HeadIsOver(Exception):
    """What follows is the page itself."""


class _Head(HTMLParser):
    """Collects the title and the first of each kind of description."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.metas: dict[str, str] = {}
        self._is_in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a ``meta`` says."""
        if tag == "body":
            raise _HeadIsOver
        self._is_in_title = tag == "title" and not self.title
        if tag == "meta":
            found = dict(reversed(attrs))
            name = (found.get("property") or found.get("name") or "").strip().lower()
            if name in (*_TITLES, *_DESCRIPTIONS):
                self.metas.setdefault(name, (found.get("content") or "")[:TEXT_MAX_CHARS])

    def handle_endtag(self, tag: str) -> None:
        """End the head, or the title."""
        if tag == "head":
            raise _HeadIsOver
        self._is_in_title = False

    def handle_data(self, data: str) -> None:
        """Take a part of the title."""
        if self._is_in_title:
            self.title = (self.title + data)[:TEXT_MAX_CHARS]

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first of these that says something."""
        return next((self.metas[name] for name in names if self.metas.get(name, "").strip()), "")


def read_head(content: bytes, charset: str) -> tuple[str, str]:
    """Return the title and the description of a page; empty for what it does not have.

    Args:
        charset: That of the answer; else the page itself names one.
    """
    head = _Head()
    try:
        head.feed(_decode(content, charset))
        head.close()
    except _HeadIsOver:
        pass
    return head.first(_TITLES) or head.title, head.first(_DESCRIPTIONS)


def _decode(content: bytes, charset: str) -> str:
    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    wanted = (charset or (declared[1].decode("ascii") if declared else "")).lower()
    return content.decode(wanted if _CHARSETS.fullmatch(wanted) else "utf-8", errors="replace")

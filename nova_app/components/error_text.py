"""The text of an error: the server's where it sent one, else that of the code."""

from __future__ import annotations

import reflex as rx

from nova_app.domain.errors import ERRORS, ErrorCode
from nova_app.protocol.codes import BROWSER_CODES
from nova_app.stores.vars import choose, match_text

FILE_CODES = (ErrorCode.FILE_EMPTY, ErrorCode.FILE_UNREADABLE, ErrorCode.TOO_MANY_FILES)
"""What pages that take files find out by themselves, besides."""


def error_text(code: rx.Var[str], words: rx.Var[str]) -> rx.Var[str]:
    """Return the text for a person.

    Args:
        code: One of ``ErrorCode``.
        words: What the server said about it; empty where the browser found the error.
    """
    known = [(str(browser_code), ERRORS[browser_code].text) for browser_code in (*BROWSER_CODES, *FILE_CODES)]
    return choose(words != "", words, match_text(code, *known, default=ERRORS[ErrorCode.UNEXPECTED_ANSWER].text))

"""How long the things may be that people type; counted in characters."""

from __future__ import annotations

import re

TEXT_MAX_CHARS = 10_000
"""A message is this long at most."""
TITLE_MAX_CHARS = 100
DISPLAY_NAME_MAX_CHARS = 64
STATUS_MAX_CHARS = 100
TOKEN_NAME_MAX_CHARS = 64
PASSWORD_MIN_CHARS = 15
PASSWORD_MAX_CHARS = 256
FILE_NAME_MAX_CHARS = 255
FILES_MAX = 10
"""A post or message has at most this many files."""
ALT_TEXT_MAX_CHARS = 1_000
"""A file of a message is described in so many characters."""
MEMBERS_MAX = 500
"""At most this many users may be named when a conversation is made."""
UNREAD_MAX = 1_000
"""Unread messages are counted up to this number, which means "more than 999"."""
PAGE_EVENTS_MAX = 100
"""A page of messages comes with at most this many of the memberships and renames between them."""
QUOTE_MAX_CHARS = 200
"""A reply shows so much of the message it replies to."""
REACTION_KINDS_MAX = 20
"""A message has at most this many different emoji."""
REACTION_USERS_MAX = 20
"""A message names so many users of each reaction."""
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
"""A user name, lower case, to be matched in full."""


def is_storable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: it has no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

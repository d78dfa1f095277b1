r"""Reads the type and the client id of a frame that strict JSON refuses.

A text with half a surrogate pair, a bad escape or without an end, or a value that nests too
deep, must not leave a message without an answer.  The names are read from the outermost
object only, in one pass whose work grows with the frame's length and which never recurses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

NAME_MAX_CHARS = 100
"""A longer client id or type is not repeated in an answer."""

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+("?)|[{}\[\]:,]', re.DOTALL)
"""A string with its end, if it has one, or a structural character."""


@dataclass(frozen=True, slots=True)
class Names:
    """What could be read; empty where it could not."""

    frame_type: str = ""
    client_id: str = ""


def find_names(data: str | bytes) -> Names:
    """Read the type and the client id of a broken frame."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    found = {name: value for name, value in _outer_strings(text) if name in {"type", "client_id"}}
    return Names(found.get("type", ""), found.get("client_id", ""))


def _outer_strings(text: str) -> Iterator[tuple[str, str]]:
    """Return the fields of the outermost object whose value is a readable string."""
    depth, name, is_value = 0, "", False
    before = ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            depth += 1
            # Names of an array mean nothing.
            if depth == 1 and word == "[":
                return
        elif word in "}]":
            depth -= 1
            if depth == 0:
                return
        elif depth == 1 and word == ":":
            name, is_value = _read_string(before), True
        elif depth == 1 and word == ",":
            is_value = False
        elif depth == 1 and token[1] and is_value:
            yield name, _read_string(word)
        before = word


def _read_string(literal: str) -> str:
    """Return a JSON string's value; empty if it is too long or cannot be written again."""
    if not literal.startswith('"') or len(literal) > 6 * NAME_MAX_CHARS:
        return ""
    try:
        value = str(json.loads(literal))
        value.encode()
    except ValueError:
        return ""
    return value if len(value) <= NAME_MAX_CHARS else ""

"""What a load client asks of the server, written into its client id: who meets one knows all about it.

A client id is a UUID of version 8 in form: target, lane of the target, kind, lane, number.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

HOSTILE_LANE = 0xFFFF
"""Of what a hostile client sends where it has no right to: none of it may ever be stored."""
EMOJI = "\N{THUMBS UP SIGN}"
_FORM = 8 << 76 | 8 << 60
_FORM_MASK = 0xF << 76


class Kind(IntEnum):
    """What an operation does."""

    MESSAGE = 1
    EDIT = 2
    DELETE = 3
    REACTION = 4


_LAST_KIND = int(max(Kind))


class Operation(NamedTuple):
    """One operation; a lane is what one device sends into one conversation, numbered from 1.

    Attributes:
        target_lane: The lane of the message that is changed; 0 for a message.
        target: Its number there.
    """

    kind: Kind
    lane: int
    number: int
    target_lane: int = 0
    target: int = 0

    @property
    def code(self) -> int:
        """The client id as a number."""
        return self.target << 96 | self.target_lane << 80 | _FORM | self.kind << 64 | self.lane << 32 | self.number

    @property
    def text(self) -> str:
        """What it writes: a few words to a few hundred characters, different for each."""
        return f"{self.kind.name.lower()} {self.lane} {self.number} " + "word " * (self.number * 7 % 40)


def operation_of(code: int) -> Operation:
    """Return the operation of a code."""
    kind = code >> 64 & 0xFF
    return Operation(Kind(kind), code >> 32 & 0xFFFF, code & 0xFFFFFFFF, code >> 80 & 0xFFFF, code >> 96)


def client_id_of(code: int) -> str:
    """Return the client id of a code."""
    text = f"{code:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def code_of(client_id: str) -> int:
    """Return the code of a client id; 0 for one that no load client makes."""
    code = int(client_id.replace("-", "") or "0", 16)
    return code if code & _FORM_MASK == 8 << 76 and 1 <= (code >> 64 & 0xFF) <= _LAST_KIND else 0

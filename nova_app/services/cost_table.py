"""What every action and frame costs, and how much an account may spend: one table, without a clock.

A row of ``ACTIONS`` or ``FRAMES`` is what a request or frame takes from a budget; ``OWN`` names the
budgets that services charge themselves, by what they find. An action without a row is a fault
of the code: a test compares the table with the routes and the frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from nova_app.domain.durations import in_words
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.limits import MEMBERS_MAX
from nova_app.settings import Settings

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


class Budget(StrEnum):
    """What is limited, per account; the sign-in's and the reports' also per address."""

    READS = "read"
    WRITES = "write"
    FRAMES = "frame"
    SENDS = "send"
    REACTIONS = "reaction"
    POSTS = "post"
    SEARCHES = "search"
    PEOPLE = "people"
    PREVIEWS = "preview"
    UPLOADS = "upload"
    REPORTS = "report"
    CONVERSATIONS = "conversation"
    ADDITIONS = "addition"
    CONNECTIONS = "connect"
    SIGN_INS = "login"
    REGISTRATIONS = "registration"
    STRANGERS = "stranger"


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many units in so many seconds, ``burst`` of them at once.

    Attributes:
        sentence: What the person reads who meets it, with the time in place of ``{time}``.
        is_slowed: What exceeds it is read later instead of being refused.
    """

    units: float
    seconds: float
    burst: float
    code: ErrorCode
    sentence: str
    is_slowed: bool = False

    @property
    def rate(self) -> float:
        """Units per second in the long run."""
        return self.units / self.seconds

    def refusal(self, wait: float) -> Refused:
        """Return what the person is told who has to wait so many seconds."""
        return Refused(self.code, text=self.sentence.format(time=in_words(wait)), retry_after_seconds=wait)


def allowances(settings: Settings) -> Mapping[Budget, Allowance]:
    """Return how much an account may spend of each budget."""
    attempts = ErrorCode.TOO_MANY_ATTEMPTS

    def plain(units: float, seconds: float, code: ErrorCode, sentence: str) -> Allowance:
        return Allowance(units, seconds, units, code, sentence)

    busy = "This account asked the server for too much at once. Try again in {time}."
    again = "Too many attempts. Try again in {time}."
    return {
        Budget.READS: Allowance(100 * MINUTE, MINUTE, 3_000, attempts, busy),
        Budget.WRITES: Allowance(10 * MINUTE, MINUTE, 600, attempts, busy),
        Budget.FRAMES: Allowance(
            *(400 * MINUTE, MINUTE, 4_000, ErrorCode.TOO_MANY_SENDS),
            "This page does very much at once. It continues in {time}.",
            is_slowed=True,
        ),
        Budget.SENDS: Allowance(
            settings.send_rate,
            1,
            settings.send_burst,
            ErrorCode.TOO_MANY_SENDS,
            "You are sending very quickly. Your message is kept and sent in {time}.",
        ),
        Budget.REACTIONS: plain(
            60, MINUTE, ErrorCode.TOO_MANY_REACTIONS, "You are reacting very quickly. Try again in {time}."
        ),
        Budget.POSTS: plain(60, MINUTE, attempts, "You posted very often. Try again in {time}; your text is kept."),
        Budget.SEARCHES: plain(
            settings.searches_per_minute,
            MINUTE,
            ErrorCode.TOO_MANY_SEARCHES,
            "You are searching very often. Try again in {time}.",
        ),
        Budget.PEOPLE: plain(60, MINUTE, attempts, "You looked for many people. Try again in {time}."),
        Budget.PREVIEWS: plain(
            120, HOUR, attempts, "Many links were posted in a short time. Their previews continue in {time}."
        ),
        Budget.UPLOADS: plain(
            settings.uploads_per_hour,
            HOUR,
            ErrorCode.TOO_MANY_UPLOADS,
            "You uploaded many files in a short time. This one continues in {time}.",
        ),
        Budget.REPORTS: plain(120, MINUTE, attempts, again),
        Budget.CONVERSATIONS: plain(
            settings.conversations_per_hour,
            HOUR,
            ErrorCode.TOO_MANY_ADDITIONS,
            "You started many conversations in a short time. You can start the next one in {time}.",
        ),
        Budget.ADDITIONS: Allowance(
            settings.additions_per_day,
            DAY,
            max(settings.additions_per_day, MEMBERS_MAX),
            ErrorCode.TOO_MANY_ADDITIONS,
            "You added many people in a short time. You can add more in {time}.",
        ),
        Budget.CONNECTIONS: plain(
            settings.dials_per_minute,
            MINUTE,
            ErrorCode.TOO_MANY_DIALS,
            "This page reconnected too often. It tries again in {time}.",
        ),
        Budget.SIGN_INS: plain(settings.sign_ins_per_account, MINUTE, attempts, again),
        Budget.REGISTRATIONS: plain(settings.registrations_per_address, HOUR, attempts, again),
        Budget.STRANGERS: Allowance(
            settings.stranger_connections_per_second,
            1,
            max(settings.stranger_connections, settings.stranger_connections_per_second),
            ErrorCode.TOO_MANY_DIALS,
            "Too much comes from your network without an account. Try again in {time}.",
        ),
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """What an action takes: units of one budget at once, and what services charge of others."""

    budget: Budget
    units: float = 1.0
    own: tuple[Budget, ...] = ()


def _reads(units: float = 1.0, *own: Budget) -> Cost:
    return Cost(Budget.READS, units, own)


def _writes(units: float = 1.0, *own: Budget) -> Cost:
    return Cost(Budget.WRITES, units, own)


_ROOM = "/api/v1/conversations/{conversation_id}"
_MESSAGE = f"{_ROOM}/messages/{{message_id}}"
_FREE = Cost(Budget.STRANGERS)
"""Needs no account: what comes without one is limited by its address, before it gets this far."""

ACTIONS: Mapping[str, Cost] = MappingProxyType(
    {
        "POST /api/v1/auth/register": Cost(Budget.STRANGERS, own=(Budget.REGISTRATIONS,)),
        "GET /api/v1/auth/registration": _FREE,
        "POST /api/v1/auth/reset": Cost(Budget.STRANGERS, own=(Budget.SIGN_INS,)),
        "POST /api/v1/auth/login": Cost(Budget.STRANGERS, own=(Budget.SIGN_INS,)),
        "GET /api/v1/auth/session": _reads(),
        "POST /api/v1/auth/logout": _writes(),
        "GET /api/v1/auth/sessions": _reads(2),
        "DELETE /api/v1/auth/sessions/{session_id}": _writes(2),
        "POST /api/v1/auth/password": _writes(10, Budget.SIGN_INS),
        "GET /api/v1/auth/events": _reads(2),
        "DELETE /api/v1/auth/password-notice": _writes(),
        "GET /api/v1/auth/tokens": _reads(2),
        "POST /api/v1/auth/tokens": _writes(10),
        "DELETE /api/v1/auth/tokens/{token_id}": _writes(2),
        "DELETE /api/v1/auth/tokens/current": _writes(2),
        "GET /api/v1/users": _reads(5, Budget.PEOPLE),
        "GET /api/v1/users/me": _reads(),
        "PATCH /api/v1/users/me": _writes(10),  # told to everybody who knows the account
        "GET /api/v1/conversations": _reads(20),
        "POST /api/v1/conversations": _writes(5, Budget.CONVERSATIONS, Budget.ADDITIONS, Budget.PEOPLE),
        f"GET {_ROOM}": _reads(2),
        f"PATCH {_ROOM}": _writes(5),
        f"PATCH {_ROOM}/me": _writes(),
        f"POST {_ROOM}/members": _writes(5, Budget.ADDITIONS, Budget.PEOPLE),
        f"DELETE {_ROOM}/members/me": _writes(2),
        f"DELETE {_ROOM}/members/{{user_id}}": _writes(2),
        f"PATCH {_ROOM}/members/{{user_id}}": _writes(5),
        f"GET {_ROOM}/webhooks": _reads(2),
        f"POST {_ROOM}/webhooks": _writes(10),
        f"DELETE {_ROOM}/webhooks/{{webhook_id}}": _writes(2),
        f"GET {_ROOM}/messages": _reads(4),
        f"POST {_ROOM}/messages": _reads(0.5, Budget.SENDS),
        f"PATCH {_MESSAGE}": _reads(0.5, Budget.SENDS),
        f"DELETE {_MESSAGE}": _reads(0.5, Budget.SENDS),
        f"PUT {_MESSAGE}/reactions/{{emoji}}": _reads(0.5, Budget.REACTIONS),
        f"DELETE {_MESSAGE}/reactions/{{emoji}}": _reads(0.5, Budget.REACTIONS),
        f"GET {_MESSAGE}/versions": _reads(2),
        f"GET {_MESSAGE}/previews": _reads(2, Budget.PREVIEWS),
        f"DELETE {_MESSAGE}/previews": _writes(1),
        f"GET {_ROOM}/events": _reads(4),
        "GET /api/v1/search": _reads(5, Budget.SEARCHES),
        "POST /api/v1/uploads": _reads(1, Budget.UPLOADS),
        "POST /api/v1/uploads/resumable": _reads(1, Budget.UPLOADS),
        "GET /api/v1/uploads/{upload_id}/state": _reads(),
        "PATCH /api/v1/uploads/{upload_id}": _reads(),  # a part of a file that was counted when it began
        "DELETE /api/v1/uploads/{upload_id}": _writes(),
        "GET /api/v1/uploads/{upload_id}": _reads(),
        "GET /api/v1/uploads/{upload_id}/thumbnail": _reads(),
        "GET /api/v1/posts": _reads(4),
        "POST /api/v1/posts": _writes(5, Budget.POSTS),
        "GET /api/v1/posts/me": _reads(),
        "PATCH /api/v1/posts/me": _writes(),
        "GET /api/v1/posts/webhooks": _reads(2),
        "POST /api/v1/posts/webhooks": _writes(10),
        "DELETE /api/v1/posts/webhooks/{webhook_id}": _writes(2),
        "PATCH /api/v1/posts/{post_id}": _writes(5, Budget.POSTS),
        "DELETE /api/v1/posts/{post_id}": _writes(2, Budget.POSTS),
        "PUT /api/v1/posts/{post_id}/reactions/{emoji}": _writes(1, Budget.REACTIONS),
        "DELETE /api/v1/posts/{post_id}/reactions/{emoji}": _writes(1, Budget.REACTIONS),
        "GET /api/v1/posts/{post_id}/comments": _reads(4),
        "POST /api/v1/posts/{post_id}/comments": _writes(5, Budget.POSTS),
        "DELETE /api/v1/posts/{post_id}/comments/{comment_id}": _writes(2, Budget.POSTS),
        "POST /api/v1/telemetry": _reads(1, Budget.REPORTS),
        "POST /api/v1/telemetry/csp": Cost(Budget.STRANGERS, own=(Budget.REPORTS,)),
        "GET /api/v1/status": _reads(5),
        "POST /api/v1/invites": _writes(5),
        "GET /api/v1/invites": _reads(2),
        "GET /api/v1/invites/{token}": _FREE,
        "DELETE /api/v1/invites/{invite_id}": _writes(2),
        "GET /api/v1/admin/users": _reads(10),
        "PATCH /api/v1/admin/users/{user_id}": _writes(2),
        "POST /api/v1/admin/users/{user_id}/reset-link": _writes(2),
        "GET /api/v1/admin/overview": _reads(10),
        "GET /api/v1/socket": Cost(Budget.STRANGERS, own=(Budget.CONNECTIONS,)),
        "GET /healthz": _FREE,
        "GET /readyz": _FREE,
        "GET /metrics": _FREE,
        "GET /runbooks/{name}": _FREE,
    }
)
"""The cost of each route, by its method and template."""

UNREADABLE = ""
"""The kind of a frame that cannot be read, or has no known type."""
FRAMES: Mapping[str, Cost] = MappingProxyType(
    {
        "hello": Cost(Budget.FRAMES, 20),
        "send": Cost(Budget.FRAMES, 1, (Budget.SENDS,)),
        "edit": Cost(Budget.FRAMES, 1, (Budget.SENDS,)),
        "delete": Cost(Budget.FRAMES, 1, (Budget.SENDS,)),
        "react": Cost(Budget.FRAMES, 1, (Budget.REACTIONS,)),
        "read": Cost(Budget.FRAMES, 2),
        "delivered": Cost(Budget.FRAMES, 2),
        "typing": Cost(Budget.FRAMES, 2),
        "events": Cost(Budget.FRAMES, 10),
        "ping": Cost(Budget.FRAMES),
        "pong": Cost(Budget.FRAMES),
        UNREADABLE: Cost(Budget.FRAMES, 5),
    }
)
"""The cost of each frame of a client, by its type."""
BYTES_PER_UNIT = 2_048


def cost_of_frame(kind: str, size: int) -> float:
    """Return the units of a frame: by what it asks for, and by its size."""
    return FRAMES[kind].units + size / BYTES_PER_UNIT

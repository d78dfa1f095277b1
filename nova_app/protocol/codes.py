"""Close codes and limits: one table for server, browser and docs.

Source of ``assets/nova/generated/codes.js``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from nova_app.domain.errors import ErrorCode
from nova_app.domain.limits import FILES_MAX, QUOTE_MAX_CHARS, TEXT_MAX_CHARS

PROTOCOL_VERSION = 1
"""The only protocol a ``hello`` may name; any other closes with 4426."""


@dataclass(frozen=True, slots=True)
class CloseCode:
    """What one close code means and what the browser does with it.

    Attributes:
        code: The WebSocket close code.
        meaning: For docs and logs.
        action: ``reconnect``, ``fail_message``, ``three_tries`` or ``stop``.
        state: The connection state that follows when ``action`` is ``stop`` or
            the tries are used up; empty when the browser keeps reconnecting.
        reason: The ``reason`` shown beside that state.
    """

    code: int
    meaning: str
    action: str
    state: str
    reason: str


CLOSE_CODES: Mapping[int, CloseCode] = MappingProxyType(
    {
        row.code: row
        for row in (
            CloseCode(1000, "closed without being asked", "reconnect", "", "network"),
            CloseCode(1001, "the server goes away", "reconnect", "", "network"),
            CloseCode(1005, "closed without a code", "reconnect", "", "network"),
            CloseCode(1006, "the connection was lost", "reconnect", "", "network"),
            CloseCode(1009, "a frame over 64 KiB", "fail_message", "", "network"),
            CloseCode(1011, "the server failed", "reconnect", "", "server_down"),
            CloseCode(1012, "the server restarts", "reconnect", "", "restarting"),
            CloseCode(1013, "overloaded, or this reader is too slow", "reconnect", "", "server_down"),
            CloseCode(1015, "the TLS handshake failed", "reconnect", "", "network"),
            CloseCode(4400, "the protocol was violated", "three_tries", "FAILED", "protocol"),
            CloseCode(4401, "no session, expired or revoked", "stop", "CLOSED", "signed_out"),
            CloseCode(4403, "the account is not allowed", "stop", "CLOSED", "forbidden"),
            CloseCode(4408, "no hello or no heartbeat in time", "reconnect", "", "timeout"),
            CloseCode(4409, "replaced: too many sockets of this account", "stop", "CLOSED", "replaced"),
            CloseCode(4426, "the client is too old", "stop", "FAILED", "outdated"),
            CloseCode(4429, "connecting too often", "reconnect", "", "server_down"),
        )
    }
)

CLOSE_REASONS: Mapping[str, CloseCode] = MappingProxyType(
    {
        ErrorCode.ACCOUNT_CHANGED: CloseCode(
            4403, "the page was opened by another account", "stop", "CLOSED", "account_changed"
        )
    }
)
"""Closes whose reason is more precise than their code, by that reason."""

CLOSE_CODE_OF: Mapping[ErrorCode, int] = MappingProxyType(
    {
        ErrorCode.NOT_SIGNED_IN: 4401,
        ErrorCode.ACCOUNT_DISABLED: 4403,
        ErrorCode.ACCOUNT_CHANGED: 4403,
        ErrorCode.NOT_ALLOWED: 4403,
        ErrorCode.HELLO_EXPECTED: 4400,
        ErrorCode.PROTOCOL_OUTDATED: 4426,
        ErrorCode.FRAME_TOO_LARGE: 1009,
        ErrorCode.SILENT: 4408,
        ErrorCode.TOO_MANY_SOCKETS: 4409,
        ErrorCode.TOO_MANY_DIALS: 4429,
        ErrorCode.READER_TOO_SLOW: 1013,
        ErrorCode.RESTARTING: 1012,
        ErrorCode.OVERLOADED: 1013,
        ErrorCode.INTERNAL: 1011,
    }
)
"""The errors that end a socket, with the code they end it with."""


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """How long errors are shown and kept; times in milliseconds.

    Attributes:
        auto_ms: A notice without an action is dismissed automatically.
        copy_ms: So does one that only offers its details, which the recent errors offer, too.
        same_ms: The same failure within this time is counted, not shown again.
        most: So many are shown at once.
        history: So many are listed for the session, ``log`` in this browser.
    """

    auto_ms: int = 5_000
    copy_ms: int = 30_000
    same_ms: int = 10_000
    most: int = 5
    history: int = 100
    log: int = 50


NOTICES = NoticeRules()


@dataclass(frozen=True, slots=True)
class RetryRules:
    """When both clients, the browser's and ``nova_app.client``, repeat a failed call; times in milliseconds.

    Attributes:
        retries: At most so many tries after the first.
        base_ms: The wait before retry ``n`` (from 0) is at most ``base_ms * 2**n``, and never more than ``cap_ms``.
        per_try_ms: One try takes no longer.
        total_ms: All tries and waits together take no longer.
        advised_max_ms: A server that asks for a longer wait than this is not waited for.
        budget: So many tokens there are at most; a retry costs ``retry_cost``, after a timeout ``timeout_cost``.
        in_a_row: So many failures in a row open the breaker, or half of ``least`` calls within ``window_ms``.
        open_ms: It stays open for so long, plus up to ``spread_ms``.
    """

    retries: int = 3
    base_ms: int = 300
    cap_ms: int = 5_000
    per_try_ms: int = 10_000
    total_ms: int = 30_000
    advised_max_ms: int = 60_000
    budget: int = 50
    retry_cost: int = 5
    timeout_cost: int = 10
    in_a_row: int = 5
    least: int = 20
    window_ms: int = 30_000
    open_ms: int = 10_000
    spread_ms: int = 5_000


RETRY = RetryRules()

CODE_OF_STATUS: Mapping[int, ErrorCode] = MappingProxyType(
    {
        401: ErrorCode.NOT_SIGNED_IN,
        403: ErrorCode.NOT_ALLOWED,
        404: ErrorCode.NOT_FOUND,
        408: ErrorCode.TIMED_OUT,
        413: ErrorCode.FILE_TOO_LARGE,
        425: ErrorCode.UNAVAILABLE,
        429: ErrorCode.TOO_MANY_ATTEMPTS,
        500: ErrorCode.INTERNAL,
        504: ErrorCode.TIMED_OUT,
        # The network wants a sign-in (RFC 6585): Nova was not reached.
        511: ErrorCode.NETWORK_UNREACHABLE,
    }
)
"""Answers that are no problem document: they come from a proxy, not from Nova."""


def code_of_status(status: int) -> ErrorCode:
    """Return what an answer means that only has a status; total."""
    other = ErrorCode.UNAVAILABLE if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ErrorCode.UNEXPECTED_ANSWER
    return CODE_OF_STATUS.get(status, other)


UNFIT_ADDRESSES = r"://|www\."
UNFIT_MARKS = r"[<>{}]"
UNFIT_NAMES = "web ?socket|exception|traceback|errno|https?|json|undefined|null|nonetype"
UNFIT_TERMS = rf"\b({UNFIT_NAMES})\b|\b(status|error)( code)? ?\d{{3}}\b"
UNFIT_WORDS = f"{UNFIT_ADDRESSES}|{UNFIT_MARKS}|{UNFIT_TERMS}"
"""What no text for people may contain, in any case: the browser shows the code's own text instead."""

BROWSER_CODES: Sequence[ErrorCode] = (
    ErrorCode.NETWORK_UNREACHABLE,
    ErrorCode.TIMED_OUT,
    ErrorCode.NOT_SIGNED_IN,
    ErrorCode.ACCOUNT_CHANGED,
    ErrorCode.INTERNAL,
    ErrorCode.UNAVAILABLE,
    ErrorCode.NOT_ALLOWED,
    ErrorCode.NOT_FOUND,
    ErrorCode.FILE_TOO_LARGE,
    ErrorCode.TOO_MANY_ATTEMPTS,
    ErrorCode.TEXT_TOO_LONG,
    ErrorCode.FRAME_TOO_LARGE,
    ErrorCode.OUTBOX_FULL,
    ErrorCode.OUTBOX_STALE,
    ErrorCode.OUTBOX_UNAVAILABLE,
    ErrorCode.NO_ANSWER,
    ErrorCode.COOKIES_BLOCKED,
    ErrorCode.UNEXPECTED_ANSWER,
    ErrorCode.SAVED_OFFLINE,
    ErrorCode.PAGE_FAILED,
    ErrorCode.PAGE_UNREACHABLE,
    ErrorCode.PAGE_OUTDATED,
    ErrorCode.NOT_A_MEMBER,
    ErrorCode.TARGET_FAILED,
)
"""The codes that the browser finds itself; all others come with their kind and text."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes both sides agree on; not settings, because both are built with them.

    Attributes:
        sends_max: A message that was sent this often without any answer fails.
        sends_alone_after: Once sent this often without an answer, nothing is sent beside it,
            so that one message that ends connections does not make others fail.
        answer_max_ms: A message without an answer this long is sent again on a connection that lives.
    """

    text_max_chars: int = TEXT_MAX_CHARS
    files_max: int = FILES_MAX
    quote_max_chars: int = QUOTE_MAX_CHARS
    frame_max_bytes: int = 65_536
    outbox_max_messages: int = 100
    outbox_max_age_days: int = 7
    history_page: int = 50
    history_page_max: int = 100
    replay_max_events: int = 500
    events_range_max: int = 500
    pipeline_window: int = 32
    sends_max: int = 10
    sends_alone_after: int = 3
    answer_max_ms: int = 30_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Heartbeat intervals, in milliseconds.

    Attributes:
        visible_ms: A visible tab pings this often, whatever else arrives.
        hidden_ms: A hidden tab pings this often, as far as its timers run.
        deadline_ms: A ping unanswered this long means that the connection is dead.
    """

    visible_ms: int = 10_000
    hidden_ms: int = 30_000
    deadline_ms: int = 8_000


HEARTBEAT = Heartbeat()
CLOSES_PER_SECOND = 500
"""A planned stop closes this many sockets per second, and asks as many to reconnect."""
HELLO_DEADLINE_SECONDS = 10.0
"""A socket that has not said ``hello`` this long after opening is closed with 4408."""
PING_AFTER_SECONDS = 25.0
"""A socket without any frame this long is sent a ping: browsers hold back the
timers of hidden tabs, but not what arrives for them."""
SILENCE_DEADLINE_SECONDS = 60.0
"""A socket without any frame this long is closed with 4408."""

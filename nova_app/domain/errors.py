"""Every failure Nova can name: nine kinds, finer codes, one exception tree.

HTTP statuses and close codes are defined by the adapters that use them; tests prove
those maps total.

    NovaError                    a failure that has an ErrorCode
    ├── Refused                  a rule of Nova said no; carries data for the text
    └── Unavailable              Nova cannot answer now; trying again is right
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nova_app.domain.error_codes import ErrorCode, ErrorKind

__all__ = ["ERRORS", "ErrorCode", "ErrorFacts", "ErrorKind", "NovaError", "Refused", "Unavailable"]


@dataclass(frozen=True, slots=True)
class ErrorFacts:
    """What is always true of one code.

    Attributes:
        kind: The kind the code belongs to.
        retryable: Whether the same request may succeed later, unchanged.
        text: One or two sentences for the person: what happened, whether their
            data is safe, what they can do.
    """

    kind: ErrorKind
    retryable: bool
    text: str


_K = ErrorKind
ERRORS: Mapping[ErrorCode, ErrorFacts] = {
    ErrorCode.NETWORK_UNREACHABLE: ErrorFacts(
        # Also of what nobody wrote (a search, a list): it must not promise that something goes out.
        _K.NETWORK_ERROR,
        True,
        "The server cannot be reached. Check your connection and try again.",
    ),
    ErrorCode.TIMED_OUT: ErrorFacts(_K.TIMEOUT, True, "The server took too long to answer. Try again in a moment."),
    ErrorCode.NOT_SIGNED_IN: ErrorFacts(
        _K.UNAUTHORIZED, False, "You were signed out. Sign in again to continue; unsent messages are kept."
    ),
    ErrorCode.WRONG_CREDENTIALS: ErrorFacts(_K.UNAUTHORIZED, False, "Wrong user name or password."),
    ErrorCode.ACCOUNT_DISABLED: ErrorFacts(
        _K.FORBIDDEN, False, "This account has been deactivated. Ask your administrator."
    ),
    ErrorCode.ACCOUNT_CHANGED: ErrorFacts(
        _K.FORBIDDEN,
        False,
        "A different account is now signed in to this browser. Nothing was changed; what you wrote is kept.",
    ),
    ErrorCode.ORIGIN_REFUSED: ErrorFacts(
        _K.FORBIDDEN, False, "This address is not allowed to use this server. Ask your administrator to add it."
    ),
    ErrorCode.NOT_FOUND: ErrorFacts(_K.NOT_FOUND, False, "This does not exist, or you are not a member of it."),
    ErrorCode.METHOD_NOT_ALLOWED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This request is not supported here. Reload the page and try again."
    ),
    ErrorCode.MALFORMED_BODY: ErrorFacts(
        _K.VALIDATION_ERROR, False, "The request could not be read. Reload the page and try again."
    ),
    ErrorCode.INVALID_FIELDS: ErrorFacts(
        _K.VALIDATION_ERROR, False, "Some fields need your attention. Check them and try again."
    ),
    ErrorCode.USERNAME_TAKEN: ErrorFacts(_K.VALIDATION_ERROR, False, "That user name is taken. Choose another one."),
    ErrorCode.TEXT_TOO_LONG: ErrorFacts(
        _K.VALIDATION_ERROR, False, "The message is too long. Shorten it and send it again."
    ),
    ErrorCode.TEXT_EMPTY: ErrorFacts(_K.VALIDATION_ERROR, False, "The message is empty. Write something first."),
    ErrorCode.MALFORMED_FRAME: ErrorFacts(
        _K.VALIDATION_ERROR, False, "The server could not read something this page sent. Reload the page."
    ),
    ErrorCode.FRAME_TOO_LARGE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "The message is too large to send. Shorten it and send it again."
    ),
    ErrorCode.HELLO_EXPECTED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This page could not connect properly. Reload the page."
    ),
    ErrorCode.PROTOCOL_OUTDATED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "A new version of Nova is available. Reload the page; your drafts are kept."
    ),
    ErrorCode.UPGRADE_REQUIRED: ErrorFacts(
        _K.NETWORK_ERROR,
        True,
        "The proxy in front of this server does not let this page connect (Upgrade). Ask your administrator to fix it.",
    ),
    ErrorCode.KEY_REUSED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This was already submitted with different content. Reload the page and try again."
    ),
    ErrorCode.RANGE_TOO_LARGE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "Too much was requested at once. Reload the conversation."
    ),
    ErrorCode.TOO_MANY_ATTEMPTS: ErrorFacts(_K.RATE_LIMITED, True, "Too many attempts. Wait a moment, then try again."),
    ErrorCode.TOO_MANY_SENDS: ErrorFacts(
        _K.RATE_LIMITED,
        True,
        "You are sending very quickly. Your messages are kept and sent one after another.",
    ),
    ErrorCode.TOO_MANY_DIALS: ErrorFacts(
        _K.RATE_LIMITED, True, "This page reconnected too often. It will try again automatically in a moment."
    ),
    ErrorCode.TOO_MANY_SOCKETS: ErrorFacts(
        _K.RATE_LIMITED, True, "Nova is open in too many places. Use it here to continue."
    ),
    ErrorCode.SILENT: ErrorFacts(
        _K.TIMEOUT, True, "The connection stopped responding. Reconnecting automatically; nothing is lost."
    ),
    ErrorCode.READER_TOO_SLOW: ErrorFacts(
        _K.TIMEOUT, True, "Your connection is too slow to keep up. Reconnecting automatically; nothing is lost."
    ),
    ErrorCode.RESTARTING: ErrorFacts(_K.SERVER_ERROR, True, "The server is restarting. Nothing is lost."),
    ErrorCode.OVERLOADED: ErrorFacts(
        _K.SERVER_ERROR, True, "The server is busy. Reconnecting automatically in a moment; nothing is lost."
    ),
    ErrorCode.STORAGE_UNAVAILABLE: ErrorFacts(
        _K.SERVER_ERROR,
        True,
        "The server cannot save anything now. What you wrote is kept; try again in a moment.",
    ),
    ErrorCode.INTERNAL: ErrorFacts(
        _K.SERVER_ERROR, True, "Something went wrong on the server. It is our fault, not yours; what you wrote is kept."
    ),
    ErrorCode.OUTBOX_FULL: ErrorFacts(
        _K.VALIDATION_ERROR,
        False,
        "100 messages are already waiting to be sent. Your text stays here until there is room.",
    ),
    ErrorCode.OUTBOX_STALE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "You wrote this more than a week ago. Send it now, edit it, or delete it."
    ),
    ErrorCode.OUTBOX_UNAVAILABLE: ErrorFacts(
        _K.UNKNOWN,
        False,
        "This browser could not save the message. Your text is still in the message box; copy it to be safe.",
    ),
    ErrorCode.NO_ANSWER: ErrorFacts(
        # The server may have stored it all the same: a second copy can only come from an edited text.
        _K.TIMEOUT,
        True,
        "The server did not confirm this message after several tries. Try again, edit it, or delete it.",
    ),
    ErrorCode.COOKIES_BLOCKED: ErrorFacts(
        _K.FORBIDDEN, False, "Your browser blocks cookies here. Allow cookies for this site, then sign in again."
    ),
    ErrorCode.UNEXPECTED_ANSWER: ErrorFacts(
        _K.UNKNOWN, False, "The server sent an unexpected answer. Reload the page and try again."
    ),
    ErrorCode.SAVED_OFFLINE: ErrorFacts(
        _K.NETWORK_ERROR, True, "You are not connected. Your message is saved here and will be sent automatically."
    ),
    ErrorCode.PAGE_FAILED: ErrorFacts(
        _K.UNKNOWN,
        False,
        "Something on this page failed. It is our fault, not yours; what you wrote is kept. Reload if it looks wrong.",
    ),
    ErrorCode.PAGE_UNREACHABLE: ErrorFacts(
        _K.NETWORK_ERROR,
        True,
        "This page needs the connection. It opens when the connection is back; what you wrote is kept.",
    ),
    ErrorCode.PAGE_OUTDATED: ErrorFacts(
        _K.UNKNOWN,
        False,
        "This part of Nova could not be loaded; a newer version may be ready. Reload the page; drafts are kept.",
    ),
    ErrorCode.FILE_TOO_LARGE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This file is too large for this server. Your text and the other files are kept."
    ),
    ErrorCode.FILE_EMPTY: ErrorFacts(_K.VALIDATION_ERROR, False, "This file is empty. Choose another one."),
    ErrorCode.FILE_UNREADABLE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This file can no longer be read. Choose it again; your text is kept."
    ),
    ErrorCode.IMAGE_UNREADABLE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This image is damaged and cannot be shown. Choose another one."
    ),
    ErrorCode.IMAGE_TOO_LARGE: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This image has too many pixels. Make it smaller and try again."
    ),
    ErrorCode.QUOTA_EXCEEDED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "Your file storage is full. Ask your administrator for more."
    ),
    ErrorCode.TOO_MANY_FILES: ErrorFacts(
        _K.VALIDATION_ERROR, False, "Too many files. Remove some to continue; your text is kept."
    ),
    ErrorCode.TOO_MANY_UPLOADS: ErrorFacts(
        _K.RATE_LIMITED, True, "You uploaded many files in a short time. This one will continue automatically."
    ),
    ErrorCode.TOO_MANY_SEARCHES: ErrorFacts(
        _K.RATE_LIMITED, True, "You are searching very often. Wait a moment, then try again."
    ),
    ErrorCode.OFFSET_MISMATCH: ErrorFacts(_K.VALIDATION_ERROR, False, "This upload got out of sync. Try again."),
    ErrorCode.TAKEN_OVER: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This file is already being uploaded in another tab. That upload continues."
    ),
    ErrorCode.FILE_NOT_READY: ErrorFacts(
        _K.VALIDATION_ERROR, False, "A file has not finished uploading. Wait until it has, then try again."
    ),
    ErrorCode.UNAVAILABLE: ErrorFacts(
        _K.SERVER_ERROR, True, "The server is not available right now. What you wrote is kept; try again in a moment."
    ),
    ErrorCode.NOT_ALLOWED: ErrorFacts(
        _K.FORBIDDEN, False, "You are not allowed to do this. Nothing was changed; ask your administrator."
    ),
    ErrorCode.EDIT_CONFLICT: ErrorFacts(
        _K.VALIDATION_ERROR,
        False,
        "This message was edited in another place in the meantime. Your text is kept; compare both and try again.",
    ),
    ErrorCode.MESSAGE_DELETED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This message has been deleted. Copy your text if you still need it."
    ),
    ErrorCode.POST_DELETED: ErrorFacts(
        _K.VALIDATION_ERROR, False, "This post has been deleted. Copy your text if you still need it."
    ),
    # Found out by the page: what was done to a message of the outbox, or replied to it.
    ErrorCode.TARGET_FAILED: ErrorFacts(
        _K.VALIDATION_ERROR,
        False,
        "The message that this belongs to was not sent. Your text is kept; send that message again first.",
    ),
    ErrorCode.REACTION_LIMIT: ErrorFacts(
        _K.VALIDATION_ERROR, False, "There are 20 different reactions here already. Choose one of them."
    ),
    ErrorCode.TOO_MANY_REACTIONS: ErrorFacts(
        _K.RATE_LIMITED, True, "You are reacting very quickly. Wait a moment, then try again."
    ),
    ErrorCode.TOO_MANY_ADDITIONS: ErrorFacts(
        _K.RATE_LIMITED, True, "You added many people in a short time. Wait a moment, then try again."
    ),
    ErrorCode.LAST_OWNER: ErrorFacts(
        _K.FORBIDDEN,
        False,
        "This is the last owner of the group. Make another member an owner first; nothing was changed.",
    ),
    # Found out by the page: the server tells nobody whether a conversation exists that they are not in.
    ErrorCode.NOT_A_MEMBER: ErrorFacts(
        _K.FORBIDDEN, False, "You are no longer in this group. Copy the text if you still need it."
    ),
    ErrorCode.REGISTRATION_CLOSED: ErrorFacts(
        _K.FORBIDDEN, False, "New accounts cannot be created here. Ask an admin of this server for one."
    ),
    ErrorCode.INVITE_REQUIRED: ErrorFacts(
        _K.FORBIDDEN, False, "You need a valid invite to create an account here. Ask an admin of this server for one."
    ),
    ErrorCode.LINK_INVALID: ErrorFacts(
        _K.NOT_FOUND, False, "This link has expired or was used already. Ask an admin of this server for a new one."
    ),
    ErrorCode.LAST_ADMIN: ErrorFacts(
        _K.FORBIDDEN,
        False,
        "This is the last admin of this server. Make another person an admin first; nothing was changed.",
    ),
}


class NovaError(Exception):
    """A failure with a code.

    Attributes:
        code: What happened.
        detail: A sentence for the developer: what was expected and what came.
        text: What the person reads; the code's sentence unless a better one is known.
        retry_after_seconds: How long to wait before the next try; None if unknown.
        fields: Messages by field name, for forms.
    """

    def __init__(
        self,
        code: ErrorCode,
        detail: str | None = None,
        *,
        text: str | None = None,
        retry_after_seconds: float | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> None:
        self.text = text or ERRORS[code].text
        super().__init__(detail or self.text)
        self.code = code
        self.detail = detail or self.text
        self.retry_after_seconds = retry_after_seconds
        self.fields = dict(fields or {})

    @property
    def kind(self) -> ErrorKind:
        """The kind of the code."""
        return ERRORS[self.code].kind

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later, unchanged."""
        return ERRORS[self.code].retryable


class Refused(NovaError):
    """A rule of Nova said no; nothing was changed."""


class Unavailable(NovaError):
    """Nova cannot answer now; nothing was changed and trying again is right."""

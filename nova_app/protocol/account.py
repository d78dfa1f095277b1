"""Which account a page acts for: the rule for every socket and every request.

A page belongs to the account it was rendered for, and names it with everything it sends. The
session cookie is the browser's: by now it may belong to another user. Pure.
"""

from __future__ import annotations

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.models import UserId

ACCOUNT_HEADER = "Nova-Account"
"""Names the account with a request of the API."""
ACCOUNT_QUERY = "user_id"
"""Names it in the handshake of a socket whose headers a page cannot set."""
OTHER_ACCOUNT = "expected a request for the account that is signed in, got one for another"


def is_other_account(named: str | None, user_id: UserId) -> bool:
    """Return whether a request means another account than the one that is signed in.

    Args:
        named: The account that the sender means; None from programs, which name none.
        user_id: The account of the session or token.
    """
    return named is not None and named != user_id


def refuse_other_account(named: str | None, user_id: UserId) -> None:
    """Refuse a request that means another account than the one that is signed in.

    Raises:
        Refused: ``ACCOUNT_CHANGED``.
    """
    if is_other_account(named, user_id):
        raise Refused(ErrorCode.ACCOUNT_CHANGED, OTHER_ACCOUNT)

"""What a program's token may not do on its socket."""

from __future__ import annotations

from collections.abc import Sequence

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Draft
from nova_app.domain.message_changes import MessageChange
from nova_app.domain.token_scopes import Scope


async def refuse_all(requests: Sequence[Draft] | Sequence[MessageChange]) -> Sequence[NovaError]:
    """Answer each of these with the same refusal; takes the place of what would store them."""
    refusal = Refused(ErrorCode.NOT_ALLOWED, f"expected an API token with the scope {Scope.MESSAGES_WRITE}")
    return [refusal] * len(requests)

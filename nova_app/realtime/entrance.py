"""What every shell of the messaging socket asks before it opens one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nova_app.domain.errors import ErrorCode, NovaError, Unavailable
from nova_app.domain.events import Identity
from nova_app.protocol.account import refuse_other_account
from nova_app.protocol.credentials import Credentials
from nova_app.realtime.metric_labels import error_cause
from nova_app.realtime.socket_registry import SocketRegistry
from nova_app.realtime.socket_services import SocketServices

Authenticate = Callable[[Credentials], Awaitable[Identity]]
Admit = Callable[[], None]
CountConnect = Callable[[Identity], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketEntrance:
    """Admits handshakes that the gate let in.

    Attributes:
        admit: Asked for each member; raises ``Unavailable`` if too many come at once.
        authenticate: Says who sends these credentials; raises ``Refused``.
        prove: Told of credentials that are valid, so that they are not taken for a stranger's.
        count_connect: Counts a connection attempt of an account; raises ``Refused`` if there are too many.
    """

    services: SocketServices
    sockets: SocketRegistry
    admit: Admit
    authenticate: Authenticate
    count_connect: CountConnect
    prove: Callable[[Credentials], None]

    async def identify(self, credentials: Credentials, account: str | None) -> Identity:
        """Return who opens a socket.

        Args:
            account: The account that the handshake names; None where it names none.

        Raises:
            NovaError: Why the socket is refused.
        """
        if self.sockets.is_closing:
            raise Unavailable(ErrorCode.RESTARTING)
        identity = await self.authenticate(credentials)
        self.prove(credentials)
        refuse_other_account(account, identity.user_id)
        self.count_connect(identity)
        # Only after it is known who it is: who proves nothing takes nobody's place.
        self.admit()
        return identity

    def count_refused(self, refusal: NovaError) -> None:
        """Count a refused handshake."""
        self.services.sockets.rejected(error_cause(refusal))

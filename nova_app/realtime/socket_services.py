"""What a socket needs of Nova, in one place for every shell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nova_app.domain.arrivals import ArrivalReader
from nova_app.domain.models import UserId
from nova_app.domain.ports import Clock
from nova_app.observability.sockets import DeliveryMetrics, SocketMetrics
from nova_app.observability.usage import UsageMetrics
from nova_app.realtime.hub import MemoryHub
from nova_app.services.conversations import Conversations
from nova_app.services.message_changes import MessageChanges
from nova_app.services.messaging import Messaging
from nova_app.services.posts import Posts


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketServices:
    """The services that a socket uses.

    Attributes:
        shares_presence: Looks up a person's choice.
        charge_frame: Charges an account for a frame; returns for how many seconds its socket is not to be read.
        build: Names the pages.
    """

    arrivals: ArrivalReader
    messaging: Messaging
    changes: MessageChanges
    conversations: Conversations
    posts: Posts
    hub: MemoryHub
    clock: Clock
    sockets: SocketMetrics
    deliveries: DeliveryMetrics
    usage: UsageMetrics
    shares_presence: Callable[[UserId], Awaitable[bool]]
    charge_frame: Callable[[UserId, str, int], float]
    build: str = ""

"""What a socket needs of Nova, in one place for every shell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
    """The services that a socket uses; ``shares_presence`` looks up a person's choice, ``build`` names the pages."""

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
    build: str = ""

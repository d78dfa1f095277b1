"""The dependencies of the routes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from nova_app.observability.instruments import Instruments
from nova_app.observability.usage import UsageMetrics
from nova_app.services.account_events import AccountEvents
from nova_app.services.accounts import Accounts
from nova_app.services.administration import Administration
from nova_app.services.budgets import Budgets
from nova_app.services.conversations import Conversations
from nova_app.services.group_members import GroupMembers
from nova_app.services.link_previews import LinkPreviews
from nova_app.services.message_changes import MessageChanges
from nova_app.services.messaging import Messaging
from nova_app.services.own_settings import OwnConversationSettings
from nova_app.services.posts import Posts
from nova_app.services.profiles import Profiles
from nova_app.services.rate_limits import Limiter
from nova_app.services.registration import Registration
from nova_app.services.search import Search
from nova_app.services.sessions import Sessions
from nova_app.services.status import Status
from nova_app.services.uploads import Uploads
from nova_app.services.webhooks import Webhooks
from nova_app.settings import Settings


class ReadinessReport(Protocol):
    """What the last check found."""

    def report(self) -> Mapping[str, str | None]:
        """Name each part with its fault in a line, or None where it is fine."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """The use cases that the routes call.

    Attributes:
        instruments: Where everything is counted, and what ``/metrics`` shows.
        budgets: What each account may spend.
        log_limit: How often a line is logged that any client can cause, by subject.
        metrics_tokens: The tokens that may read ``/metrics``.
        readiness: What the last check found of the parts that Nova depends on.
    """

    settings: Settings
    accounts: Accounts
    account_events: AccountEvents
    registration: Registration
    administration: Administration
    sessions: Sessions
    profiles: Profiles
    conversations: Conversations
    messaging: Messaging
    changes: MessageChanges
    link_previews: LinkPreviews
    group_members: GroupMembers
    own_settings: OwnConversationSettings
    search: Search
    uploads: Uploads
    posts: Posts
    webhooks: Webhooks
    status: Status
    instruments: Instruments
    budgets: Budgets
    log_limit: Limiter
    metrics_tokens: Collection[str]
    readiness: ReadinessReport

    @property
    def usage(self) -> UsageMetrics:
        """Where the use of Nova is counted."""
        return self.instruments.usage


def get_services(request: Request) -> ApiServices:
    """Return the services that the app was built with."""
    services: ApiServices = request.app.state.services
    return services


Services = Annotated[ApiServices, Depends(get_services)]

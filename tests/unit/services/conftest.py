from __future__ import annotations

from collections import Counter

import pytest

from nova_app.domain.models import ConversationKind
from nova_app.observability.instruments import create_instruments
from nova_app.services.budgets import Budgets
from nova_app.services.conversations import Conversations
from nova_app.services.cost_table import allowances
from nova_app.services.group_members import GroupMembers
from nova_app.services.messaging import Messaging
from nova_app.services.sessions import SessionLifetime, Sessions
from tests.builders import a_user
from tests.fakes import FakePublisher, FakeStorage


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture
def storage(publisher, clock):
    return FakeStorage(publisher, clock)


@pytest.fixture
def access(storage, publisher, clock, settings):
    return Sessions(storage.accounts, publisher, clock, SessionLifetime.of(settings))


@pytest.fixture
def budgets(settings, clock):
    return Budgets(allowances(settings), seconds=lambda: clock.now().timestamp())


@pytest.fixture
def spent(budgets, monkeypatch):
    """What was charged and not given back, by budget."""
    totals = Counter()
    take, back = budgets.spend, budgets.give_back

    def spend(account, budget, units=1.0):
        take(account, budget, units)
        totals[budget] += units

    def give_back(account, budget, units=1.0):
        back(account, budget, units)
        totals[budget] -= units

    monkeypatch.setattr(budgets, "spend", spend)
    monkeypatch.setattr(budgets, "give_back", give_back)
    return totals


@pytest.fixture
def conversations(storage, publisher, clock, budgets):
    return Conversations(storage.conversations, publisher, clock, create_instruments().usage, budgets)


@pytest.fixture
def group_members(storage, conversations, publisher, clock, budgets):
    return GroupMembers(
        members=storage.conversations,
        conversations=conversations,
        publisher=publisher,
        clock=clock,
        usage=create_instruments().usage,
        budgets=budgets,
    )


@pytest.fixture
def messaging(storage, publisher, settings, clock):
    def seconds():
        return clock.now().timestamp()

    return Messaging(storage.log, storage.conversations, publisher, settings, seconds=seconds)


@pytest.fixture
async def people(anyio_backend, storage):
    for name in ("ana", "ben", "cleo"):
        await storage.accounts.add_user(a_user(name))


@pytest.fixture
async def room(people, conversations):
    """A group of Ana and Ben."""
    summary, _ = await conversations.create(
        "ana", kind=ConversationKind.GROUP, title="Room", usernames=["ben"], creation_key=None
    )
    return summary.id

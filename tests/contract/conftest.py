"""Every port twice: over SQL and over memory."""

from __future__ import annotations

import pytest

from nova_app.domain.models import ConversationKind
from nova_app.persistence.storage import open_storage
from tests.builders import a_user
from tests.fakes import FakePublisher, FakeStorage


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture(params=["sql", "memory"])
async def storage(request, anyio_backend, settings, publisher, clock):
    if request.param == "memory":
        yield FakeStorage(publisher, clock)
        return
    request.getfixturevalue("made_database")
    async with open_storage(settings, publisher, clock=clock) as opened:
        yield opened


@pytest.fixture
async def people(storage):
    """Ana, Ben and Cleo have accounts; their ids are their names."""
    for name in ("ana", "ben", "cleo"):
        await storage.accounts.add_user(a_user(name))
    return ["ana", "ben", "cleo"]


@pytest.fixture
def make_room(storage, people, clock):
    """Makes a group of these people and gives its id."""

    async def make(*members, conversation_id="room", **overrides):
        values = {
            "conversation_id": conversation_id,
            "kind": ConversationKind.GROUP,
            "title": "Room",
            "creator_id": members[0],
            "member_ids": members[1:],
            "creation_key": None,
            "created_at": clock.now(),
        }
        found, _ = await storage.conversations.create(**{**values, **overrides})
        return found

    return make

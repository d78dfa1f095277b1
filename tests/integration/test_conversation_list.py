"""The list of conversations, page by page, and an account that has very many."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from nova_app.client import NovaClient
from nova_app.domain.models import ConversationId, ConversationKind
from nova_app.persistence.membership import NewConversation
from tests.asgi import BASE, gated, services_of

pytestmark = pytest.mark.anyio

PATH = "/api/v1/conversations"


@pytest.fixture
def make_groups(nova):
    """Makes groups past all budgets; gives their ids, the newest first."""

    async def make(client, count):
        begin, made = datetime(2026, 1, 2, tzinfo=UTC), []
        for number in range(count):
            room = ConversationId(str(uuid.uuid4()))
            at = begin + timedelta(seconds=number // 3)
            group = NewConversation(room, ConversationKind.GROUP, str(number), client.user_id, [], None, at)
            await services_of(nova).conversations._conversations._writer.run(group.find_or_add)
            made.append((at, room))
        return [room for _, room in sorted(made, reverse=True)]

    return make


async def test_the_list_of_conversations_is_paged(register, make_groups):
    ana = await register("ana")
    made = await make_groups(ana, 103)

    first = (await ana.get(PATH)).json()
    rest = (await ana.get(PATH, params={"before": first["next_before"]})).json()
    small = (await ana.get(PATH, params={"before": first["next_before"], "limit": 2})).json()

    assert [item["id"] for item in first["items"] + rest["items"]] == made
    assert (len(first["items"]), first["has_more"], rest["has_more"]) == (100, True, False)
    assert "next_before" not in rest
    assert small["items"] == rest["items"][:2]


async def test_a_client_and_a_page_have_all_of_two_hundred_and_more(nova, register, make_groups, connect):
    ana = await register("ana")
    made = await make_groups(ana, 230)
    token = (await ana.post("/api/v1/auth/tokens", json={"name": "bot"})).json()["token"]

    async with NovaClient(BASE, token=token, transport=httpx.ASGITransport(gated(nova))) as client:
        listed = await client.list_conversations()
    socket = await connect(ana, hello=False)
    welcome = await socket.hello({})

    assert [str(item.id) for item in listed] == made
    assert [item["id"] for item in welcome["conversations"]] == made


@pytest.mark.parametrize(("name", "value"), [("limit", 0), ("limit", 101), ("before", "x"), ("before", "2026-01-02")])
async def test_a_page_that_cannot_be_says_why(register, name, value):
    ana = await register("ana")

    answer = await ana.get(PATH, params={name: value})

    assert answer.status_code == 422
    assert name in answer.json()["fields"]

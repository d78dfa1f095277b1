"""What an app that fails is answered with."""

import pytest
from starlette.requests import ClientDisconnect

from nova_app.api.problems import Unexpected

SCOPE = {"type": "http", "method": "POST", "path": "/", "headers": []}


async def answers_of(fault):
    async def app(scope, receive, send):
        raise fault

    sent = []

    async def send(message):
        sent.append(message)

    await Unexpected(app)(SCOPE, None, send)
    return sent


@pytest.mark.anyio
async def test_what_nobody_expected_is_answered_and_logged(caplog):
    sent = await answers_of(KeyError("unlisted"))

    assert sent[0]["status"] == 500
    assert "KeyError" in caplog.text


@pytest.mark.anyio
async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_failure(caplog):
    assert await answers_of(ClientDisconnect()) == []
    assert "Traceback" not in caplog.text

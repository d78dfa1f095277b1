"""A proxy that does not pass Upgrade is named: in the answer and in the log."""

import logging

import pytest

from nova_app.domain.errors import ErrorCode

pytestmark = pytest.mark.anyio

HANDSHAKE = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}


@pytest.mark.parametrize("headers", [{}, HANDSHAKE, {**HANDSHAKE, "Connection": "close"}])
async def test_the_socket_says_that_upgrade_is_missing(browser, headers):
    client = await browser()
    answer = await client.get("/api/v1/socket", headers=headers)

    assert answer.status_code == 426
    assert answer.headers["upgrade"] == "websocket"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == ErrorCode.UPGRADE_REQUIRED == "upgrade_required"
    assert "your proxy does not pass Upgrade" in answer.json()["detail"]


async def test_a_handshake_without_upgrade_is_logged_once_a_minute(browser, caplog):
    client = await browser()
    with caplog.at_level(logging.WARNING):
        await client.get("/api/v1/socket")  # anybody may look: that is no handshake
        assert not caplog.records
        for _ in range(20):
            await client.get("/api/v1/socket", headers=HANDSHAKE)

    (line,) = [record.getMessage() for record in caplog.records]
    assert "does not pass Upgrade" in line
    assert "docs/how-to/deploy.md" in line

"""Sends webhooks over HTTP, only to allowed networks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import httpx

from nova_app.domain.networks import Network
from nova_app.domain.webhooks import ERROR_MAX_CHARS, Job, Reply, headers, may_call
from nova_app.integrations.outbound import create_client, look_up, pinned_request
from nova_app.protocol.retry_after import read_retry_after
from nova_app.protocol.webhook_payload import payload

TIMEOUT_SECONDS = 10.0
ANSWER_MAX_BYTES = 64 * 1024


class HttpWebhookSender:
    """A ``WebhookSender`` over httpx; follows no redirects and keeps no cookies."""

    def __init__(self, allowed: Sequence[Network], *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Send to public addresses, and to private ones only in these networks.

        Args:
            transport: Another way out, for tests.
        """
        self._allowed = allowed
        self._client = create_client(transport=transport, timeout=TIMEOUT_SECONDS)

    async def send(self, job: Job, now: datetime) -> Reply:
        body = payload(job.event)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                request = await self._request(job, body, now)
                if isinstance(request, Reply):
                    return request
                response = await self._client.send(request, stream=True)
                try:
                    return _reply_of(response)
                finally:
                    await response.aclose()
        except (TimeoutError, httpx.TimeoutException):
            return Reply(0, f"no answer within {TIMEOUT_SECONDS:.0f} s", is_slow=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            # A name that no resolver can encode is a ValueError: it counts as a try like any other.
            return Reply(0, f"{type(fault).__name__}: {fault}"[:ERROR_MAX_CHARS])

    async def close(self) -> None:
        """Close open connections."""
        await self._client.aclose()

    async def _request(self, job: Job, body: bytes, now: datetime) -> httpx.Request | Reply:
        url = httpx.URL(job.url)
        addresses = await look_up(url)
        if not addresses or not all(may_call(address, self._allowed) for address in addresses):
            return Reply(0, f"{url.host} is not in a network that webhooks may call (NOVA_WEBHOOK_NETWORKS)")
        sent = headers(job.id, job.secret, body, timestamp=int(now.timestamp()))
        return pinned_request(self._client, "POST", url, addresses[0], content=body, headers=sent)


def _reply_of(response: httpx.Response) -> Reply:
    advised = read_retry_after(response.headers)
    error = "" if response.is_success else f"the target answered {response.status_code}"
    return Reply(response.status_code, error, advised)

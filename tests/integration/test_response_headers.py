"""Every answer of the whole application says how long it may be kept, pages and refusals included."""

import httpx
import pytest

from nova_app.asgi import running, with_nova
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE

pytestmark = pytest.mark.anyio


async def pages(scope, receive, send):
    status = 404 if "gone" in scope["path"] else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"etag", b'"1"')]})
    await send({"type": "http.response.body", "body": b""})


async def test_pages_files_answers_and_refusals(settings):
    async with running(settings):
        app = with_nova(pages, GatePolicy(OriginPolicy()))
        async with httpx.AsyncClient(base_url=BASE, transport=httpx.ASGITransport(app)) as client:
            found = {
                path: (await client.get(path)).headers
                for path in (
                    "/",
                    "/nova/theme.js",
                    "/assets/_index-CKpmvQvZ.js",
                    "/assets/gone-CKpmvQvZ.js",
                    "/healthz",
                )
            }
            foreign = await client.get("/api/v1/users/me", headers={"Origin": "https://evil.example"})

    kept = {path: headers.get("cache-control") for path, headers in found.items()}
    assert kept == {
        "/": "no-cache",
        "/nova/theme.js": "no-cache",
        "/assets/_index-CKpmvQvZ.js": "public, max-age=31536000, immutable",
        "/assets/gone-CKpmvQvZ.js": "no-cache",
        "/healthz": "private, no-store",
    }
    assert found["/"]["etag"] == '"1"'
    assert (foreign.status_code, foreign.headers.get("cache-control")) == (403, "private, no-store")
    for headers in (*found.values(), foreign.headers):
        assert headers.get("x-content-type-options") == "nosniff"

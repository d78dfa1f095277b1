"""Every answer of the whole application says how long it may be kept, pages and refusals included."""

import httpx
import pytest

from nova_app.api.response_headers import PageRules
from nova_app.asgi import running, with_nova
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]


async def pages(scope, receive, send):
    status = 404 if "gone" in scope["path"] else 200
    is_page = scope["path"].endswith(".html")
    headers = [(b"etag", b'"1"'), (b"content-type", b"text/html; charset=utf-8" if is_page else b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
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


async def test_a_page_has_the_policy_and_everything_else_may_load_nothing(settings):
    rules = PageRules("script-src 'self'", "same-origin")
    async with running(settings):
        app = with_nova(pages, GatePolicy(OriginPolicy()), rules=rules)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(base_url="https://nova.example", transport=transport) as client:
            page, script, answer = [
                (await client.get(path)).headers for path in ("/page.html", "/nova/theme.js", "/healthz")
            ]
    assert page["content-security-policy"] == "script-src 'self'"
    assert script["content-security-policy"] == "frame-ancestors 'none'"
    assert answer["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    for headers in (page, script, answer):
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert "camera=()" in headers["permissions-policy"]


async def test_in_development_pages_of_another_port_load_answers_and_nothing_is_https(settings):
    async with running(settings):
        app = with_nova(pages, GatePolicy(OriginPolicy()))
        async with httpx.AsyncClient(base_url=BASE, transport=httpx.ASGITransport(app)) as client:
            page = (await client.get("/page.html")).headers
    assert page["cross-origin-resource-policy"] == "same-site"
    assert not {"content-security-policy", "strict-transport-security"} & set(page)

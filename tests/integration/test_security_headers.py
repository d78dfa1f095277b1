"""Every answer tells the browser what it may do with it, whoever made the answer."""

import httpx
import pytest

from nova_app.asgi import running, with_nova
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE

pytestmark = pytest.mark.anyio

ADDRESSES = ("/", "/nova/theme.js", "/api/v1/users/me", "/api/v1/openapi.json", "/api/v1/absent", "/healthz", "/metrics",
             "/runbooks/NovaAbsent.md")  # fmt: skip
EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
}


async def pages(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"<p>"})


async def answers_of(settings, base, **headers):
    async with running(settings):
        transport = httpx.ASGITransport(with_nova(pages, OriginPolicy(())))
        async with httpx.AsyncClient(base_url=base, transport=transport, headers=headers) as client:
            return {path: await client.get(path) for path in ADDRESSES}


@pytest.mark.xfail(strict=True, reason="only uploads say what a browser may do with them")
async def test_every_answer_has_the_headers(settings):
    for path, answer in (await answers_of(settings, BASE)).items():
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED, path
        assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "same-site"), path
        assert "camera=()" in answer.headers["permissions-policy"], path


@pytest.mark.xfail(strict=True, reason="an answer of the API may load and be framed like a page")
async def test_an_answer_that_is_no_page_can_run_nothing(settings):
    for path, answer in (await answers_of(settings, BASE)).items():
        if path not in ("/", "/nova/theme.js"):
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'", path


@pytest.mark.xfail(strict=True, reason="browsers are not asked to stay with https")
async def test_under_https_browsers_are_asked_to_stay_with_it(settings):
    safe = (await answers_of(settings, "https://chat.example.org"))["/"].headers
    assert int(safe["strict-transport-security"].removeprefix("max-age=")) >= 31_536_000
    plain = (await answers_of(settings, BASE))["/"].headers
    assert "strict-transport-security" not in plain

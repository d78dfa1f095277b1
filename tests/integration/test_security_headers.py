"""Every answer tells the browser what it may do with it, whoever made the answer."""

import httpx
import pytest

from nova_app.asgi import running, with_nova
from nova_app.observability.exposition import render
from nova_app.protocol.gate import GatePolicy
from nova_app.protocol.origins import OriginPolicy
from tests.asgi import BASE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("made_database")]

ADDRESSES = ("/", "/nova/theme.js", "/api/v1/users/me", "/api/v1/openapi.json", "/api/v1/absent", "/healthz",
             "/metrics", "/runbooks/NovaAbsent.md")  # fmt: skip
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
        transport = httpx.ASGITransport(with_nova(pages, GatePolicy(OriginPolicy())))
        async with httpx.AsyncClient(base_url=base, transport=transport, headers=headers) as client:
            return {path: await client.get(path) for path in ADDRESSES}


async def test_every_answer_has_the_headers(settings):
    for path, answer in (await answers_of(settings, BASE)).items():
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED, path
        assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "same-site"), path
        assert "camera=()" in answer.headers["permissions-policy"], path


async def test_an_answer_that_is_no_page_can_run_nothing(settings):
    for path, answer in (await answers_of(settings, BASE)).items():
        if path not in ("/", "/nova/theme.js", "/runbooks/NovaAbsent.md"):
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'", path


async def test_under_https_browsers_are_asked_to_stay_with_it(settings):
    safe = (await answers_of(settings, "https://chat.example.org"))["/"].headers
    assert int(safe["strict-transport-security"].removeprefix("max-age=")) >= 31_536_000
    plain = (await answers_of(settings, BASE))["/"].headers
    assert "strict-transport-security" not in plain


REPORT = {"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "https://evil.example/secret-mark"}}


async def test_reports_of_violations_are_counted_and_nothing_of_them_is_kept(browser, nova, caplog):
    client = await browser()
    sent = await client.post("/api/v1/telemetry/csp", json=REPORT)
    strange = await client.post("/api/v1/telemetry/csp", json={"csp-report": {"effective-directive": "secret-mark"}})
    broken = [await client.post("/api/v1/telemetry/csp", content=body) for body in (b"", b"[]", b'{"csp-report": 1}')]
    large = await client.post("/api/v1/telemetry/csp", content=b"[" * 20_000)
    assert [answer.status_code for answer in (sent, strange, *broken, large)] == [204, 204, 400, 400, 400, 413]
    figures = (await render(nova.instruments.metrics, "", compress=False))[0].decode()
    assert 'nova_frontend_policy_violations_total{directive="script-src"} 1' in figures
    assert 'nova_frontend_policy_violations_total{directive="other"} 1' in figures
    assert "secret-mark" not in figures + caplog.text


async def test_a_network_reports_so_many_violations_a_minute(browser):
    client = await browser()
    answers = []
    while 429 not in answers and len(answers) < 200:
        answers.append((await client.post("/api/v1/telemetry/csp", json=REPORT)).status_code)
    # While a slow machine sends them, some more are allowed.
    assert 120 <= answers.count(204) < 200

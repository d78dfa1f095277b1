"""The browser's two ways to ask (fetch and XMLHttpRequest), in Chromium, against a server that misbehaves."""

import json

import pytest

from tests.faults.pages import Beside, PageServer
from tests.faults.scripted import Answer, refuses, says

HTML = Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})
DATE, LATER = "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:00:01 GMT"
# One call; what it came to, how often the server was asked, and how long that took.
CALL = """
async ({ how, quick }) => {
  const { RETRY } = await import("/nova/generated/codes.js");
  Object.assign(RETRY, { base_ms: 10, cap_ms: 50 }, quick);
  const { createApi } = await import("/nova/http/api.js");
  const { createSend } = await import("/nova/http/upload_request.js");
  const heard = [];
  const world = { onFault: (fault) => heard.push(fault.code) };
  const ask = { fetch: () => createApi("", world).get("thing"), post: () => createApi("", world).post("thing", {}),
    xhr: () => createSend("", world)("PATCH", "thing", { bytes: new ArrayBuffer(9) }) }[how];
  const begin = performance.now();
  try {
    return { answer: await ask(), heard, ms: performance.now() - begin };
  } catch (fault) {
    const { name, kind, code, message, retryAfterMs } = fault;
    return { name, kind, code, message, retryAfterMs, heard, ms: performance.now() - begin };
  }
}
"""
QUICK = {"per_try_ms": 300, "total_ms": 1000}


@pytest.fixture
def ask(chromium):
    """Asks a scripted server from a page that it handed out."""

    def ask(answers, how="fetch", quick=QUICK, before=lambda server: None):
        with Beside(answers) as server:
            page = chromium.new_page()
            page.goto(server.origin)
            page.evaluate("Promise.all(['api', 'upload_request'].map((name) => import(`/nova/http/${name}.js`)))")
            before(server)
            result = page.evaluate(CALL, {"how": how, "quick": quick})
            page.close()
        return result, server.requests

    return ask


FAULTS = [
    ("reset", Answer(fault="reset"), "NETWORK_ERROR"),
    ("truncated", Answer(200, b'{"name": "x"}', fault="truncate"), "NETWORK_ERROR"),
    ("html 502", HTML, "SERVER_ERROR"),
    ("500", says({}, 500), "SERVER_ERROR"),
    ("503", Answer(503, b"", {"Retry-After": "86400"}), "SERVER_ERROR"),
    ("html 200", Answer(200, b"<html>Welcome</html>"), "UNKNOWN"),
    ("half a JSON", Answer(200, b'{"name": '), "UNKNOWN"),
    ("portal 511", Answer(511, b"<html>"), "NETWORK_ERROR"),
    ("portal elsewhere", Answer(302, b"", {"Location": "http://portal.invalid/"}), "NETWORK_ERROR"),
    ("401", refuses("not_signed_in", 401, kind="UNAUTHORIZED"), "UNAUTHORIZED"),
    ("403", Answer(403, b"<html>firewall"), "FORBIDDEN"),
    ("404", Answer(404, b"<html>nothing"), "NOT_FOUND"),
    ("413", Answer(413, b"<html>nginx"), "VALIDATION_ERROR"),
    ("429", Answer(429, b"", {"Retry-After": "900"}), "RATE_LIMITED"),
]


@pytest.mark.parametrize("how", ["fetch", "xhr"])
@pytest.mark.parametrize(("answer", "kind"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_every_fault_has_one_of_the_nine_kinds_and_no_words_of_its_own(ask, how, answer, kind):
    result, requests = ask([answer], how)

    assert (result["name"], result["kind"], result["message"]) == ("ApiError", kind, "")
    assert result["heard"] == [result["code"]]
    # Chromium itself asks once more where a kept connection was reset.
    assert 1 <= len(requests) <= (8 if answer.fault == "reset" else 4)


@pytest.mark.parametrize("fault", ["hang", "slow"])
def test_an_answer_that_does_not_come_to_its_end_times_out(ask, fault):
    answer = Answer(200, json.dumps({"name": "very slow indeed"}).encode(), fault=fault)
    result, requests = ask([answer], quick={"per_try_ms": 2_000, "total_ms": 3_000})

    assert result["kind"] == "TIMEOUT"
    assert result["ms"] < 6_500, "four tries of two seconds would be eight"
    assert 2 <= len(requests) <= 4


@pytest.mark.parametrize("how", ["fetch", "xhr"])
def test_a_server_that_is_gone_is_a_network_error(ask, how):
    result, _ = ask([says({})], how, before=PageServer.cut_from_outside)

    assert result["kind"] == "NETWORK_ERROR"


def test_trouble_that_passes_is_not_noticed(ask):
    result, requests = ask([Answer(fault="reset"), HTML, says({"name": "x"})])

    assert (result.get("answer"), result["heard"], len(requests)) == ({"name": "x"}, [], 3)


def test_what_is_not_safe_to_repeat_is_sent_once(ask):
    result, requests = ask([Answer(503, b"")], "post")

    assert (result["kind"], len(requests)) == ("SERVER_ERROR", 1)


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "1"}, {"Retry-After": LATER, "Date": DATE}], ids=["seconds", "date"]
)
def test_the_advice_to_wait_is_followed_by_the_servers_clock(ask, headers):
    result, requests = ask([Answer(503, b"", headers), says({"name": "x"})], quick={})

    assert result.get("answer") == {"name": "x"}
    assert 1_000 <= result["ms"] < 5_000
    assert len(requests) == 2

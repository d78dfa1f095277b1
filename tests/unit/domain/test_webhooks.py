"""The rules of webhooks: signature, schedule, verdict, and where they may go."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.webhooks import (
    ADVICE_MAX_SECONDS,
    WAITS_SECONDS,
    Reply,
    headers,
    judge,
    may_call,
    new_secret,
    url_fault,
)


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's reference libraries."""
    body = b'{"event_type":"ping","data":{"success":true}}'

    sent = headers("msg_loFOjxBNrRLzqYUf", "whsec_plJ3nmyCDGBKInavdOK15jsl", body, timestamp=1731705121)

    assert sent["webhook-signature"] == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("msg_loFOjxBNrRLzqYUf", "1731705121")


def test_secrets_can_be_used():
    assert headers("id", new_secret(b"x" * 24), b"{}", timestamp=1)["webhook-signature"].startswith("v1,")


@given(st.integers(200, 299))
def test_success_is_the_end(status):
    assert judge(Reply(status), attempts=1, attempts_max=9, chance=0.5).result == "ok"


@given(st.integers(0, 599), st.integers(1, 50), st.integers(1, 50), st.floats(0, 1), st.floats(-1e9, 1e9))
def test_every_try_has_one_end_and_tries_are_bounded(status, attempts, most, chance, advised):
    verdict = judge(Reply(status, "x", advised), attempts=attempts, attempts_max=most, chance=chance)

    assert verdict.result in {"ok", "retried", "failed"}
    assert (verdict.wait_seconds > 0) == (verdict.result == "retried")
    assert verdict.wait_seconds <= max(WAITS_SECONDS[-1] * 1.2, ADVICE_MAX_SECONDS)
    if verdict.result == "retried":
        assert attempts < most
        assert verdict.wait_seconds >= WAITS_SECONDS[min(attempts, len(WAITS_SECONDS)) - 1] * 0.8


def test_waits_grow_and_advice_is_followed():
    waits = [judge(Reply(500), attempts=n, attempts_max=99, chance=0.5).wait_seconds for n in range(1, 9)]

    assert waits == list(WAITS_SECONDS)
    assert judge(Reply(429, "", 77.0), attempts=1, attempts_max=9, chance=0.5).wait_seconds == 77


def test_a_target_that_is_gone_ends_the_webhook():
    assert judge(Reply(410), attempts=1, attempts_max=9, chance=0.5).is_over


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.org",
            "ftp://example.org",
            "http://",
            "https://user:pw@example.org/x",
            "http://[::1",
            "http://a:0",
        ),
        *("javascript:alert(1)", "http://a:99999", "https://example.org/" + "x" * 2_000, "file:///etc/passwd"),
    ],
)
def test_what_is_no_target_is_refused(url):
    assert url_fault(url)


@pytest.mark.parametrize("url", ["https://example.org/hook?x=1", "http://10.0.0.7:8080/", "http://[2001:db8::1]/x"])
def test_targets_are_taken(url):
    assert url_fault(url) is None


@pytest.mark.parametrize(
    "inside",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "0.0.0.0", "::1", "fe80::1", "fd00::1"),
        *("::ffff:127.0.0.1", "100.64.0.1", "::", "192.0.2.1"),
    ],
)
def test_webhooks_go_inside_only_where_that_is_allowed(inside):
    address = ipaddress.ip_address(inside)
    plain = getattr(address, "ipv4_mapped", None) or address

    assert not may_call(address, [])
    assert not may_call(address, [ipaddress.ip_network("172.16.0.0/12"), ipaddress.ip_network("2001:db8::/32")])
    assert may_call(address, [ipaddress.ip_network(f"{plain}/{plain.max_prefixlen}")])


def test_the_world_may_be_called():
    assert may_call(ipaddress.ip_address("93.184.215.14"), [])

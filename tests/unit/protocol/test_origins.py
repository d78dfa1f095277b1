"""Which pages may talk to Nova."""

import pytest

from nova_app.protocol.origins import OriginPolicy, refusal


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:3000", "localhost:3000"),
        ("http://127.0.0.1:3000", "127.0.0.1:3000"),
        ("http://192.168.1.7:3000", "192.168.1.7:3000"),
        ("https://[::1]:3000", "[::1]:3000"),
        ("http://LOCALHOST:3000", "localhost:3000"),
        (None, "localhost:3000"),
    ],
)
def test_without_public_origins_the_own_address_is_accepted(origin, host):
    assert OriginPolicy().allows(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "localhost:3000"),
        ("http://localhost:4000", "localhost:3000"),
        ("http://nova.example:3000", "nova.example:3000"),
        ("null", "localhost:3000"),
        ("", "localhost:3000"),
        ("http://localhost:3000", None),
        ("http://localhost:3000@evil.example", "localhost:3000"),
        ("http://localhost:3000.evil.example", "localhost:3000"),
        ("file://localhost:3000", "localhost:3000"),
        ("http://[::1", "localhost:3000"),
    ],
)
def test_without_public_origins_every_other_page_is_refused(origin, host):
    assert not OriginPolicy().allows(origin, host)


def test_public_origins_are_exact_and_the_only_ones():
    policy = OriginPolicy(public_origins=("https://chat.example.org",), also=("http://localhost:3000",))

    assert policy.allows("https://chat.example.org", "anything")
    assert policy.allows("HTTPS://Chat.Example.org", "anything")
    assert not policy.allows("http://chat.example.org", "chat.example.org")
    assert not policy.allows("https://chat.example.org:444", "chat.example.org")
    assert not policy.allows("http://localhost:3000", "localhost:3000")


def test_the_pages_own_port_is_accepted_during_development():
    assert OriginPolicy(also=("http://localhost:3000",)).allows("http://localhost:3000", "localhost:8000")


def test_a_refusal_names_the_variable_and_the_value_to_add():
    assert "NOVA_PUBLIC_ORIGINS=http://x:1" in refusal("http://x:1")

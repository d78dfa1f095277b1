"""Reading who sends a request."""

import pytest

from nova_app.protocol.credentials import Credentials, read_credentials


@pytest.mark.parametrize(
    ("cookie", "authorization", "expected"),
    [
        ("", "", Credentials()),
        ("nova_session=abc", "", Credentials(session_secret="abc")),
        ("a=1; nova_session=abc; b=2", "", Credentials(session_secret="abc")),
        ('bad[]name={"x":1}; nova_session=abc', "", Credentials(session_secret="abc")),
        ("nova_session=plain; __Host-nova_session=secure", "", Credentials(session_secret="secure")),
        ("nova_session=plain; __Host-nova_session=", "", Credentials()),
        ("nova_session=first; nova_session=last", "", Credentials(session_secret="last")),
        ('nova_session="abc"', "", Credentials(session_secret="abc")),
        ("xnova_session=abc", "", Credentials()),
        ("nova_session=abc", "Bearer t0k", Credentials(token="t0k")),
        ("nova_session=abc", "bearer  t0k ", Credentials(token="t0k")),
        ("nova_session=abc", "Basic eA==", Credentials(session_secret="abc")),
        ("nova_session=abc", "Bearer ", Credentials(session_secret="abc")),
    ],
)
def test_the_secret_is_found_among_other_things(cookie, authorization, expected):
    assert read_credentials(cookie, authorization) == expected


def test_credentials_never_show_their_secrets():
    assert "abc" not in repr(Credentials(session_secret="abc", token="abc"))

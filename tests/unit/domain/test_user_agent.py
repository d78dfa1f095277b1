import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.user_agent import UNKNOWN_DEVICE, device_of

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Linux; Android 15) {WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on macOS"),
        ("python-httpx/0.28", UNKNOWN_DEVICE),
        ("", UNKNOWN_DEVICE),
    ],
)
def test_a_browser_is_called_as_people_call_it(user_agent, name):
    assert device_of(user_agent) == name


@given(st.text())
def test_whatever_comes_the_name_is_short_and_not_of_the_header(user_agent):
    words = "Edge Opera Samsung Internet Firefox Chrome Safari iPhone iPad Android Windows ChromeOS macOS Linux"

    name = device_of(user_agent)

    assert 1 <= len(name) <= 64
    assert name == UNKNOWN_DEVICE or set(name.split()) <= {"on", *words.split()}

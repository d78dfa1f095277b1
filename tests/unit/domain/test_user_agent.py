import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.user_agent import UNKNOWN_DEVICE, device_of, label_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
IOS_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
MAC = f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {IOS_WEBKIT}"
LINUX = f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {WEBKIT}"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {IOS_WEBKIT}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {IOS_WEBKIT}"
FACEBOOK = "[FBAN/FBIOS;FBAV/470.0.0.41.107;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.5;FBLC/en_US]"
GECKO = "Gecko/20100101"

REAL = {
    "chrome on windows": (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows", "chrome"),
    "chrome on mac": (f"{MAC} Chrome/140.0.0.0 Safari/537.36", "Chrome on macOS", "chrome"),
    "chrome on linux": (f"{LINUX} Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux", "chrome"),
    "chrome without a window": (f"{LINUX} HeadlessChrome/140.0.0.0 Safari/537.36", "Chrome on Linux", "chrome"),
    "chrome on a chromebook": (
        f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/140.0.0.0 Safari/537.36",
        "Chrome on ChromeOS",
        "chrome",
    ),
    "chrome on android": (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android", "chrome"),
    "chrome on an iphone": (f"{IPHONE} CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", "Chrome on iPhone", "chrome"),
    "chrome on an ipad": (f"{IPAD} CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", "Chrome on iPad", "chrome"),
    "chrome on an ipad, as a desktop": (
        f"{MAC} CriOS/126 Version/11.1.1 Safari/605.1.15",
        "Chrome on iPad",
        "chrome",
    ),
    "firefox on windows": (
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) {GECKO} Firefox/140.0",
        "Firefox on Windows",
        "firefox",
    ),
    "firefox on linux": (
        f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) {GECKO} Firefox/140.0",
        "Firefox on Linux",
        "firefox",
    ),
    "firefox on mac": (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) {GECKO} Firefox/140.0",
        "Firefox on macOS",
        "firefox",
    ),
    "firefox on android": (
        "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
        "Firefox on Android",
        "firefox",
    ),
    "firefox on an iphone": (f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone", "firefox"),
    "safari on mac": (f"{MAC} Version/18.0 Safari/605.1.15", "Safari on macOS", "safari"),
    "safari on an iphone": (f"{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone", "safari"),
    "safari on an ipad, asked for phone pages": (
        f"{IPAD} Version/17.5 Mobile/15E148 Safari/604.1",
        "Safari on iPad",
        "safari",
    ),
    "safari on an ipad, which says it is a mac": (f"{MAC} Version/17.5 Safari/605.1.15", "Safari on macOS", "safari"),
    "edge on windows": (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows", "edge"),
    "edge on android": (
        f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0",
        "Edge on Android",
        "edge",
    ),
    "edge on an iphone": (
        f"{IPHONE} Version/18.0 EdgiOS/126.0.2592.56 Mobile/15E148 Safari/604.1",
        "Edge on iPhone",
        "edge",
    ),
    "opera on windows": (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera on Windows", "chrome"),
    "samsung internet": (
        f"{ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "Samsung Internet on Android",
        "chrome",
    ),
    "a page inside of facebook on an iphone": (f"{IPHONE} Mobile/21F79 {FACEBOOK}", "Facebook on iPhone", "other"),
    "a page inside of instagram on android": (
        f"{ANDROID} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 Instagram 334.0.0.42.95 Android",
        "Instagram on Android",
        "other",
    ),
    "a page inside of an app on android": (
        f"Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) {WEBKIT} Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36",
        "Chrome on Android",
        "chrome",
    ),
    "a page inside of an app on an iphone": (f"{IPHONE} Mobile/15E148", "iPhone", "other"),
    "google's app on an iphone": (f"{IPHONE} GSA/321.0 Mobile/15E148 Safari/604.1", "Google app on iPhone", "other"),
    "the first browser of android": (f"{ANDROID} Version/4.0 Mobile Safari/534.30", "Android", "safari"),
    "a program": ("curl/8.5.0", UNKNOWN_DEVICE, "other"),
    "a program in python": ("python-httpx/0.28", UNKNOWN_DEVICE, "other"),
    "nothing": ("", UNKNOWN_DEVICE, "other"),
    "4 kB of anything": ("(;x" * 1365, UNKNOWN_DEVICE, "other"),
    "4 kB before a mark": ("x" * 4096 + "Firefox/140.0 Windows", UNKNOWN_DEVICE, "other"),
}


@pytest.mark.parametrize(("user_agent", "name", "label"), REAL.values(), ids=REAL)
def test_a_browser_is_called_as_people_call_it(user_agent, name, label):
    assert device_of(user_agent) == name
    assert label_of(user_agent) == label


WORDS = """Edge Opera Samsung Internet Firefox Chrome Safari Facebook Instagram Google app
iPhone iPad Android Windows ChromeOS macOS Linux"""
MARKS = """Edg OPR/ SamsungBrowser/ Firefox/ CriOS/ Chrome/ Safari/ FBAN/ GSA/
iPhone Android Windows Mac Linux"""


@given(st.one_of(st.text(), st.lists(st.sampled_from(MARKS.split()) | st.text(max_size=9)).map(" ".join)))
def test_whatever_comes_the_name_is_short_and_not_of_the_header(user_agent):
    name = device_of(user_agent)

    assert 1 <= len(name) <= 64
    assert name == UNKNOWN_DEVICE or set(name.split()) <= {"on", *WORDS.split()}

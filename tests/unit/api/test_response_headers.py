"""What browsers and proxies may keep of each answer."""

import pytest

from nova_app.api.response_headers import IMMUTABLE, PERSONAL, REVALIDATE, headers_for
from nova_app.codegen.fonts import LATIN


@pytest.mark.parametrize(
    "path",
    [
        "/assets/_index-CKpmvQvZ.js",
        "/assets/manifest-ae44204b.js",
        "/assets/__reflex_global_styles-D98w4t3j.css",
        "/assets/_c_.__conversation_id_._index-CE_LTjls.js",
        "/assets/inter-a-B_9-xZ.woff2",
        LATIN,
    ],
)
def test_a_file_with_a_hash_in_its_name_is_kept_for_good(path):
    assert headers_for(path, 200)["cache-control"] == IMMUTABLE
    assert headers_for(path, 304)["cache-control"] == IMMUTABLE


@pytest.mark.parametrize("status", [307, 403, 404, 416, 500])
def test_a_refusal_is_never_kept_also_of_such_a_file(status):
    assert headers_for("/assets/_index-CKpmvQvZ.js", status)["cache-control"] == REVALIDATE


@pytest.mark.parametrize(
    "path",
    ["/", "/login/", "/c/123", "/nova/theme.js", "/nova/index.js", "/styles/tokens.css", "/icon.svg", "/sw.js",
     "/manifest.webmanifest", "/icons/icon-192.png", "/fonts/inter-latin.woff2", "/fonts/inter-latin-extended.woff2",
     "/fonts/OFL.txt", "/assets/plain.js", "/runbooks/NovaAbsent.md"],
)  # fmt: skip
def test_a_page_and_a_file_without_a_hash_are_asked_about_each_time(path):
    assert headers_for(path, 200)["cache-control"] == REVALIDATE


@pytest.mark.parametrize(
    "path", ["/api/v1/users/me", "/api/v1/search", "/api", "/readyz", "/healthz", "/_event/", "/metrics"]
)
def test_what_is_personal_or_of_the_moment_is_kept_nowhere(path):
    assert headers_for(path, 200)["cache-control"] == PERSONAL
    assert headers_for(path, 401)["cache-control"] == PERSONAL


@pytest.mark.parametrize("path", ["/", "/assets/_index-CKpmvQvZ.js", "/api/v1/users/me", "/nothing"])
def test_no_answer_is_sniffed_or_framed(path):
    headers = headers_for(path, 200)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/reset/abc", "/invite/abc", "/reset/abc/"])
def test_an_address_that_is_a_secret_is_passed_on_to_nobody(path):
    assert headers_for(path, 200)["referrer-policy"] == "no-referrer"

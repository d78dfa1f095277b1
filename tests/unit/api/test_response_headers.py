"""What browsers and proxies may keep of each answer."""

import pytest

from nova_app.api.response_headers import IMMUTABLE, IN_DEVELOPMENT, PERSONAL, REVALIDATE, PageRules, headers_for
from nova_app.codegen.fonts import LATIN


def answer(path, status=200, rules=IN_DEVELOPMENT, *, is_page=False, is_https=False):
    return headers_for(path, status, is_page=is_page, is_https=is_https, rules=rules)


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
    assert answer(path, 200)["cache-control"] == IMMUTABLE
    assert answer(path, 304)["cache-control"] == IMMUTABLE


@pytest.mark.parametrize("status", [307, 403, 404, 416, 500])
def test_a_refusal_is_never_kept_also_of_such_a_file(status):
    assert answer("/assets/_index-CKpmvQvZ.js", status)["cache-control"] == REVALIDATE


@pytest.mark.parametrize(
    "path",
    ["/", "/login/", "/c/123", "/nova/theme.js", "/nova/index.js", "/styles/tokens.css", "/icon.svg", "/sw.js",
     "/manifest.webmanifest", "/icons/icon-192.png", "/fonts/inter-latin.woff2", "/fonts/inter-latin-extended.woff2",
     "/fonts/OFL.txt", "/assets/plain.js", "/runbooks/NovaAbsent.md"],
)  # fmt: skip
def test_a_page_and_a_file_without_a_hash_are_asked_about_each_time(path):
    assert answer(path, 200)["cache-control"] == REVALIDATE


@pytest.mark.parametrize(
    "path", ["/api/v1/users/me", "/api/v1/search", "/api", "/readyz", "/healthz", "/_event/", "/metrics"]
)
def test_what_is_personal_or_of_the_moment_is_kept_nowhere(path):
    assert answer(path, 200)["cache-control"] == PERSONAL
    assert answer(path, 401)["cache-control"] == PERSONAL


@pytest.mark.parametrize("path", ["/", "/assets/_index-CKpmvQvZ.js", "/api/v1/users/me", "/nothing"])
def test_no_answer_is_sniffed_or_framed(path):
    headers = answer(path, 200)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/reset/abc", "/invite/abc", "/reset/abc/"])
def test_an_address_that_is_a_secret_is_passed_on_to_nobody(path):
    assert answer(path, 200)["referrer-policy"] == "no-referrer"


SERVED = PageRules("script-src 'self'", "same-origin")


def test_pages_have_their_policy_and_the_rest_may_load_nothing():
    policy = "content-security-policy"
    assert answer("/posts", rules=SERVED, is_page=True)[policy] == "script-src 'self'"
    assert answer("/api/v1/users/me", rules=SERVED)[policy] == "default-src 'none'; frame-ancestors 'none'"
    assert policy not in answer("/posts", is_page=True), "reflex run puts scripts of its own into pages"


def test_only_pages_of_this_origin_load_what_is_served_and_while_developing_those_of_another_port():
    name = "cross-origin-resource-policy"
    assert (answer("/", rules=SERVED)[name], answer("/")[name]) == ("same-origin", "same-site")


def test_what_is_no_page_and_no_answer_is_put_into_no_frame_either():
    assert answer("/nova/index.js", rules=SERVED)["content-security-policy"] == "frame-ancestors 'none'"


def test_https_is_kept_to_on_hosts_below_this_one_where_the_operator_says_so():
    below = PageRules("", "same-origin", covers_subdomains=True)
    assert answer("/", rules=below, is_https=True)["strict-transport-security"].endswith("; includeSubDomains")
    assert "strict-transport-security" not in answer("/", rules=below)


def test_https_is_kept_to_only_where_it_is_used():
    assert answer("/", is_https=True)["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in answer("/")

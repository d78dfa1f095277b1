"""Which links of a text get a preview, where the server may go for it, and what of a page is shown."""

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nova_app.domain.link_previews import (
    DESCRIPTION_MAX_CHARS,
    LINKS_MAX,
    TITLE_MAX_CHARS,
    LinkPreview,
    has_usable_form,
    is_page,
    links_of,
    may_fetch,
    preview_of,
)

PUBLIC, PRIVATE = [ipaddress.ip_address("93.184.215.14")], [ipaddress.ip_address("10.0.0.1")]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", []),
        ("see https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a)", ["https://example.org/a"]),
        ("https://en.wikipedia.org/wiki/A_(b)", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("[here](https://example.org/x)y", ["https://example.org/x"]),
        ("<https://example.org/x>", ["https://example.org/x"]),
        ("**https://example.org/x**", ["https://example.org/x"]),
        ("https://example.org/x#part", ["https://example.org/x"]),
        ("HTTPS://Example.org/x", ["HTTPS://Example.org/x"]),
        ("a https://e.org/1 b https://e.org/1 c https://e.org/2", ["https://e.org/1", "https://e.org/2"]),
        ("`https://example.org`", []),
        ("```\nhttps://example.org\n```", []),
        ("> https://example.org", []),
        ("ftp://example.org javascript://example.org/%0aalert(1)", []),
        ("https://user:pass@example.org/", []),
        ("https://", []),
        ("https://example.org:99999/", []),
        (f"https://example.org/{'a' * 3000}", []),
        ("https://" + "a" * 80 + ".org", []),
    ],
)
def test_links_are_those_that_a_reader_sees(text, links):
    assert list(links_of(text)) == links


def test_a_message_has_previews_of_its_first_links_only():
    assert len(links_of(" ".join(f"https://example.org/{number}" for number in range(9)))) == LINKS_MAX


@example("[")
@example("a[b]")
@given(st.text(alphabet="ah:/tps.[]()<>`@#*\n \u00e9\u3002\ud83d\U0001f600", max_size=60))
def test_any_text_has_links_of_a_usable_form(text):
    for url in links_of(f"https://{text} http://e.org/{text}"):
        assert has_usable_form(url)
        assert LinkPreview(url).host.isascii()


@pytest.mark.parametrize(
    "url", ["http://example.org/", "https://example.org/", "https://example.org:443/", "http://e.org:80/"]
)
def test_the_public_web_may_be_fetched(url):
    assert may_fetch(url, PUBLIC, ())


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://example.org/", []),
        ("http://example.org/", PRIVATE),
        ("http://example.org/", [*PUBLIC, *PRIVATE]),
        *((f"http://example.org:{port}/", PUBLIC) for port in (22, 443, 6379, 8080)),
        ("https://example.org:80/", PUBLIC),
        *((f"{scheme}://example.org/", PUBLIC) for scheme in ("ftp", "file", "gopher", "javascript", "data")),
        ("http://user@example.org/", PUBLIC),
        ("http:///", PUBLIC),
    ],
)
def test_nothing_else_may(url, addresses):
    assert not may_fetch(url, addresses, ())


def test_an_origin_that_the_operator_lists_may_be_anywhere():
    listed = ["http://wiki:8080"]
    assert may_fetch("http://wiki:8080/page", PRIVATE, listed)
    assert may_fetch("http://WIKI:8080/page", PRIVATE, listed)
    for other in ("http://wiki/page", "https://wiki:8080/", "http://wiki:8081/", "http://wiki:8080.example.org/"):
        assert not may_fetch(other, PRIVATE, listed)


@pytest.mark.parametrize(
    ("content_type", "content", "is_one"),
    [
        ("text/html; charset=utf-8", b"<!DOCTYPE html><title>a</title>", True),
        ("TEXT/HTML", b"\xef\xbb\xbf \n<html>", True),
        ("application/xhtml+xml", b'<?xml version="1.0"?><html>', True),
        ("text/html", b"\x89PNG\r\n", False),
        ("text/html", b"<svg xmlns='http://www.w3.org/2000/svg'>", False),
        ("text/html", b"", False),
        ("image/svg+xml", b"<!doctype html>", False),
        ("application/json", b"<html>", False),
        ("", b"<html>", False),
    ],
)
def test_a_page_is_html_by_its_type_and_by_how_it_begins(content_type, content, is_one):
    assert is_page(content_type, content) is is_one


def test_what_is_shown_is_one_line_that_cannot_turn_its_surroundings():
    preview = preview_of("https://e.org", " A\n\ttitle\u202e\u200b \x00", "b" * 999)
    assert preview.title == "A title"
    assert preview.description == "b" * DESCRIPTION_MAX_CHARS
    assert len(preview_of("https://e.org", "\U0001f600" * 999, "").title) <= TITLE_MAX_CHARS


@pytest.mark.parametrize("title", ["", " \n ", "\u200b\u202e", "\u2800"])
def test_without_a_title_there_is_nothing_to_show(title):
    assert preview_of("https://e.org", title, "described") == LinkPreview("https://e.org")


def test_the_host_is_written_in_letters_that_cannot_be_mistaken():
    assert LinkPreview("https://\u0440\u0430ypal.com/x").host == "xn--ypal-43d9g.com"
    assert LinkPreview("https://www.example.org:443/x").host == "www.example.org"

"""What is read of the head of a page, whatever the page is made of."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.decoder.heads import read_head


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<title>Plain</title>", ("Plain", "")),
        ("<html><head><title>A &amp; B</title><meta name=description content='C &lt; D'></head>", ("A & B", "C < D")),
        ('<title>Long</title><meta property="og:title" content="Short">', ("Short", "")),
        ('<meta property="og:title" content=" "><title>Long</title>', ("Long", "")),
        ('<meta NAME="Twitter:Title" CONTENT="T"><meta name="twitter:description" content="D">', ("T", "D")),
        ('<meta property="og:title" content="1"><meta property="og:title" content="2">', ("1", "")),
        ("<title>One</title><svg><title>Two</title></svg>", ("One", "")),
        ("<head></head><body><title>Late</title>", ("", "")),
        ("<body><meta property='og:title' content='Late'>", ("", "")),
        ("<script>'<title>No</title>'</script><title>Yes</title>", ("Yes", "")),
        ("<!-- <title>No</title> --><title>Yes</title>", ("Yes", "")),
        ("<title>Cut", ("Cut", "")),
        ("<meta property=og:title><meta content=x>", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_head_says_what_the_page_is(page, found):
    assert read_head(page.encode(), "") == found


@pytest.mark.parametrize(
    ("content", "charset", "title"),
    [
        ("<title>ü</title>".encode(), "", "ü"),
        ("<title>ü</title>".encode("latin-1"), "iso-8859-1", "ü"),
        ("<meta charset=windows-1252><title>€</title>".encode("cp1252"), "", "€"),
        ("<meta charset='shift_jis'><title>日本</title>".encode("shift_jis"), "", "日本"),
        ("<title>ü</title>".encode(), "no-such-charset", "ü"),
        ("<title>ü</title>".encode(), "punycode", "ü"),
        (b"<title>\xff</title>", "utf-8", "\ufffd"),
    ],
)
def test_a_page_is_read_in_its_charset(content, charset, title):
    assert read_head(content, charset)[0] == title


@given(st.binary(max_size=300), st.text(max_size=10))
def test_anything_is_read(content, charset):
    read_head(b"<html><head>" + content, charset)


def test_a_long_text_is_cut():
    title, description = read_head(
        f"<title>{'a' * 99_999}</title><meta name=description content={'b' * 99_999}>".encode(), ""
    )
    assert (len(title), len(description)) == (2_000, 2_000)


def test_a_usual_head_of_a_megabyte_takes_little_time():
    page = b"<head>" + b"<link rel=x href=y>" * 50_000 + b"<title>End</title>"
    begin = time.process_time()
    assert read_head(page, "")[0] == "End"
    assert time.process_time() - begin < 5

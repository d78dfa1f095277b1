# ruff: noqa: RUF001 - a sign is indexed by its wide form
"""What somebody typed is always a query, and a text contains it exactly when its words do."""

import sqlite3
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.search import Part, Query, Term, parse, snippet
from nova_app.domain.tokenizer import ASSIGNED, index_text, words_of

TEXTS = st.text(st.sampled_from(" aAbBéß+#\"*:'()-.,日本が한😀👍🏽\u0301\x00_İfrom") | st.characters(), max_size=40)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", Query()),
        (" \t", Query()),
        ("Hello wörld", Query((Term(("hello",)), Term(("world",))))),
        ('"hello  world"', Query((Term(("hello", "world")),))),
        ('"open end', Query((Term(("open", "end")),))),
        ("laun*", Query((Term(("laun",), is_prefix=True),))),
        ("2 * 3", Query((Term(("2",)), Term(("＊",)), Term(("3",))))),
        ("C++", Query((Term(("c", "＋", "＋")),))),
        ("AND OR NOT NEAR", Query(tuple(Term((word,)) for word in ("and", "or", "not", "near")))),
        ("日本", Query((Term(("日", "本")),))),
        ("from:ana in:team", Query(authors=("ana",), conversations=("team",))),
        ('in:"two words" x', Query((Term(("x",)),), conversations=("two words",))),
        ("before:2026-01-31 after:2025-12-01", Query(before=date(2026, 1, 31), after=date(2025, 12, 1))),
        ("has:link has:IMAGE", Query(contents=frozenset({"link", "image"}))),
        ("before:soon", Query((Term(("before", "soon")),))),
        ("has:fun", Query((Term(("has", "fun")),))),
        ("from:", Query((Term(("from",)),))),
        ("note:this", Query((Term(("note", "this")),))),
    ],
)
def test_what_is_typed_is_read_like_this(typed, query):
    assert parse(typed) == query


@given(TEXTS)
def test_any_text_is_a_query(text):
    parse(text)


@given(TEXTS)
def test_the_fast_way_and_the_exact_way_index_alike(text):
    assert index_text(text).split() == [word.token for word in words_of(text)]


def test_marks_and_signs_are_where_they_are_looked_for():
    others = (code for code in range(0x80, 0x110000) if not any(code in codes for codes in ASSIGNED))
    assert [hex(code) for code in others if unicodedata.category(chr(code))[0] in "MS"] == []


@given(TEXTS)
def test_an_index_sees_the_same_words(text):
    """SQLite's tokenizer must split what is indexed nowhere but at the spaces."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='ascii')")
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    connection.execute("INSERT INTO t VALUES (?)", (index_text(text),))
    terms = [row[0] for row in connection.execute("SELECT term FROM v ORDER BY offset")]
    assert terms == [word.token for word in words_of(text)]


@given(TEXTS, st.integers(0, 40), st.integers(1, 40))
def test_a_text_contains_each_excerpt_of_its_own_words(text, start, length):
    words = list(words_of(text))[start : start + length]
    excerpt = text[words[0].start : words[-1].end] if words else ""
    term = Term(tuple(word.token for word in words_of(excerpt)))
    # A sign that stands for several words, such as ¼, may share one with what follows it.
    if term.words and term.words == tuple(word.token for word in words):
        assert any(part.hit for part in snippet(text, [term]))


@given(TEXTS, TEXTS)
def test_a_snippet_is_the_text_as_it_was_written(text, typed):
    joined = "".join(part.text for part in snippet(text, parse(typed).terms))
    assert joined.removeprefix("…").removesuffix("…") in text or joined.strip("…") in text


def test_a_snippet_shows_the_hit_of_a_long_text():
    text = "word " * 100 + "here it is " + "word " * 100
    parts = snippet(text, parse("here").terms)
    assert Part("here", hit=True) in parts
    assert parts[0].text == "…"
    assert sum(len(part.text) for part in parts) < 200


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("I like C++ and C#", "C++", ["C++"]),
        ("I like C++ and C#", "c#", ["C#"]),
        ("Zoë's Café", "cafe zoe", ["Zoë", "Café"]),
        ("launch, launched, lunch", "laun*", ["launch", "launched"]),
        ("go to go", "go", ["go", "go"]),
        ("日本語です", "本語", ["本語"]),
        ("so 😀 happy", "😀", ["😀"]),
        ("a-b", '"a b"', ["a-b"]),
        ("nothing", "no", []),
    ],
)
def test_hits_are_marked_where_they_stand(text, typed, hits):
    assert [part.text for part in snippet(text, parse(typed).terms) if part.hit] == hits


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
CHARACTERS = (
    "\U0001f600",
    FAMILY,
    "\U0001f1e9\U0001f1ea",
    "e\u0301\u0323",
    "\U0001f44d\U0001f3fd",
    "\u1100\u1161\u11a8",
    "\r\n",
)


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
@pytest.mark.parametrize("shift", range(len(FAMILY)))
def test_a_snippet_is_cut_between_characters_as_people_see_them(character, shift):
    text = f"{'x' * shift} {character * 200} word {'x' * shift}{character * 200}"

    before, after = "".join(part.text for part in snippet(text, parse("word").terms)).split("word")

    assert (before[0], after[-1]) == ("…", "…")
    for run in (before[1:].strip(" "), after[:-1].strip(" ")[shift:]):
        assert run == character * (len(run) // len(character))


def test_marks_without_end_do_not_swallow_a_snippet():
    (part,) = snippet("x" + "\u0301" * 9_000, ())

    assert len(part.text) == len("…") + 180

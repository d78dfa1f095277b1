# ruff: noqa: RUF001 - wide and dotless letters are the point
"""What was typed is found whatever Unicode form, case or width either side has."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nova_app.domain.search import Query, Term, parse, snippet
from nova_app.domain.text_forms import in_one_form, is_in_one_form
from nova_app.domain.tokenizer import fold, index_text, index_text_as_written, words_of

MIXED = "aéßİıñộ각한ガパｶﾞﾊﾟＡ１＋日本ำ🎉™ﬁΩςйё়কো\u0301\u3099\u1161\u11a8\u09be\u00ad 。-+"
TEXTS = st.text(st.sampled_from(MIXED) | st.characters(exclude_categories=["Cs"]), max_size=30)
CASED = st.text(st.sampled_from("abzßäöüéñøåİıIiçşğΑΩΣσςάЖйёЇ "), max_size=30)
KANA = {
    wide: narrow
    for code in range(0xFF66, 0xFF9E)
    for narrow in (chr(code), chr(code) + "ﾞ", chr(code) + "ﾟ")
    if len(wide := unicodedata.normalize("NFKC", narrow)) == 1
}
FORMS = st.sampled_from(["NFC", "NFD"])


def tokens(text):
    return [word.token for word in words_of(text)]


@given(TEXTS, FORMS, FORMS)
@example("カ\u3099", "NFC", "NFD")
@example("한글", "NFC", "NFD")
@example("কো", "NFC", "NFD")
def test_both_unicode_forms_have_the_same_words(text, one, other):
    assert tokens(unicodedata.normalize(one, text)) == tokens(unicodedata.normalize(other, text))


@given(CASED)
@example("STRASSE straße ẞ")
@example("ISPARTA ısparta Isparta isparta İstanbul istanbul")
def test_both_cases_have_the_same_words(text):
    assert tokens(text.upper()) == tokens(text.lower()) == tokens(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30))
def test_both_widths_of_ascii_have_the_same_words(text):
    wide = "".join(chr(ord(char) + 0xFEE0) if char != " " else "\u3000" for char in text)
    assert tokens(wide) == tokens(text)
    assert parse(wide) == parse(text)
    assert fold(wide) == "".join(filter(str.isalnum, text.lower())) or fold(text) == fold(wide)


@given(st.text(st.sampled_from("".join(KANA)), max_size=12))
def test_both_widths_of_kana_have_the_same_words(text):
    assert tokens("".join(KANA[char] for char in text)) == tokens(text)


@given(TEXTS)
def test_a_form_is_reached_in_one_step_and_keeps_the_places(text):
    form, origins = in_one_form(text)
    assert in_one_form(form)[0] == form
    assert len(origins) == len(form) + 1
    assert list(origins) == sorted(origins)
    assert origins[-1] == len(text)
    assert is_in_one_form(form)


@given(TEXTS)
def test_words_stand_where_the_text_has_them(text):
    for word in words_of(text):
        assert word.token in "".join(tokens(text[word.start : word.end]))


@given(TEXTS)
def test_only_texts_in_another_form_were_indexed_otherwise(text):
    if is_in_one_form(text):
        assert index_text(text) == index_text_as_written(text)


@pytest.mark.parametrize(
    ("text", "typed", "hits"),
    [
        ("Der Cafe\u0301-Plan", "café", ["Cafe\u0301"]),
        ("カ\u3099イト\u3099", "ガイド", ["カ\u3099イト\u3099"]),
        ("ｶﾞｲﾄﾞ", "ガイド", ["ｶﾞｲﾄﾞ"]),
        ("ガイド", "ｶﾞｲﾄﾞ", ["ガイド"]),
        ("ＮＯＶＡ １２", "nova 12", ["ＮＯＶＡ", "１２"]),
        ("\u1112\u1161\u11ab글", "한글", ["\u1112\u1161\u11ab글"]),
        ("Nova™ and ﬁle", "nova file", ["Nova", "ﬁle"]),
        ("Straße", "STRASSE", ["Straße"]),
        ("DIŞARI", "dışarı", ["DIŞARI"]),
        ("co\u00adoperate", "cooperate", ["co\u00adoperate"]),
        ("ทำ", "ท\u0e4dา", ["ทำ"]),
    ],
)
def test_hits_are_marked_in_the_form_in_which_they_were_written(text, typed, hits):
    assert [part.text for part in snippet(text, parse(typed).terms) if part.hit] == hits


def test_operators_are_read_in_both_widths():
    assert parse("ｆｒｏｍ：ａｎａ　ｌａｕｎ＊") == Query((Term(("laun",), is_prefix=True),), authors=("ana",))


def test_an_emoji_is_not_taken_for_a_letter():
    assert parse("reacted:ℹ️").reacted == ("ℹ️",)

"""Whatever a page sends as its form: the values that are meant, or a refusal in words; never another failure."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.state.forms import NewConversationForm, read_form

KEY = "0c6f7c1e-3c7e-4f6a-9d55-0b7c1f2d3e4f"
COMPLETE = {"key": KEY, "kind": "group", "title": "Team", "members": "ben"}
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
forms = values | st.dictionaries(st.sampled_from([*COMPLETE, "extra"]) | st.text(max_size=4), values | st.just("group"))


def test_a_field_that_is_not_drawn_has_its_default():
    form = read_form({"key": KEY, "kind": "direct", "members": "ben"}, NewConversationForm)

    assert form == NewConversationForm(key=KEY, kind="direct", title="", members="ben")


def test_a_field_nobody_knows_is_passed_over():
    assert read_form({**COMPLETE, "color": "red"}, NewConversationForm) == NewConversationForm(**COMPLETE)


@pytest.mark.parametrize(
    ("form", "expected", "came"),
    [
        (None, "a form", "NoneType"),
        ([], "a form", "list"),
        ({"kind": "group"}, "'key'", "nothing"),
        ({**COMPLETE, "members": ["ben"]}, "'members'", "list"),
        ({**COMPLETE, "title": None}, "'title'", "NoneType"),
        ({**COMPLETE, "kind": "channel"}, "'kind'", "'channel'"),
        ({**COMPLETE, "key": "1"}, "'key'", "'1'"),
    ],
)
def test_a_form_that_is_not_what_the_page_draws_is_refused_naming_what_was_expected_and_came(form, expected, came):
    with pytest.raises(Refused) as refusal:
        read_form(form, NewConversationForm)

    assert refusal.value.code is ErrorCode.MALFORMED_BODY
    assert expected in refusal.value.detail
    assert came in refusal.value.detail


@given(forms)
def test_no_form_whatever_ends_in_another_failure(form):
    with contextlib.suppress(Refused):
        read = read_form(form, NewConversationForm)
        assert {type(value) for value in (read.key, read.kind, read.title, read.members)} == {str}
        assert read.kind in ("direct", "group")

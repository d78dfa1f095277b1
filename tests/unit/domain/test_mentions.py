"""Whom a text mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.mentions import MENTIONS_MAX, Mentions, find_candidates, find_mentions

MEMBERS = {"ana": "A", "ana.smith": "S", "ben": "B", "cy_2": "C"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ana hi", "A"),
        ("hi @ANA.", "A"),
        ("(@ben)[@ana]{@cy_2}", "BAC"),
        ("\"@ben\" '@ana'", "BA"),
        ("@ana.smith- hi", "S"),
        ("@ana.Thanks", "A"),
        ("@ana's", "A"),
        ("a\n@ben", "B"),
        ("@ben @ana @ben", "BA"),
        ("@annabel", ""),
        ("@anaé", ""),
        ("mail@ana", ""),
        ("@", ""),
        ("@nobody", ""),
        ("`@ana`", ""),
        ("``@ana ` @ben`` @cy_2", "C"),
        ("`unclosed @ana", "A"),
        ("```\n@ana\n```\n@ben", "B"),
        ("~~~ py\n@ana", ""),
        ("> @ana\n@ben", "B"),
        ("https://example.org/ @ana", "A"),
        ("[x](@ana) [@ben](https://example.org)", ""),
        ("<https://example.org/(@ana)>", ""),
        ("www.example.org/(@ana", ""),
    ],
)
def test_a_mention_is_the_longest_name_of_a_member_outside_code_links_and_quotes(text, expected):
    assert find_mentions(text, MEMBERS, may_mention_all=True) == Mentions(tuple(expected))


@pytest.mark.parametrize(("may", "expected"), [(True, Mentions(("A",), everybody=True)), (False, Mentions(("A",)))])
def test_everybody_is_mentioned_only_by_those_who_may(may, expected):
    assert find_mentions("@All and @ana", MEMBERS, may_mention_all=may) == expected


def test_a_text_mentions_a_bounded_number_of_users():
    members = {f"u{number}": f"U{number}" for number in range(200)}

    found = find_mentions(" ".join(f"@{name}" for name in members), members, may_mention_all=True)

    assert len(found.user_ids) == MENTIONS_MAX


@given(st.text(alphabet="@an.b-e`~> \n[](){}'\"h:/_é", max_size=300))
def test_whatever_is_written_only_candidates_are_mentioned(text):
    found = find_mentions(text, MEMBERS, may_mention_all=True)

    names = {name for name, user_id in MEMBERS.items() if user_id in found.user_ids}
    assert names <= set(find_candidates(text))
    assert all(f"@{name}" in text.lower() for name in names)


@pytest.mark.parametrize("unit", ["`", "@", "[", "<a:", "> ", "@a.", "``` ", "www."])
def test_an_endless_text_is_read_in_time_that_grows_with_its_length(unit):
    find_mentions(unit * (10_000 // len(unit)), MEMBERS, may_mention_all=True)

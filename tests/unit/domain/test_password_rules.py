"""Long passwords of a person's own are taken, whatever is in them; what is guessed first is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.common_passwords import COMMON
from nova_app.domain.limits import PASSWORD_MIN_CHARS
from nova_app.domain.password_rules import password_fault

WORDS = st.sampled_from(["anchor", "bracket", "velvet", "mustard", "gallop", "quartz", "pillow", "thunder", "örtlich"])


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "a much longer secret of ana", "Sommerregen auf dem Blechdach", "x7#kQ9!vTz2@mLp4",
     "水の音が聞こえる静かな夜の庭で", "gg-ww-kk-aa-mm-zz"],
)  # fmt: skip
def test_a_password_of_ones_own_is_taken(password):
    assert password_fault(password, "ana", "Ana Lind") is None


@given(st.lists(WORDS, min_size=4, max_size=6, unique=True))
def test_several_words_are_taken(words):
    assert password_fault(" ".join(words), "ana", "Ana") is None


@given(st.text(min_size=1, max_size=8), st.integers(3, 30))
def test_what_repeats_is_refused(part, times):
    assert password_fault(part * times)


@given(st.sampled_from(sorted(COMMON)), st.sampled_from(["", "1", "2026"]), st.booleans())
def test_a_well_known_one_is_refused_in_any_dress(known, digits, is_upper):
    dressed = " ".join(known.upper() if is_upper else known) + digits
    assert password_fault(dressed) or len(dressed) < PASSWORD_MIN_CHARS


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_gets_an_answer(password, name):
    fault = password_fault(password, name)
    assert fault is None or fault.endswith(".")
    if len(password) < PASSWORD_MIN_CHARS:
        assert fault

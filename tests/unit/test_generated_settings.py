"""Whatever the environment holds, a setting is used or refused in one line; nothing fails later for its size."""

import os
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nova_app.services.cost_table import allowances
from nova_app.services.sessions import SessionLifetime
from nova_app.settings import InvalidSetting, Settings, load_settings, name_of

VALUES = st.one_of(
    st.sampled_from(
        ["*", "0", "-1", "1e400", "nan", "inf", "9" * 30, "true", "http://*", "javascript:x", "[::1", "/\0", "::"]
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(str),
)


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
@settings(max_examples=25)
@example(value="99999999999")
@given(value=VALUES.filter(lambda value: "\0" not in value))
def test_a_setting_is_used_or_refused_in_one_line(field, value):
    name = name_of(field)
    with patch.dict(os.environ, {name: value}):
        found, line = load_or_line()
    if found is None:
        assert line.startswith(f"{name}=")
        assert "\n" not in line
        return
    assert all(item.rate > 0 and item.burst > 0 for item in allowances(found).values())
    SessionLifetime.of(found).has_ended(datetime.now(UTC), datetime.now(UTC), datetime.now(UTC))


def load_or_line():
    try:
        return load_settings(), ""
    except InvalidSetting as fault:
        return None, str(fault)

"""What a store compiles to."""

import json
from dataclasses import make_dataclass

import pytest

from nova_app.protocol.reconnect_policy import STATE_LABELS
from nova_app.stores import ConnectionStore, MessageStore
from nova_app.stores.base import Field, with_args


def test_a_field_compiles_to_one_hook_and_one_import():
    data = ConnectionStore.reason._get_all_var_data()

    assert str(ConnectionStore.reason) == "connection_reason"
    assert data.hooks == ('const connection_reason = useStore("connection", "reason")',)
    assert [name for name, _ in data.imports] == ["$/public/nova/index.js"]


def test_an_action_is_a_plain_function_of_the_browser():
    assert str(MessageStore.send) == "messageActions.messages.send"
    assert str(with_args(MessageStore.retry, "c1")) == '(() => messageActions.messages.retry("c1"))'


def test_the_word_of_a_connection_is_the_contracts():
    word = str(ConnectionStore.label)

    for words in STATE_LABELS.values():
        for text in words.values():
            assert json.dumps(text) in word
    assert "connection_state" in word


@pytest.mark.parametrize("name", ["keys", "values", "items", "length", "contains", "get"])
def test_a_field_of_an_item_that_reflex_could_not_read_is_refused_where_it_is_declared(name):
    part = make_dataclass("Part", [("text", str), (name, str)])
    whole = make_dataclass("Whole", [("parts", list[part])])

    for kind in (list[part], list[whole], whole | None):
        with pytest.raises(TypeError, match=f"expected other names for fields of Part: {name} is a method"):
            Field([], kind)


def test_a_field_of_an_item_may_have_any_other_name():
    assert Field([], list[make_dataclass("Part", [("key", str), ("value", str)])]).default == []

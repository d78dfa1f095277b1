"""Texts and components that depend on a var."""

import pytest
import reflex as rx
from reflex_base.vars.sequence import StringVar

from nova_app.stores import ConnectionStore, MessageStore
from nova_app.stores.vars import choose, match_component, match_text


def test_a_chosen_text_is_a_text_that_can_be_continued():
    text = choose(ConnectionStore.is_connected, "Send", "Send later")

    assert isinstance(text, StringVar)
    assert str(text + ".").endswith('"Send later")+".")')
    assert str(text) == str(rx.cond(ConnectionStore.is_connected, "Send", "Send later"))


def test_a_matched_text_is_that_of_reflex():
    text = match_text(ConnectionStore.state, ("CONNECTED", "Online"), default=ConnectionStore.label)

    assert str(text) == str(rx.match(ConnectionStore.state, ("CONNECTED", "Online"), ConnectionStore.label))


def test_a_matched_component_is_that_of_reflex():
    component = match_component(ConnectionStore.state, ("CONNECTED", rx.el.p("Online")), default=rx.fragment())

    expected = rx.match(ConnectionStore.state, ("CONNECTED", rx.el.p("Online")), rx.fragment())
    assert component.render() == expected.render()


def test_components_are_not_texts():
    with pytest.raises(AssertionError):
        choose(ConnectionStore.is_connected, rx.el.p("Online"), "Offline")
    with pytest.raises(AssertionError):
        match_text(ConnectionStore.state, ("CONNECTED", rx.el.p("Online")), default=rx.fragment())
    with pytest.raises(AssertionError):
        match_component(ConnectionStore.state, ("CONNECTED", "Online"), default="Offline")


def test_reflex_refuses_a_field_that_an_item_does_not_have():
    with pytest.raises(AttributeError, match="author_nam"):
        _ = MessageStore.rows[0].author_nam

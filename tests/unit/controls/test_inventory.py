"""Every interactive element of every page can be named by a test."""

from __future__ import annotations

import re

import reflex as rx
from reflex_base.compiler.templates import _RenderUtils

from nova_app.components.test_ids import hook, shortcut, takes_files
from tests.controls.inventory import controls, elements_of, inventory


def found_in(component):
    return elements_of("/", _RenderUtils.render(component.render()))


def test_every_interactive_element_has_a_plain_test_id():
    unnamed = [
        f"{element.page}: <{element.tag} {element.props}>"
        for element in inventory()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", element.testid)
    ]
    assert not unnamed


def test_every_page_is_looked_at():
    pages = {page for pages in controls().values() for page in pages}
    expected = {"/", "/login", "/register", "/c/[conversation_id]", "/search", "/posts", "/settings", "/status", "/404"}
    assert pages >= expected


def test_what_is_in_a_dialog_a_list_a_branch_and_a_failed_page_is_found():
    expected = {"conversation-kind-direct", "session-end", "history-retry", "page-failed-reload", "connection-retry"}
    assert expected <= set(controls())


def test_keys_pasted_files_and_drop_zones_are_controls_of_their_own():
    expected = {"composer+Enter", "composer+paste", "conversation-drop", "notices+F6", "new-conversation-close+Escape"}
    assert expected <= set(controls())


def test_an_element_without_a_test_id_is_found_in_every_branch():
    shown = rx.Var("shown").to(bool)
    page = rx.el.div(
        rx.cond(shown, rx.el.button("Yes, {'a': [1,2}"), rx.el.a("No", href="/")),
        rx.match(rx.Var("kind"), ("one", rx.el.select()), rx.el.textarea()),
        rx.foreach(rx.Var("items").to(list[str]), rx.el.summary),
        rx.el.div(role="switch"),
        rx.el.div(tab_index=0),
        rx.el.div(custom_attrs=takes_files("drop")),
    )
    tags = [element.tag for element in found_in(page)]
    assert tags == ["button", "ReactRouterLink", "select", "textarea", "summary", "div", "div", "div"]
    assert not any(element.testid for element in found_in(page))


def test_what_nobody_can_operate_is_no_control():
    page = rx.el.div(rx.el.input(type="hidden"), rx.el.main(tab_index=-1), rx.el.label("Name"), rx.el.p("a"))
    assert found_in(page) == []


def test_a_control_is_named_by_its_id_its_keys_and_what_it_takes():
    field = rx.el.textarea(custom_attrs={**hook("text"), **shortcut("Enter", "Alt+T"), **takes_files("paste")})
    region = rx.el.section(custom_attrs={**hook("region"), **shortcut("F6")})
    assert [element.controls for element in found_in(rx.el.div(field, region))] == [
        ["text", "text+Enter", "text+Alt+T", "text+paste"],
        ["region+F6"],
    ]

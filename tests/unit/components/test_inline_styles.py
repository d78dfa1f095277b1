"""No component has a style of its own: the pages' policy allows style sheets, and nothing within the page."""

import re

import pytest
import reflex as rx

from nova_app.pages import add_pages
from nova_app.pages.conversation import conversation
from nova_app.stores import SettingsStore
from tests.rendered import trees

OWN_STYLE = re.compile(r'^\[?"?(css|style)"?\]?:')


class Pages:
    """Takes what the app would be given."""

    def __init__(self):
        self.by_route = {}

    def add_page(self, page, route, **about):
        self.by_route[route] = page


def pages():
    found = Pages()
    add_pages(found)
    return found.by_route


def elements_of(node, name):
    if isinstance(node, list | tuple):
        for item in node:
            yield from elements_of(item, name)
    elif isinstance(node, dict):
        if node.get("name") == name:
            yield node
        for value in node.values():
            yield from elements_of(value, name)


def styles_of(node):
    """Each style of its own in a rendered tree, and each element that is a style sheet."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from styles_of(item)
    elif isinstance(node, dict):
        if node.get("name") == '"style"':
            yield "a style element"
        yield from (prop for prop in node.get("props", []) if OWN_STYLE.match(str(prop)))
        for value in node.values():
            yield from styles_of(value)


def test_no_element_of_a_page_has_a_style_of_its_own():
    found = {route: sorted(set(styles_of(trees(page())))) for route, page in pages().items()}
    assert {route: styles for route, styles in found.items() if styles} == {}


@pytest.mark.parametrize(
    "component",
    [
        rx.el.span(style={"width": "40%"}),
        rx.el.span(width="40%", color="red"),
        rx.el.span(custom_attrs={"style": {"width": "40%"}}),
        rx.el.style("p { color: red }"),
        rx.el.ul(rx.foreach(SettingsStore.sessions, lambda session: rx.el.li(style={"top": f"{session.device}px"}))),
        rx.cond(SettingsStore.text_size > 1, rx.el.p(), rx.el.p(style={"color": "red"})),
    ],
    ids=["style", "style-props", "attribute", "element", "in a list", "in a choice"],
)
def test_a_style_of_its_own_would_be_found(component):
    assert list(styles_of(component.render()))


def test_the_size_of_a_picture_is_an_attribute():
    """As a style without a unit it is nothing, and the page moves when the picture arrives."""
    shown = [element for element in elements_of(trees(conversation()), '"img"') if "lazy" in str(element)]
    assert shown
    for image in shown:
        assert {prop.partition(":")[0].strip('"') for prop in image["props"]} >= {"width", "height"}

"""Every interactive element of every page, read from what Reflex compiles the pages to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.rendered import trees

_OPENING = re.compile(r'jsx\(\s*"?([\w.$]+)"?\s*,\s*\(?\{')
_TAGS = {"a", "button", "input", "textarea", "select", "summary", "ReactRouterLink", "Link"}
_ROLES = {"button", "switch", "tab", "menuitem", "option"}
_RUNTIME = Path(__file__).parents[2] / "assets" / "nova"
_SET_BY_MODULE = re.compile(r'"data-testid": "([a-z0-9-]+)"')
_CLOSING = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True)
class Element:
    """One element of a page that a person can operate.

    Attributes:
        props: The compiled properties, as JavaScript.
    """

    page: str
    tag: str
    props: dict[str, str]

    @property
    def testid(self):
        return _text(self.props.get("data-testid", ""))

    @property
    def controls(self):
        """The names under which a test uses it: itself, its keys, and what can be pasted into it."""
        names = [self.testid] if self._is_operable else []
        names += [f"{self.testid}+{key}" for key in _text(self.props.get("aria-keyshortcuts", "")).split()]
        return names + ([f"{self.testid}+paste"] if "data-paste" in self.props else [])

    @property
    def is_interactive(self):
        return self._is_operable or "aria-keyshortcuts" in self.props or "data-paste" in self.props

    @property
    def _is_operable(self):
        if self.tag == "input":
            return _text(self.props.get("type", "")) != "hidden"
        return (
            self.tag in _TAGS
            or _text(self.props.get("role", "")) in _ROLES
            or self.props.get("tabIndex") == "0"
            or "contentEditable" in self.props
            or "data-drop" in self.props
        )


def elements_of(page, compiled):
    """The interactive elements in a page's compiled text, those of every branch included."""
    found = []
    for match in _OPENING.finditer(compiled):
        element = Element(page, match[1], _props(compiled, match.end()))
        if element.is_interactive:
            found.append(element)
    return found


@cache
def inventory():
    """The interactive elements of all pages."""
    return tuple(element for page, compiled in _compiled_pages() for element in elements_of(page, compiled))


@cache
def controls():
    """The name of every control, with the pages it stands on."""
    pages = {}
    for element in inventory():
        for name in element.controls:
            pages.setdefault(name, []).append(element.page)
    for name in _drawn_by_modules():
        pages.setdefault(name, []).append("/c/[conversation_id]")
    return {name: sorted(set(found)) for name, found in sorted(pages.items())}


def _drawn_by_modules():
    """The test ids that modules of the browser runtime set themselves: text and emoji are not rendered by Reflex."""
    for path in sorted(_RUNTIME.rglob("*.js")):
        yield from _SET_BY_MODULE.findall(path.read_text(encoding="utf-8"))


def _compiled_pages():
    from reflex_base.compiler.templates import _RenderUtils

    from nova_app import pages

    class Collector:
        def __init__(self):
            self.pages = []

        def add_page(self, page, route, **options):
            self.pages.append((route, "\n".join(map(_RenderUtils.render, trees(page())))))

    collector = Collector()
    pages.add_pages(collector)
    return collector.pages


def _props(text, start):
    """The properties of the object that is open at this place, split at its own commas."""
    props, key, begin, position = {}, "", start, start
    while True:
        sign = text[position]
        if sign == ":" and not key:
            key, begin = text[begin:position].strip(' []"'), position + 1
        if sign in ",}":
            if key:
                props[key] = text[begin:position].strip()
            key, begin = "", position + 1
            if sign == "}":
                return props
        position = _after(text, position)


def _after(text, position):
    """The place after the string or bracket that begins here; after one sign, where neither does."""
    sign = text[position]
    if sign in "\"'`":
        position += 1
        while text[position] != sign:
            position += 2 if text[position] == "\\" else 1
    elif sign in _CLOSING:
        position += 1
        while text[position] != _CLOSING[sign]:
            position = _after(text, position)
    return position + 1


def _text(value):
    return value[1:-1] if value[:1] == '"' and value[-1:] == '"' else value

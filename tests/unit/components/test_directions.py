"""What people are called and what they write may run either way: none of it turns what stands beside it."""

import re

import pytest

from nova_app.pages.conversation import conversation
from nova_app.pages.index import index
from nova_app.pages.posts import posts
from nova_app.pages.register import register
from nova_app.pages.search import search
from nova_app.pages.settings import settings
from tests.rendered import trees

PAGES = {page.__name__: page for page in (index, conversation, posts, search, settings, register)}
OF_PEOPLE = re.compile(
    r'\["?(author_name|title|name|preview|draft|device|conversation_name)"?\]'
    r"|_(active_title|active_subtitle|display_name|typing_label|draft)$"
    r"|wantedConversation"
)
"""Values that people choose, as they stand in the compiled pages."""
FREE_FIELDS = (
    "composer",
    "post-text",
    "search-text",
    "quick-search",
    "conversation-title",
    "settings-display-name",
    "settings-status",
    "auth-display-name",
)


def is_apart(element):
    return element["name"] == '"bdi"' or 'dir:"auto"' in element["props"]


def texts(node, *, apart=False):
    """Each text of a rendered tree, and whether it has a direction of its own."""
    if isinstance(node, list | tuple):
        for item in node:
            yield from texts(item, apart=apart)
    elif isinstance(node, dict):
        if "contents" in node:
            yield node["contents"], apart
        apart = apart or ("props" in node and is_apart(node))
        for value in node.values():
            yield from texts(value, apart=apart)


def elements(node):
    if isinstance(node, list | tuple):
        for item in node:
            yield from elements(item)
    elif isinstance(node, dict):
        if "props" in node:
            yield node
        for value in node.values():
            yield from elements(value)


@pytest.mark.parametrize("name", [name for name in PAGES if name != "register"])
def test_what_people_choose_does_not_turn_its_neighbours(name):
    found = [
        (text, apart)
        for text, apart in texts(trees(PAGES[name]()))
        if OF_PEOPLE.search(text) and "field_errors" not in text
    ]

    assert found
    assert [text for text, apart in found if not apart] == []


def test_fields_follow_what_is_written_in_them():
    fields = {
        hook.group(1): is_apart(element)
        for page in PAGES.values()
        for element in elements(trees(page()))
        for prop in element["props"]
        if (hook := re.fullmatch(r'"data-testid":"(.*)"', prop)) and hook.group(1) in FREE_FIELDS
    }

    assert fields == dict.fromkeys(FREE_FIELDS, True)

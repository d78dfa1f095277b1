"""Links that must leave the router alone do."""

import pytest

from nova_app.components.connection_status import connection_banner
from nova_app.components.layout import messenger
from nova_app.components.links import link


def anchors(component, class_name):
    """Every link of this class, as it is written into the page."""
    found = [component] if str(getattr(component, "class_name", "")).strip('"') == class_name else []
    children = [*component.children, *getattr(component, "_get_components_in_props", list)()]
    return found + [item for child in children for item in anchors(child, class_name)]


def props_of(component):
    return " ".join(component.render()["props"])


def test_a_link_is_navigated_by_the_router():
    assert "reloadDocument" not in props_of(link("Register", href="/register"))


@pytest.mark.parametrize("target", ["signInAddress()", "(globalThis.location ? location.pathname"])
def test_what_the_banner_offers_starts_from_where_the_user_is_then(target):
    links = [item for item in anchors(connection_banner(), "banner-action") if target in props_of(item)]

    assert links
    assert all(
        "reloadDocument:true" in props_of(item) and "event.currentTarget.href" in props_of(item) for item in links
    )


def test_the_skip_link_moves_the_focus():
    (skip,) = anchors(messenger(has_conversation=False), "skip-link")

    assert 'to:"#content"' in props_of(skip)
    assert "reloadDocument:true" in props_of(skip)


@pytest.mark.parametrize(("has_composer", "words"), [(True, "Skip to messages"), (False, "Skip to content")])
def test_the_skip_link_says_what_it_leads_to(has_composer, words):
    skip, *_ = anchors(messenger(has_conversation=has_composer, has_composer=has_composer), "skip-link")

    assert words in str(skip)

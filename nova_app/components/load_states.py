"""Content that is loaded looks the same everywhere while it is loading, offline, failed or empty."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore
from nova_app.stores.vars import match_component


def load_states(
    state: rx.Var[str],
    *further: tuple[str, rx.Component],
    loading: rx.Component,
    what: str,
    failed: rx.Component,
    content: rx.Component,
    is_empty: rx.Var[bool] | None = None,
    empty: rx.Component | None = None,
) -> rx.Component:
    """Show what the state calls for; each is told apart from the others.

    Args:
        state: ``loading``, ``error``, one of ``further``, or loaded.
        further: More states, each with what is shown.
        loading: Shown while there is nothing yet; content that is loaded again stays in its place.
        what: What is missing while offline, with its verb: "This chat was".
        is_empty: Nothing is there to be shown; without it there always is something.
        empty: Shown where nothing was found.
    """
    waiting = while_loading(loading, what)
    if is_empty is None:
        return match_component(state, *further, ("loading", waiting), ("error", failed), default=content)
    return match_component(
        state,
        *further,
        ("loading", rx.cond(is_empty, waiting, rx.fragment())),
        ("error", failed),
        default=rx.cond(is_empty, empty or rx.fragment(), content),
    )


def while_loading(loading: rx.Component, what: str) -> rx.Component:
    """Show ``loading``; a text and Retry instead while there is no connection to load anything over.

    Whatever was not loaded is loaded when the connection is back, without being asked for.
    """
    return rx.cond(_is_away(), _offline(what), loading)


def unsettled(state: rx.Var[str], problem_code: rx.Var[str] | str = "") -> dict[str, Any]:
    """Return the attribute that hides what would be moved by what is loaded: see ``pages.css``.

    Only until then: what was shown after a failure, or because nothing comes without a connection, may be in use.

    Args:
        problem_code: Why it failed before, if it did.
    """
    is_first = (state == "loading") & (problem_code == "") & (ConnectionStore.metrics.reconnects == 0)
    return {"data-unsettled": is_first & ~_is_away()}


def _is_away() -> rx.Var[bool]:
    state, banner = ConnectionStore.state, ConnectionStore.banner
    # The banner waits a moment before it speaks of trouble; who is signed out is not offline.
    is_away: rx.Var[bool] = (state != "CONNECTED") & (state != "CLOSED") & (banner != "")
    return is_away


def load_failed(sentence: str, code: rx.Var[str], text: rx.Var[str], *, retry: object, testid: str) -> rx.Component:
    """Render what could not be loaded, why, and Retry.

    Args:
        sentence: "Posts could not be loaded."
        testid: That of Retry.
    """
    return load_note(f"{sentence} ", error_text(code, text), action=retry_button(retry, testid), role="alert")


def load_note(
    *text: Any, symbol: str = "alert", action: rx.Component | None = None, role: str = "", **attrs: Any
) -> rx.Component:
    """Render a sentence in the place of the content, with an icon over it.

    Args:
        action: What helps, under the sentence.
        role: How screen readers announce it; empty for what is not announced.
        attrs: Further attributes, for tests.
    """
    return rx.el.div(
        icon(symbol),
        rx.el.p(*text),
        *([action] if action else []),
        class_name="timeline-empty",
        custom_attrs={**attrs, **({"role": role} if role else {})},
    )


def retry_button(retry: object, testid: str, class_name: str = "button") -> rx.Component:
    """Render the button that loads again."""
    return rx.el.button("Retry", type="button", class_name=class_name, on_click=retry, custom_attrs=hook(testid))


def skeleton(*bones: rx.Component, class_name: str = "") -> rx.Component:
    """Render the shape of content that is loading, for the eye only."""
    return rx.el.div(*bones, class_name=class_name, custom_attrs={"aria-hidden": "true"})


def bone(shape: str = "line", **props: Any) -> rx.Component:
    """Render one part of a skeleton.

    Args:
        shape: Further classes: ``line``, ``line short``, ``avatar``.
    """
    return rx.el.span(class_name=f"bone {shape}", **props)


def _offline(what: str) -> rx.Component:
    return load_note(
        f"You are offline. {what} not loaded yet.",
        action=retry_button(ConnectionStore.retry, "not-loaded-retry"),
        role="status",
        **hook("not-loaded"),
    )

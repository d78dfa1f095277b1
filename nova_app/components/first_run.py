"""Three steps to the first conversation, with the people who are here."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import bone, load_failed, load_states, skeleton, unsettled
from nova_app.components.test_ids import hook, shortcut
from nova_app.domain.limits import TITLE_MAX_CHARS
from nova_app.stores import AccountStore, ConnectionStore, DialogStore, FirstRunStore
from nova_app.stores.base import with_args
from nova_app.stores.first_run import PersonChoice
from nova_app.stores.vars import ItemVar, choose


def first_run() -> rx.Component:
    """Render the steps: who it is for, the name of the group, the first message."""
    return rx.el.div(
        rx.el.h1("Say hello, ", rx.el.bdi(AccountStore.display_name)),
        rx.el.p("Three steps to your first chat.", class_name="first-run-lead"),
        rx.el.ol(
            _step(1, "Choose who it is for", FirstRunStore.chosen_names, _people(), is_done=FirstRunStore.chosen > 0),
            _step(2, "Name the group", "optional", _title(), is_done=FirstRunStore.chosen > 1),
            _step(3, "Write the first message", "", _message(), is_done=FirstRunStore.can_start),
            class_name="steps",
        ),
        rx.el.button(
            icon("compose"),
            "Start a chat by user name",
            type="button",
            class_name="link-button first-run-other",
            on_click=DialogStore.show,
            custom_attrs={**hook("welcome-new"), **OPENS_DIALOG},
        ),
        class_name="first-run",
        custom_attrs={
            **hook("first-run", state=FirstRunStore.state),
            **unsettled(FirstRunStore.state, FirstRunStore.problem_code),
        },
    )


def _step(number: int, title: str, aside: Any, content: rx.Component, *, is_done: rx.Var[bool]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.cond(is_done, icon("check"), rx.el.span(str(number))),
            class_name="step-number",
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.h2(title, " ", rx.el.small(rx.el.bdi(aside))),
        content,
        class_name="step",
        custom_attrs={"data-done": is_done},
    )


def _people() -> rx.Component:
    return load_states(
        FirstRunStore.state,
        loading=skeleton(*(bone("person-bone") for _ in range(4)), class_name="people skeleton"),
        what="The people on this server were",
        failed=load_failed(
            "The people on this server could not be loaded.",
            FirstRunStore.problem_code,
            FirstRunStore.problem_text,
            retry=FirstRunStore.reload,
            testid="first-run-retry",
        ),
        is_empty=(FirstRunStore.people.length() == 0) & (FirstRunStore.wanted == ""),
        # Whoever is alone here came first, and is the server's admin.
        empty=rx.el.p(
            "You are the first one here. ",
            link("Invite people", href="/settings", custom_attrs=hook("first-run-invite")),
            " in the settings.",
            class_name="first-run-alone",
        ),
        content=rx.fragment(
            rx.cond(FirstRunStore.has_more, _find()),
            rx.el.div(rx.foreach(FirstRunStore.people, _person), class_name="people"),
            rx.cond(
                FirstRunStore.people.length() == 0,
                rx.el.p("Nobody here has that name.", class_name="field-hint", role="status"),
            ),
        ),
    )


def _find() -> rx.Component:
    return rx.el.div(
        icon("search"),
        rx.el.input(
            type="search",
            value=FirstRunStore.wanted,
            on_change=FirstRunStore.find,
            placeholder="Find by name",
            auto_complete="off",
            dir="auto",
            custom_attrs={**hook("first-run-find"), "aria-label": "Find people by name"},
        ),
        class_name="search-box",
    )


def _person(person: ItemVar[PersonChoice]) -> rx.Component:
    return rx.el.button(
        avatar(person.initials, person.hue, person.avatar_url),
        rx.el.span(
            rx.el.strong(rx.el.bdi(person.name)),
            rx.el.small(rx.el.bdi(person.about)),
            class_name="person-names",
        ),
        rx.el.span(icon("check"), class_name="person-pick", custom_attrs={"aria-hidden": "true"}),
        type="button",
        key=person.username,
        class_name="person",
        on_click=with_args(FirstRunStore.choose, person.username),
        custom_attrs={
            **hook("first-run-person", username=person.username),
            "aria-pressed": choose(person.is_chosen, "true", "false"),
        },
    )


def _title() -> rx.Component:
    return rx.el.input(
        value=FirstRunStore.title,
        on_change=FirstRunStore.edit_title,
        placeholder=choose(FirstRunStore.chosen > 1, FirstRunStore.chosen_names, "For two people or more"),
        disabled=FirstRunStore.chosen < 2,  # noqa: PLR2004
        max_length=TITLE_MAX_CHARS,
        class_name="input",
        dir="auto",
        auto_complete="off",
        custom_attrs={**hook("first-run-title"), "aria-label": "Name of the group"},
    )


def _message() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.textarea(
                value=FirstRunStore.text,
                on_change=FirstRunStore.edit_text,
                rows=1,
                dir="auto",
                placeholder="Hello!",
                # As an attribute: the function needs the event itself.
                custom_attrs={
                    **hook("first-run-text"),
                    **shortcut("Enter"),
                    "aria-label": "First message",
                    "onKeyDown": FirstRunStore.key,
                },
            ),
            rx.el.button(
                icon("send"),
                type="button",
                class_name="send-button",
                disabled=~(FirstRunStore.can_start & ConnectionStore.is_connected) | FirstRunStore.busy,
                on_click=FirstRunStore.start,
                custom_attrs={**hook("first-run-start"), "aria-label": "Send and open the chat"},
            ),
            class_name="composer-box",
        ),
        rx.el.p(_hint(), class_name="field-hint", role="status"),
    )


def _hint() -> rx.Component:
    has_failed = (FirstRunStore.state == "ready") & (FirstRunStore.problem_code != "")
    return rx.cond(
        ConnectionStore.is_connected,
        rx.cond(
            has_failed,
            rx.el.span(
                error_text(FirstRunStore.problem_code, FirstRunStore.problem_text),
                class_name="field-error",
                role="alert",
            ),
        ),
        rx.el.span("You can start a chat once you are connected."),
    )

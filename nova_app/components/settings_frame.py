"""What every part of the page of settings has: a heading, and how the last change went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from nova_app.components.error_text import error_text
from nova_app.components.test_ids import hook
from nova_app.stores import ConnectionStore, SettingsStore
from nova_app.stores.vars import choose


def part(name: str, title: str, *content: rx.Component) -> rx.Component:
    """Render a part of the page.

    Args:
        name: As in ``SettingsStore.busy``.
    """
    return rx.el.section(
        rx.el.h2(title, id=f"settings-{name}"),
        rx.el.div(*content, class_name="settings-card"),
        class_name="settings-part",
        custom_attrs={**hook(f"settings-{name}"), "aria-labelledby": f"settings-{name}"},
    )


def outcome(name: str, done: str) -> rx.Component:
    """Render how the last change of a part went, said to screen readers too.

    Args:
        done: What is said after a success.
    """
    return rx.el.p(
        rx.cond(
            SettingsStore.failed == name,
            rx.el.span(error_text(SettingsStore.fail_code, SettingsStore.fail_text), class_name="field-error"),
            choose(SettingsStore.done == name, done, ""),
        ),
        class_name="settings-outcome faint",
        role="status",
        custom_attrs=hook(f"settings-{name}-outcome"),
    )


def field(
    name: str, label: str, *, around: Callable[[rx.Component], rx.Component] | None = None, **props: Any
) -> rx.Component:
    """Render a text field with what the server said about it.

    Args:
        name: As in ``SettingsStore.field_errors``.
        around: Puts something beside the input.
        props: Further properties of the input.
    """
    error = SettingsStore.field_errors[name]
    attrs = props.pop("custom_attrs", {})
    assert isinstance(attrs, dict)
    typed = rx.el.input(
        id=f"settings-{name}-input",
        name=name,
        class_name="input",
        custom_attrs={
            **hook(f"settings-{name.replace('_', '-')}"),
            "aria-invalid": choose(error != "", "true", "false"),
            "aria-describedby": f"settings-{name}-error",
            **attrs,
        },
        **props,
    )
    said = rx.el.span(error, id=f"settings-{name}-error", class_name="field-error", role="alert")
    if around is None:
        return rx.el.label(rx.el.span(label), typed, said, class_name="field")
    # What is beside the input does not belong to its name.
    return rx.el.div(rx.el.label(label, html_for=f"settings-{name}-input"), around(typed), said, class_name="field")


def switch(
    name: str, label: str, about: str, *, is_on: rx.Var[bool], action: object, disabled: rx.Var[bool] | bool
) -> rx.Component:
    """Render a switch."""
    return rx.el.div(
        rx.el.div(
            rx.el.strong(label, id=f"switch-{name}"),
            rx.el.p(about, id=f"switch-{name}-about", class_name="faint"),
            class_name="settings-words",
        ),
        rx.el.button(
            rx.el.span(class_name="switch-knob"),
            type="button",
            role="switch",
            class_name="switch",
            disabled=disabled,
            on_click=action,
            custom_attrs={
                **hook(f"switch-{name}"),
                "aria-checked": choose(is_on, "true", "false"),
                "aria-labelledby": f"switch-{name}",
                "aria-describedby": f"switch-{name}-about",
            },
        ),
        class_name="settings-line",
    )


def submit(part_name: str, label: str, *, also: object = False) -> rx.Component:
    """Render the button of a form; at rest without the server, as what it does needs it."""
    return rx.el.button(
        choose(SettingsStore.busy == part_name, "Saving…", label),
        type="submit",
        class_name="button primary",
        disabled=~ConnectionStore.is_connected | (SettingsStore.busy != "") | also,
        custom_attrs=hook(f"settings-{part_name}-save"),
    )

"""Settings of this browser: how it looks, and what was kept of errors. They work without the server."""

from __future__ import annotations

import reflex as rx

from nova_app.codegen.tokens import TEXT_SIZES
from nova_app.components.settings_frame import part, switch
from nova_app.components.test_ids import hook
from nova_app.stores import ErrorStore, SettingsStore
from nova_app.stores.base import with_args
from nova_app.stores.vars import choose

_CHOSEN = {
    "theme": SettingsStore.theme,
    "density": SettingsStore.density,
    "contrast": SettingsStore.contrast,
    "clock": SettingsStore.clock,
    "enter": SettingsStore.enter,
    "undo-send": SettingsStore.undo_send,
}
_USUAL = {"density": "cosy", "enter": "send", "undo-send": "off"}
"""How the first choice is called in tests, where it is not that of the system."""
_CHOICES = (
    ("theme", "Theme", (("", "System"), ("light", "Light"), ("dark", "Dark"))),
    ("density", "Density", (("", "Cosy"), ("compact", "Compact"))),
    ("contrast", "Contrast", (("", "System"), ("more", "More"))),
    ("clock", "Time", (("", "System"), ("12", "12 hours"), ("24", "24 hours"))),
)


def appearance() -> rx.Component:
    """Render how this browser shows everything: theme, density, text size, contrast and clock."""
    return part(
        "appearance",
        "Appearance",
        *(_choice(name, label, options) for name, label, options in _CHOICES),
        _text_size(),
        rx.el.p("Applies to this browser.", class_name="settings-outcome faint"),
    )


def writing() -> rx.Component:
    """Render how messages are written in this browser."""
    return part(
        "writing",
        "Writing",
        _choice("enter", "Enter key", (("", "Sends"), ("break", "New line"))),
        rx.el.p("Where Enter begins a new line, Ctrl+Enter sends.", class_name="settings-outcome faint"),
        _choice("undo-send", "Undo sending", (("", "Off"), ("on", "5 seconds"))),
        rx.el.p("A message waits for 5 seconds, in which it can be taken back.", class_name="settings-outcome faint"),
        switch(
            "undo",
            "Undo deleting",
            "A deleted message can be brought back for 5 seconds in this browser, before anybody else notices.",
            is_on=SettingsStore.undoes_deletions,
            action=SettingsStore.toggle_undo,
            disabled=False,
        ),
    )


def _choice(name: str, label: str, options: tuple[tuple[str, str], ...]) -> rx.Component:
    return rx.el.div(
        rx.el.strong(label, id=f"look-{name}"),
        rx.el.div(
            *(_option(name, value, text) for value, text in options),
            class_name="segments three" if len(options) > 2 else "segments",  # noqa: PLR2004 - as in the class
            role="radiogroup",
            custom_attrs={"aria-labelledby": f"look-{name}"},
        ),
        class_name="look",
    )


def _option(name: str, value: str, label: str) -> rx.Component:
    is_chosen = _CHOSEN[name] == value
    return rx.el.label(
        rx.el.input(
            type="radio",
            name=name,
            value=value,
            checked=is_chosen,
            on_change=with_args(SettingsStore.choose_look, name, value),
            class_name="visually-hidden",
            custom_attrs=hook(f"{name}-{value or _USUAL.get(name, 'system')}"),
        ),
        label,
        class_name=choose(is_chosen, "segment chosen", "segment"),
    )


def _text_size() -> rx.Component:
    smallest, largest = TEXT_SIZES[0], TEXT_SIZES[-1]
    return rx.el.label(
        rx.el.strong("Text size"),
        rx.el.input(
            type="range",
            min=smallest,
            max=largest,
            step=1,
            value=SettingsStore.text_size,
            on_change=SettingsStore.choose_text_size,
            class_name="slider",
            custom_attrs={**hook("text-size"), "aria-valuetext": f"{SettingsStore.text_size} px"},
        ),
        rx.el.span(SettingsStore.text_size, " px", class_name="look-size", custom_attrs={"aria-hidden": "true"}),
        class_name="look",
    )


def troubleshooting() -> rx.Component:
    """Render the errors that this browser keeps, also from before the page was loaded."""
    return part(
        "troubleshooting",
        "Troubleshooting",
        rx.el.p(
            "Nova keeps the last errors of this browser, without passwords or tokens. Save them to report a problem.",
            class_name="faint",
        ),
        rx.el.div(
            rx.el.button(
                "Save recent errors as a file",
                type="button",
                class_name="button quiet",
                on_click=ErrorStore.save_log,
                custom_attrs=hook("settings-errors-save"),
            ),
            rx.el.button(
                "Clear",
                type="button",
                class_name="link-button",
                on_click=ErrorStore.clear_log,
                custom_attrs={**hook("settings-errors-clear"), "aria-label": "Clear recent errors"},
            ),
            class_name="settings-foot",
        ),
    )

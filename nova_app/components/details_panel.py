"""The panel with the details of a conversation: beside it where there is room, a sheet on phones."""

from __future__ import annotations

import reflex as rx
from reflex_base.vars.base import Var

from nova_app.components.avatar import avatar
from nova_app.components.details_members import members, person_picker
from nova_app.components.dialogs import OPENS_DIALOG, confirmation, dialog_head, side_panel
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook, shortcut
from nova_app.domain.limits import TITLE_MAX_CHARS
from nova_app.stores import DetailsStore
from nova_app.stores.base import with_args
from nova_app.stores.vars import choose

PANEL_ID = "details"

_MUTE_CHOICES = (
    ("hour", "For 1 hour"),
    ("workday", "For 8 hours"),
    ("tomorrow", "Until tomorrow, 8:00"),
    ("forever", "Until I unmute it"),
)
_NOTIFY_CHOICES = (("default", "Default"), ("all", "All"), ("mentions", "Mentions"), ("none", "None"))


def details_button() -> rx.Component:
    """Render the button in the conversation's header that opens and closes the panel."""
    return rx.el.button(
        icon("panel"),
        type="button",
        class_name="icon-button details-open",
        title="Details",
        on_click=DetailsStore.toggle,
        custom_attrs={
            **hook("details-open"),
            **OPENS_DIALOG,
            "aria-label": "Details",
            "aria-expanded": choose(DetailsStore.is_open, "true", "false"),
            "aria-controls": PANEL_ID,
        },
    )


def is_details_modal() -> Var[bool]:
    """Render whether a dialog of the details covers the page."""
    is_modal: Var[bool] = (DetailsStore.is_open & DetailsStore.is_modal) | (DetailsStore.question != "")
    return is_modal


def details_panel() -> rx.Component:
    """Render the panel, and the questions that it asks."""
    return rx.fragment(
        side_panel(
            PANEL_ID,
            dialog_head(PANEL_ID, "Details", DetailsStore.toggle, hook("details-close")),
            rx.cond(DetailsStore.is_open, rx.el.div(*_content(), class_name="details-body")),
            is_open=DetailsStore.is_open,
            is_modal=DetailsStore.is_modal,
            close=DetailsStore.closed,
            on_key=DetailsStore.panel_key,
            class_name="details",
            **hook("details-panel"),
        ),
        confirmation(
            "details-question",
            choose(
                DetailsStore.question == "leave",
                "Leave “" + DetailsStore.title + "”?",
                "Remove " + DetailsStore.subject_name + "?",
            ),
            choose(
                DetailsStore.question == "leave",
                "You will no longer get its messages. A member can add you again.",
                "They will no longer get the messages of this group. What they wrote stays.",
            ),
            accept=choose(DetailsStore.question == "leave", "Leave", "Remove"),
            is_open=DetailsStore.question != "",
            on_accept=DetailsStore.confirm,
            on_cancel=DetailsStore.dismiss,
        ),
    )


def _content() -> list[rx.Component]:
    is_group = DetailsStore.kind == "group"
    return [
        _top(),
        _tools(),
        rx.cond(DetailsStore.mode == "mute", _mute_choices()),
        rx.cond(DetailsStore.mode == "add", person_picker()),
        _problem(),
        rx.cond(is_group, members()),
        _notify(),
        rx.cond(
            is_group,
            rx.el.button(
                icon("leave"),
                "Leave group",
                type="button",
                class_name="details-line danger",
                disabled=DetailsStore.busy != "",
                on_click=DetailsStore.ask_leave,
                custom_attrs={**hook("conversation-leave"), **OPENS_DIALOG},
            ),
        ),
    ]


def _top() -> rx.Component:
    return rx.el.div(
        avatar(
            DetailsStore.initials,
            DetailsStore.hue,
            DetailsStore.avatar_url,
            class_name=choose(DetailsStore.kind == "group", "avatar tile", "avatar"),
        ),
        rx.cond(DetailsStore.mode == "rename", _rename_form(), _title()),
        rx.el.p(DetailsStore.about, class_name="faint", dir="auto"),
        class_name="details-top",
    )


def _title() -> rx.Component:
    return rx.el.div(
        rx.el.h3(DetailsStore.title, dir="auto", custom_attrs=hook("details-title")),
        rx.cond(
            DetailsStore.can_rename,
            rx.el.button(
                icon("pencil"),
                type="button",
                class_name="icon-button",
                title="Rename",
                on_click=DetailsStore.show_rename,
                custom_attrs={**hook("conversation-rename"), "aria-label": "Rename the group"},
            ),
        ),
        class_name="details-title",
    )


def _rename_form() -> rx.Component:
    return rx.el.div(
        rx.el.input(
            value=DetailsStore.title_draft,
            on_change=DetailsStore.edit_title,
            max_length=TITLE_MAX_CHARS,
            class_name="input",
            auto_complete="off",
            auto_focus=True,
            dir="auto",
            # As an attribute: the function needs the event itself.
            custom_attrs={
                **hook("conversation-rename-title"),
                **shortcut("Enter"),
                "aria-label": "Group name",
                "onKeyDown": DetailsStore.rename_key,
            },
        ),
        rx.el.button(
            choose(DetailsStore.busy == "rename", "Saving…", "Save"),
            type="button",
            class_name="button primary",
            disabled=DetailsStore.busy != "",
            on_click=DetailsStore.rename,
            custom_attrs=hook("conversation-rename-save"),
        ),
        rx.el.button(
            "Cancel",
            type="button",
            class_name="button",
            on_click=DetailsStore.cancel,
            custom_attrs=hook("conversation-rename-cancel"),
        ),
        class_name="details-rename",
    )


def _tools() -> rx.Component:
    return rx.el.div(
        rx.cond(
            DetailsStore.kind == "group",
            _tool(
                "member-add",
                "add-person",
                "Add",
                DetailsStore.show_add,
                is_on=DetailsStore.mode == "add",
                state="expanded",
            ),
        ),
        _tool(
            "conversation-pin",
            "pin",
            choose(DetailsStore.is_pinned, "Pinned", "Pin"),
            DetailsStore.pin,
            is_on=DetailsStore.is_pinned,
            state="pressed",
        ),
        _tool(
            "conversation-mute",
            "muted",
            choose(DetailsStore.is_muted, "Muted", "Mute"),
            DetailsStore.show_mute,
            is_on=(DetailsStore.mode == "mute") | DetailsStore.is_muted,
            state="expanded",
        ),
        class_name="details-tools",
    )


def _tool(testid: str, symbol: str, label: object, action: object, *, is_on: Var[bool], state: str) -> rx.Component:
    return rx.el.button(
        icon(symbol),
        label,
        type="button",
        class_name=choose(is_on, "details-tool on", "details-tool"),
        disabled=DetailsStore.busy != "",
        on_click=action,
        custom_attrs={
            **hook(testid, on=is_on),
            f"aria-{state}": choose(
                is_on if state == "pressed" else DetailsStore.mode == testid.split("-")[1], "true", "false"
            ),
        },
    )


def _mute_choices() -> rx.Component:
    return rx.el.div(
        rx.cond(
            DetailsStore.is_muted,
            rx.fragment(
                rx.el.p(
                    choose(
                        DetailsStore.muted_label != "", "Muted " + DetailsStore.muted_label, "Muted until you unmute it"
                    ),
                    class_name="faint",
                ),
                _mute_choice("", "Unmute"),
            ),
        ),
        *(_mute_choice(*choice) for choice in _MUTE_CHOICES),
        class_name="details-choices",
        role="group",
        custom_attrs={"aria-label": "Mute notifications"},
    )


def _mute_choice(value: str, label: str) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name="details-line",
        disabled=DetailsStore.busy != "",
        on_click=with_args(DetailsStore.mute, value),
        custom_attrs=hook("mute-choice", value=value or "off"),
    )


def _notify() -> rx.Component:
    return rx.el.section(
        rx.el.h4("Notify me of", id="details-notify"),
        rx.el.div(
            *(_notify_choice(*choice) for choice in _NOTIFY_CHOICES),
            class_name="segments four",
            role="group",
            custom_attrs={"aria-labelledby": "details-notify"},
        ),
        class_name="details-part",
    )


def _notify_choice(value: str, label: str) -> rx.Component:
    is_chosen = DetailsStore.notify == value
    return rx.el.button(
        label,
        type="button",
        class_name=choose(is_chosen, "segment chosen", "segment"),
        disabled=DetailsStore.busy != "",
        on_click=with_args(DetailsStore.set_notify, value),
        custom_attrs={
            **hook("conversation-notify", value=value),
            "aria-pressed": choose(is_chosen, "true", "false"),
        },
    )


def _problem() -> rx.Component:
    return rx.cond(
        DetailsStore.problem_code != "",
        rx.el.div(
            icon("alert"),
            rx.el.p(error_text(DetailsStore.problem_code, DetailsStore.problem_text)),
            rx.el.button(
                "Retry",
                type="button",
                class_name="link-button",
                on_click=DetailsStore.retry,
                custom_attrs=hook("details-retry"),
            ),
            role="alert",
            class_name="details-problem",
            custom_attrs=hook("details-problem"),
        ),
    )

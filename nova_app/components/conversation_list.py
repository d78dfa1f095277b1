"""The list of conversations."""

from __future__ import annotations

import reflex as rx
from reflex.experimental.client_state import ClientStateVar
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar
from reflex_base.vars.sequence import StringVar

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import bone, retry_button, skeleton
from nova_app.components.presence import presence_dot
from nova_app.components.test_ids import hook
from nova_app.stores import AccountStore, ConnectionStore, ConversationStore, DialogStore
from nova_app.stores.base import RUNTIME, with_args
from nova_app.stores.conversations import ConversationItem
from nova_app.stores.vars import ItemVar, choose, count_label, match_component, match_text

_SECTIONS = (("pinned", "Pinned"), ("unread", "Unread"), ("direct", "Direct"), ("group", "Groups"))
_MOVE = Var("moveInList", _var_data=VarData(imports={RUNTIME: [ImportVar(tag="moveInList")]})).to(
    FunctionVar, EventChain
)
# Lives in the page alone: looking through the list needs neither the server nor the runtime.
_WANTED = ClientStateVar.create("wantedConversation", default="")


def conversation_list() -> rx.Component:
    """Render the list under its head."""
    return rx.el.aside(
        rx.el.header(
            rx.el.h2("Chats"),
            rx.el.button(
                icon("leave"),
                type="button",
                class_name="icon-button is-quiet",
                title="Sign out",
                on_click=AccountStore.sign_out,
                custom_attrs={**hook("sign-out"), "aria-label": "Sign out"},
            ),
            link(
                icon("mention"),
                href="/search?q=mentions:me",
                class_name="icon-button",
                title="Messages that mention you",
                custom_attrs={
                    **hook("mentions-link"),
                    "aria-label": "Messages that mention you",
                },
            ),
            rx.el.button(
                icon("compose"),
                type="button",
                class_name="icon-button",
                title="New chat",
                on_click=DialogStore.show,
                custom_attrs={**hook("conversation-new"), **OPENS_DIALOG, "aria-label": "New chat"},
            ),
            class_name="sidebar-head",
        ),
        _quick_search(),
        rx.el.nav(_items(), class_name="sidebar-list", custom_attrs={"aria-label": "Chats", "onKeyDown": _MOVE}),
        class_name="sidebar",
    )


def _quick_search() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            icon("search"),
            rx.el.input(
                type="search",
                value=_WANTED.value,
                on_change=_WANTED.set,
                placeholder="Find a chat",
                auto_complete="off",
                dir="auto",
                custom_attrs={**hook("quick-search"), "aria-label": "Find a chat"},
            ),
            class_name="search-box quick",
        ),
        rx.cond(
            _WANTED.value != "",
            link(
                "Search messages for “",
                rx.el.bdi(_WANTED.value),
                "”",
                href=rx.Var.create("/search?q=") + _encoded(_WANTED.value),
                class_name="link-button quick-link",
                custom_attrs={**hook("quick-search-messages")},
            ),
        ),
    )


def _items() -> rx.Component:
    return match_component(
        ConversationStore.state,
        ("loading", rx.cond(ConnectionStore.banner == "", _skeletons(), _failed())),
        default=rx.cond(
            ConversationStore.items.length() == 0,
            rx.el.p("No chats yet. Message someone, or start a group.", class_name="empty-note"),
            rx.fragment(
                rx.foreach(ConversationStore.items, _wanted_item),
                rx.cond(
                    _WANTED.value != "",
                    rx.el.p(
                        "No chat has “", rx.el.bdi(_WANTED.value), "” in its name.", class_name="empty-note found-none"
                    ),
                ),
            ),
        ),
    )


def _skeletons() -> rx.Component:
    return skeleton(*(_skeleton() for _ in range(5)))


def _failed() -> rx.Component:
    # The banner says why; while nothing is known the list must look neither empty nor loading.
    return rx.el.div(
        rx.el.p("Your chats could not be loaded. They will appear when the connection is back."),
        retry_button(ConnectionStore.retry, "conversations-retry", "link-button"),
        class_name="empty-note",
        custom_attrs=hook("conversations-failed"),
    )


def _wanted_item(item: ItemVar[ConversationItem]) -> rx.Component:
    wanted = _WANTED.value.to(str).lower().strip()
    # What was looked for stands together, without sections; the chat that is open is never folded away.
    is_shown = item.title.lower().contains(wanted) & (~_is_folded(item.section) | (wanted != "") | item.active)
    return rx.fragment(
        rx.cond((item.heading != "") & (wanted == ""), _heading(item)),
        rx.cond(is_shown, _item(item)),
        key=item.id,
    )


def _heading(item: ItemVar[ConversationItem]) -> rx.Component:
    return rx.el.h3(
        rx.el.button(
            icon("fold"),
            match_text(item.heading, *_SECTIONS, default=""),
            type="button",
            class_name="section-fold",
            on_click=with_args(ConversationStore.fold, item.heading),
            custom_attrs={
                **hook("conversation-section", section=item.heading),
                "aria-expanded": choose(_is_folded(item.heading), "false", "true"),
            },
        ),
        class_name="section",
    )


def _is_folded(section: rx.Var[str]) -> rx.Var[bool]:
    folded: rx.Var[bool] = ConversationStore.folded.contains(section.to(str) + " ")
    return folded


def _encoded(text: rx.Var[str]) -> StringVar:
    return rx.Var(f"encodeURIComponent({text!s})", _var_data=text._get_all_var_data()).to(str)


def _item(item: ItemVar[ConversationItem]) -> rx.Component:
    return link(
        rx.el.span(
            avatar(
                item.initials,
                item.hue,
                item.avatar_url,
                class_name=choose(item.kind == "group", "avatar tile", "avatar"),
            ),
            presence_dot(item),
            class_name="item-face",
        ),
        rx.el.span(
            rx.el.span(
                rx.el.span(item.title, class_name="item-title", dir="auto"),
                rx.el.span(item.time_label, class_name="item-time"),
                class_name="item-line",
            ),
            rx.el.span(_preview(item), _marks(item), class_name="item-line item-low"),
            class_name="item-body",
        ),
        href=item.href,
        class_name=rx.Var.create("item")
        + choose(item.active, " active", "")
        + choose(item.unread > 0, " unread", "")
        + choose(item.muted, " muted", ""),
        custom_attrs={
            **hook(
                "conversation-item",
                conversation_id=item.id,
                unread=item.unread,
                pinned=item.pinned,
                muted=item.muted,
            ),
            "aria-current": choose(item.active, "page", "false"),
        },
    )


def _preview(item: ItemVar[ConversationItem]) -> rx.Component:
    return rx.cond(
        item.draft != "",
        rx.el.span(
            rx.el.span("Draft: ", class_name="item-draft"),
            rx.el.span(item.draft, class_name="item-draft-text", dir="auto"),
            class_name="item-preview is-draft",
            custom_attrs=hook("conversation-draft"),
        ),
        rx.cond(
            item.typing != "",
            rx.el.span(item.typing, class_name="item-preview", dir="auto", custom_attrs=hook("conversation-typing")),
            rx.el.span(item.preview, class_name="item-preview", dir="auto"),
        ),
    )


def _marks(item: ItemVar[ConversationItem]) -> rx.Component:
    """Render what did not leave, and what is unread: a number from one person, a dot from a group.

    Nothing of it is loud where the user muted the conversation.
    """
    return rx.fragment(
        rx.cond(
            item.muted,
            rx.el.span(
                icon("muted"), rx.el.span("Muted", class_name="visually-hidden"), class_name="item-muted", title="Muted"
            ),
        ),
        rx.cond(
            item.has_failed,
            rx.el.span(
                icon("alert"),
                rx.el.span("Not sent", class_name="visually-hidden"),
                class_name="item-failed",
                title="Not sent",
            ),
        ),
        rx.cond(
            item.mentions > 0,
            rx.el.span(
                rx.el.span("@ ", custom_attrs={"aria-hidden": "true"}),
                count_label(item.mentions),
                rx.el.span(choose(item.mentions == 1, " mention", " mentions"), class_name="visually-hidden"),
                class_name="item-unread for-me",
                custom_attrs=hook("conversation-mentions", count=item.mentions),
            ),
        ),
        rx.cond(item.unread > 0, _unread(item)),
    )


def _unread(item: ItemVar[ConversationItem]) -> rx.Component:
    """Render how much is unread; beside a count of mentions only for screen readers."""
    look = choose(item.kind == "group", "item-unread dot", "item-unread")
    return rx.el.span(
        rx.el.span(count_label(item.unread), class_name=choose(item.kind == "group", "visually-hidden", "")),
        rx.el.span(" unread", class_name="visually-hidden"),
        class_name=choose(item.mentions > 0, "visually-hidden", look),
    )


def _skeleton() -> rx.Component:
    lines = rx.el.span(bone(), bone("line short"), class_name="item-body")
    return rx.el.div(bone("avatar"), lines, class_name="item skeleton")

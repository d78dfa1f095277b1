"""The members of a group in its details, and the picker that adds further ones."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.dialogs import OPENS_DIALOG
from nova_app.components.icons import icon
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import DetailsStore
from nova_app.stores.base import with_args
from nova_app.stores.details import MemberItem, PersonOption
from nova_app.stores.vars import ItemVar, choose, match_text

_ROLES = (("owner", "Owner"), ("admin", "Admin"))


def members() -> rx.Component:
    """Render the members, owners first."""
    return rx.el.section(
        rx.el.h4("Members"),
        rx.el.ul(rx.foreach(DetailsStore.members, _member)),
        class_name="details-part",
    )


def _member(member: ItemVar[MemberItem]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            avatar(member.initials, member.hue, member.avatar_url),
            rx.cond(
                member.online,
                rx.el.span(
                    rx.el.span("online", class_name="visually-hidden"), class_name="presence-dot", title="online"
                ),
            ),
            class_name="item-face",
        ),
        rx.el.span(rx.el.bdi(member.name), class_name="member-name", title="@" + member.username),
        rx.el.span(_place(member), class_name="member-place"),
        _member_tools(member),
        key=member.user_id,
        class_name="member",
        custom_attrs=hook("member", username=member.username, role=member.role),
    )


def _place(member: ItemVar[MemberItem]) -> rx.Component:
    has_word = (member.role == "owner") | (member.role == "admin")
    return rx.fragment(
        match_text(member.role, *_ROLES, default=""), choose(member.is_me, choose(has_word, " · You", "You"), "")
    )


def _member_tools(member: ItemVar[MemberItem]) -> rx.Component:
    label = choose(member.next_role == "admin", "Make admin", "Make member")
    return rx.el.span(
        rx.cond(
            member.next_role != "",
            rx.el.button(
                icon("admin"),
                type="button",
                class_name="icon-button small",
                title=label,
                disabled=DetailsStore.busy != "",
                on_click=with_args(DetailsStore.change_role, member.user_id, member.next_role),
                custom_attrs={
                    **hook("member-role", role=member.next_role),
                    "aria-label": label + ": " + member.name,
                    "aria-pressed": choose(member.role == "admin", "true", "false"),
                },
            ),
        ),
        rx.cond(
            member.can_remove,
            rx.el.button(
                icon("remove-person"),
                type="button",
                class_name="icon-button small",
                title="Remove",
                disabled=DetailsStore.busy != "",
                on_click=with_args(DetailsStore.ask_remove, member.user_id),
                custom_attrs={
                    **hook("member-remove"),
                    **OPENS_DIALOG,
                    "aria-label": rx.Var.create("Remove ") + member.name,
                },
            ),
        ),
        class_name="member-tools",
    )


def person_picker() -> rx.Component:
    """Render the field that finds people by name, and who can be added; Enter adds the first one."""
    return rx.el.div(
        rx.el.div(
            icon("search"),
            rx.el.input(
                type="search",
                value=DetailsStore.wanted,
                on_change=DetailsStore.find,
                placeholder="Find people by name",
                auto_complete="off",
                auto_focus=True,
                dir="auto",
                # As an attribute: the function needs the event itself.
                custom_attrs={
                    **hook("member-add-name"),
                    **shortcut("Enter"),
                    "aria-label": "Find people to add, by name",
                    "onKeyDown": DetailsStore.find_key,
                },
            ),
            class_name="search-box",
        ),
        rx.el.div(rx.foreach(DetailsStore.people, _option), class_name="details-people"),
        rx.cond(
            (DetailsStore.found == "ready") & (DetailsStore.people.length() == 0),
            rx.el.p(
                choose(
                    DetailsStore.wanted == "",
                    "Everybody on this server is here already.",
                    "Nobody else here has that name.",
                ),
                class_name="field-hint",
                role="status",
            ),
        ),
        class_name="details-picker",
        custom_attrs=hook("person-picker"),
    )


def _option(person: ItemVar[PersonOption]) -> rx.Component:
    return rx.el.button(
        avatar(person.initials, person.hue, person.avatar_url),
        rx.el.span(
            rx.el.strong(rx.el.bdi(person.name)),
            rx.el.small(rx.el.bdi(person.about)),
            class_name="person-names",
        ),
        icon("add-person"),
        type="button",
        key=person.username,
        class_name="person",
        disabled=DetailsStore.busy != "",
        on_click=with_args(DetailsStore.add, person.username),
        custom_attrs=hook("person-option", username=person.username),
    )

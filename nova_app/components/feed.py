"""The feed of posts."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.away import while_loading
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.shown_files import shown_files
from nova_app.components.test_ids import hook
from nova_app.stores import PostStore
from nova_app.stores.posts import PostItem


def feed() -> rx.Component:
    """Render the posts, the newest first; says apart whether there are none, or none could be loaded."""
    return rx.el.section(
        rx.match(
            PostStore.state,
            ("loading", rx.cond(PostStore.items.length() == 0, while_loading(_skeletons(), "The posts were"))),
            ("error", _failed()),
            rx.cond(PostStore.items.length() == 0, _nothing()),
        ),
        rx.foreach(PostStore.items, _post),
        rx.cond(
            PostStore.has_more,
            rx.el.button(
                rx.cond(PostStore.loading_more, "Loading older posts…", "Load older posts"),
                type="button",
                class_name="link-button older",
                on_click=PostStore.load_more,
                custom_attrs=hook("feed-older"),
            ),
        ),
        class_name="feed",
        custom_attrs={**hook("feed", state=PostStore.state), "aria-label": "Posts"},
    )


def _nothing() -> rx.Component:
    return rx.el.div(icon("feed"), rx.el.p("No posts yet. Share the first one."), class_name="timeline-empty")


def _failed() -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.p("Posts could not be loaded. ", error_text(PostStore.problem_code, PostStore.problem_text)),
        rx.el.button(
            "Retry",
            type="button",
            class_name="button",
            on_click=PostStore.reload,
            custom_attrs=hook("feed-retry"),
        ),
        class_name="timeline-empty",
        role="alert",
    )


def _skeletons() -> rx.Component:
    return rx.fragment(*(_skeleton() for _ in range(3)))


def _skeleton() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.span(class_name="avatar bone"), rx.el.span(class_name="bone line short"), class_name="post-head"
        ),
        rx.el.span(class_name="bone line"),
        class_name="post",
        custom_attrs={"aria-hidden": "true"},
    )


def _post(post: rx.Var[PostItem]) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            avatar(post.initials, post.hue, post.avatar_url),
            rx.el.div(
                rx.el.strong(rx.el.bdi(post.author_name)),
                rx.el.time(post.time_label, date_time=post.time_iso, title=post.time_title, class_name="faint"),
                class_name="post-by",
            ),
            class_name="post-head",
        ),
        rx.cond(post.text != "", rx.el.p(post.text, class_name="row-text", dir="auto")),
        shown_files(post),
        key=post.id,
        class_name="post",
        custom_attrs=hook("post"),
    )

"""The comments of a post: folded under it, with a form."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.icons import icon
from nova_app.components.load_states import bone, load_failed, load_states, skeleton
from nova_app.components.message_text import formatted_text
from nova_app.components.post_parts import OFFLINE, problem, question
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import PostStore
from nova_app.stores.base import with_args
from nova_app.stores.posts import CommentItem, PostItem
from nova_app.stores.vars import ItemVar, choose


def comments_button(post: ItemVar[PostItem]) -> rx.Component:
    """Render the button that opens and closes the comments."""
    return rx.el.button(
        icon("comment"),
        rx.el.span(post.comment_label),
        type="button",
        class_name="button quiet post-comments",
        on_click=with_args(PostStore.toggle_comments, post.id),
        custom_attrs={**hook("post-comments"), "aria-expanded": choose(post.is_open, "true", "false")},
    )


def comments() -> rx.Component:
    """Render the comments of the post that is open."""
    return rx.el.section(
        load_states(
            PostStore.thread_state,
            loading=skeleton(bone("line short"), bone(), class_name="skeleton"),
            what="The comments were",
            failed=load_failed(
                "Comments could not be loaded.",
                PostStore.thread_problem,
                PostStore.thread_text,
                retry=PostStore.reload_comments,
                testid="comments-retry",
            ),
            content=rx.fragment(),
        ),
        rx.cond(
            PostStore.more_comments,
            rx.el.button(
                "Load older comments",
                type="button",
                class_name="link-button",
                on_click=PostStore.older_comments,
                custom_attrs=hook("comments-older"),
            ),
        ),
        rx.el.ol(rx.foreach(PostStore.comments, _comment), class_name="comments"),
        _form(),
        class_name="thread",
        custom_attrs={**hook("comments", state=PostStore.thread_state), "aria-label": "Comments"},
    )


def _comment(comment: ItemVar[CommentItem]) -> rx.Component:
    return rx.el.li(
        avatar(comment.initials, comment.hue, comment.avatar_url, class_name="avatar small"),
        rx.el.div(
            rx.el.strong(rx.el.bdi(comment.author_name)),
            " ",
            rx.el.time(comment.time_label, date_time=comment.time_iso, title=comment.time_title, class_name="faint"),
            formatted_text(comment.text),
            rx.cond(comment.is_asking, question("this comment")),
            class_name="comment-body",
        ),
        rx.cond(comment.can_delete, _delete(comment)),
        key=comment.id,
        class_name="comment",
        custom_attrs=hook("comment"),
    )


def _delete(comment: ItemVar[CommentItem]) -> rx.Component:
    return rx.el.button(
        icon("trash"),
        type="button",
        class_name="icon-button",
        title="Delete comment",
        disabled=OFFLINE,
        on_click=with_args(PostStore.ask_delete, comment.id),
        custom_attrs={**hook("comment-delete"), "aria-label": "Delete comment"},
    )


def _form() -> rx.Component:
    return rx.el.div(
        rx.el.textarea(
            value=PostStore.comment,
            on_change=PostStore.type_comment,
            rows=1,
            dir="auto",
            placeholder="Write a comment",
            class_name="input",
            disabled=PostStore.comment_busy,
            # As an attribute: the function needs the event itself.
            custom_attrs={
                **hook("comment-text"),
                **shortcut("Control+Enter"),
                "aria-label": "New comment",
                "onKeyDown": PostStore.comment_key,
            },
        ),
        rx.el.button(
            choose(PostStore.comment_busy, "Sending…", "Comment"),
            type="button",
            class_name="button",
            disabled=OFFLINE | PostStore.comment_busy | (PostStore.comment == ""),
            on_click=PostStore.send_comment,
            custom_attrs=hook("comment-send"),
        ),
        problem(PostStore.comment_problem, PostStore.comment_text),
        class_name="comment-form",
    )

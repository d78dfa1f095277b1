"""The feed of posts."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.comments import comments, comments_button
from nova_app.components.load_states import bone, load_failed, load_note, load_states, skeleton
from nova_app.components.message_text import formatted_text
from nova_app.components.post_parts import edit_form, question, reactions, tools
from nova_app.components.shown_files import shown_files
from nova_app.components.test_ids import hook
from nova_app.stores import PostStore
from nova_app.stores.posts import PostItem
from nova_app.stores.vars import ItemVar, choose


def feed() -> rx.Component:
    """Render the posts, the newest first; says apart whether there are none, or none could be loaded."""
    return rx.el.section(
        load_states(
            PostStore.state,
            loading=rx.fragment(*(_skeleton() for _ in range(3))),
            what="The posts were",
            failed=load_failed(
                "Posts could not be loaded.",
                PostStore.problem_code,
                PostStore.problem_text,
                retry=PostStore.reload,
                testid="feed-retry",
            ),
            is_empty=PostStore.items.length() == 0,
            empty=load_note("No posts yet. Share the first one.", symbol="feed"),
            content=rx.fragment(),
        ),
        rx.foreach(PostStore.items, _post),
        rx.cond(
            PostStore.has_more,
            rx.el.button(
                choose(PostStore.loading_more, "Loading older posts…", "Load older posts"),
                type="button",
                class_name="link-button older",
                on_click=PostStore.load_more,
                custom_attrs=hook("feed-older"),
            ),
        ),
        class_name="feed",
        custom_attrs={**hook("feed", state=PostStore.state), "aria-label": "Posts"},
    )


def _skeleton() -> rx.Component:
    head = rx.el.div(bone("avatar"), bone("line short"), class_name="post-head")
    return skeleton(head, bone(), class_name="post skeleton")


def _post(post: ItemVar[PostItem]) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            avatar(post.initials, post.hue, post.avatar_url),
            rx.el.div(
                rx.el.strong(rx.el.bdi(post.author_name)),
                rx.el.span(
                    rx.cond(post.is_fresh, rx.el.span("New", class_name="post-new")),
                    rx.el.time(post.time_label, date_time=post.time_iso, title=post.time_title),
                    rx.cond(post.is_edited, rx.el.span("(edited)", title=post.edited_title)),
                    class_name="faint post-when",
                ),
                class_name="post-by",
            ),
            tools(post),
            class_name="post-head",
        ),
        rx.cond(post.is_asking, question("this post and its comments")),
        rx.cond(post.is_editing, edit_form(), _text(post)),
        shown_files(post),
        rx.cond(
            ~post.is_deleted, rx.el.div(reactions(post), comments_button(post), class_name="post-under"), rx.fragment()
        ),
        rx.cond(post.is_open, comments()),
        key=post.id,
        tab_index=-1,
        class_name="post",
        custom_attrs=hook("post", number=post.number, fresh=post.is_fresh, edited=post.is_edited),
    )


def _text(post: ItemVar[PostItem]) -> rx.Component:
    return rx.cond(
        post.is_deleted,
        rx.el.p("Post deleted. What you wrote about it is kept.", class_name="faint"),
        rx.cond(post.text != "", formatted_text(post.text)),
    )

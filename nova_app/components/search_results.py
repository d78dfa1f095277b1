"""Search results, with the messages around each hit."""

from __future__ import annotations

import reflex as rx

from nova_app.components.avatar import avatar
from nova_app.components.error_text import error_text
from nova_app.components.icons import icon
from nova_app.components.links import link
from nova_app.components.load_states import bone, load_failed, load_note, load_states, skeleton
from nova_app.components.test_ids import hook, shortcut
from nova_app.stores import SearchStore
from nova_app.stores.base import with_args
from nova_app.stores.search import ContextLine, HitItem, SnippetPart
from nova_app.stores.vars import ItemVar, choose, match_text


def search_box() -> rx.Component:
    """Render the search field; results are updated while the user types."""
    return rx.el.div(
        icon("search"),
        rx.el.input(
            type="search",
            value=SearchStore.text,
            on_change=SearchStore.type,
            placeholder="Search messages and posts",
            auto_focus=True,
            auto_complete="off",
            dir="auto",
            # As an attribute: the function needs the event itself.
            custom_attrs={
                **hook("search-text"),
                **shortcut("Enter"),
                "aria-label": "Search messages and posts",
                "onKeyDown": SearchStore.key,
            },
        ),
        role="search",
        class_name="search-box",
    )


def search_results() -> rx.Component:
    """Render the hits, the newest first; says apart why there are none."""
    return rx.el.section(
        rx.el.p(SearchStore.announcement, class_name="visually-hidden", role="status"),
        load_states(
            SearchStore.state,
            ("idle", _help()),
            loading=rx.fragment(_skeleton(), _skeleton()),
            what="The results were",
            failed=load_failed(
                "Search failed.",
                SearchStore.problem_code,
                SearchStore.problem_text,
                retry=SearchStore.submit,
                testid="search-retry",
            ),
            is_empty=SearchStore.items.length() == 0,
            empty=load_note(
                "No results. Try fewer words, or add * to the end of a word.", symbol="search", action=_how()
            ),
            content=_summary(),
        ),
        rx.cond(SearchStore.state != "error", rx.el.ol(rx.foreach(SearchStore.items, _hit), class_name="hits")),
        rx.cond(SearchStore.has_more & (SearchStore.state == "ready"), _more()),
        class_name="search-results",
        custom_attrs={**hook("search-results", state=SearchStore.state), "aria-label": "Results"},
    )


def _more() -> rx.Component:
    has_failed = SearchStore.problem_code != ""
    return rx.el.div(
        rx.cond(
            has_failed,
            rx.el.span(
                "More results could not be loaded. ",
                error_text(SearchStore.problem_code, SearchStore.problem_text),
                " ",
                role="alert",
            ),
        ),
        rx.el.button(
            choose(SearchStore.loading_more, "Loading more…", choose(has_failed, "Retry", "Show more")),
            type="button",
            class_name="link-button",
            on_click=SearchStore.more,
            custom_attrs=hook("search-more"),
        ),
        class_name="faint older",
    )


_EXAMPLES = (
    ("release plan", "messages with both words"),
    ('"release plan"', "messages with this exact phrase"),
    ("laun*", "words that start with laun"),
    ("from:ana in:team", "messages from Ana in the chat Team"),
    ("after:2026-01-31 has:link", "messages after that day with a link"),
    ("mentions:me replies:ana", "answers to Ana that mention you"),
    ("is:post launch", "posts with this word; is:message for messages only"),
    ("reacted:👍", "messages with this reaction; reacted:me for yours"),
)


def _help() -> rx.Component:
    return rx.el.div(
        rx.el.p("Examples", class_name="faint"),
        rx.el.dl(
            *(rx.el.div(rx.el.dt(rx.el.code(typed)), rx.el.dd(meaning)) for typed, meaning in _EXAMPLES),
            class_name="search-help",
        ),
    )


def _summary() -> rx.Component:
    count = SearchStore.items.length()
    return rx.el.div(
        rx.el.span(
            count,
            choose(SearchStore.has_more, "+", ""),
            choose(count == 1, " result", " results"),
            custom_attrs=hook("search-count"),
        ),
        _how(),
        class_name="faint search-how",
    )


def _how() -> rx.Component:
    # For measuring the speed of searches.
    return rx.el.details(
        rx.el.summary("Search speed", custom_attrs=hook("search-details")),
        rx.el.span("Index ", SearchStore.index_type, ", ", SearchStore.rows_looked_at, " rows read"),
        rx.el.span(" in ", SearchStore.took_ms, " ms"),
        class_name="faint search-details",
    )


def _skeleton() -> rx.Component:
    return skeleton(bone("line short"), bone(), class_name="post")


def _hit(hit: ItemVar[HitItem]) -> rx.Component:
    return rx.el.li(
        rx.cond(hit.group_label != "", rx.el.h2(hit.group_label, class_name="hits-group")),
        _found(hit),
        key=hit.id,
    )


def _found(hit: ItemVar[HitItem]) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            avatar(hit.initials, hit.hue, hit.avatar_url),
            rx.el.div(
                rx.el.span(
                    rx.el.strong(rx.el.bdi(hit.author_name)),
                    rx.cond(
                        hit.is_post,
                        rx.el.span(" in Posts", class_name="faint"),
                        rx.el.span(" in ", rx.el.bdi(hit.conversation_name), class_name="faint"),
                    ),
                ),
                rx.el.time(hit.time_label, date_time=hit.time_iso, title=hit.time_title, class_name="faint"),
                class_name="post-by",
            ),
            class_name="post-head",
        ),
        rx.el.p(rx.foreach(hit.snippet, _part), class_name="row-text", dir="auto"),
        rx.cond(hit.around == "ready", rx.el.ol(rx.foreach(hit.context, _line), class_name="context")),
        rx.cond(
            hit.around == "error",
            rx.el.p(
                "Context could not be loaded. ",
                error_text(hit.problem_code, hit.problem_text),
                class_name="field-error",
                role="alert",
            ),
        ),
        rx.el.div(
            rx.cond(~hit.is_post, _around(hit)),
            link(
                choose(hit.is_post, "Open post", "Open chat"),
                href=hit.href,
                class_name="link-button",
                custom_attrs=hook("search-open"),
            ),
            class_name="notice-actions",
        ),
        class_name="post hit",
        custom_attrs=hook("search-hit", seq=hit.seq, kind=choose(hit.is_post, "post", "message")),
    )


def _around(hit: ItemVar[HitItem]) -> rx.Component:
    return rx.el.button(
        match_text(
            hit.around,
            ("ready", "Hide context"),
            ("loading", "Loading…"),
            ("error", "Retry"),
            default="Show context",
        ),
        type="button",
        class_name="link-button",
        on_click=with_args(SearchStore.around, hit.id),
        custom_attrs={
            **hook("search-context"),
            "aria-expanded": choose(hit.around == "ready", "true", "false"),
        },
    )


def _part(part: ItemVar[SnippetPart]) -> rx.Component:
    return rx.cond(part.hit, rx.el.mark(part.text), rx.fragment(part.text))


def _line(line: ItemVar[ContextLine]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(rx.el.bdi(line.name)),
        rx.cond(line.has_left, rx.el.span(" (left)", class_name="faint")),
        " ",
        rx.el.bdi(rx.cond(line.hit, rx.el.mark(line.text), rx.fragment(line.text))),
        key=line.id,
    )

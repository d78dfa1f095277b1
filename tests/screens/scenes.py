"""The screens: every page and main state, with what leads there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.screens.acts import (
    abort,
    answer,
    click,
    drag_over,
    fail,
    fail_once,
    fill,
    freeze,
    freeze_offline,
    hang,
    keep_drafts,
    leave_chat,
    nothing,
    open_menu,
    point_at,
    press,
    register_wrongly,
    report,
    see,
    sign_in_wrongly,
    steps,
    type_into,
    write,
)
from tests.screens.answers import BAD_STATUS, STATUS
from tests.screens.sockets import go_offline, let_happen, let_type, mute_socket, refuse_messages
from tests.screens.world import at, id_of


@dataclass(frozen=True, slots=True)
class Scene:
    """One screen.

    Attributes:
        viewer: The user name of who is signed in; empty for nobody.
        ready: What is there once the screen is, as CSS.
        before: What is arranged on the page before it is opened.
        act: What is done in the page then.
        is_online: The page is connected before ``act``.
        is_main: ``make test`` compares it too.
    """

    name: str
    path: str
    ready: str
    viewer: str = "mara"
    before: Callable[[Any], None] = nothing
    act: Callable[[Any], None] = nothing
    is_online: bool = True
    is_main: bool = False


def room(key):
    """The path of a chat."""
    return f"/c/{id_of(key)}"


ROW, LIST = "[data-testid=message]", "[data-testid=conversation-item]"
MESSAGES = re.compile(r"/api/v1/conversations/[^/]+/messages\?")
POSTS, SEARCH, ME = "**/api/v1/posts*", "**/api/v1/search*", "**/api/v1/users/me"
STATUS_ANSWER = "**/api/v1/status"
REGISTRATION, OPEN = "**/api/v1/auth/registration", {"mode": "open", "is_first": False}
SUBMIT, POST, COMMENT = "[data-testid=auth-submit]", "[data-testid=post]", "[data-testid=comment]"
TYPING, MEMBER, EMOJI = (
    "[data-testid=conversation-typing]",
    "[data-testid=member]",
    "[data-testid=emoji-option]",
)
SWITCHER = "[data-testid=switcher-option]"
NEWS = "[data-testid=account-news]"
HAPPENED = let_happen(("signed_in", "", at(0, "10:42")))
DETAILS = "[data-testid=status-verdict]"
SENTENCE = "[data-testid=status-sentence]"

SCENES = (
    Scene("sign-in", "/login", SUBMIT, viewer="", is_main=True),
    Scene("sign-in-wrong", "/login", SUBMIT, viewer="", act=sign_in_wrongly),
    Scene("register", "/register", "[data-testid=registration-note]", viewer=""),
    Scene("register-open", "/register", SUBMIT, viewer="", before=answer(REGISTRATION, OPEN)),
    Scene("register-wrong", "/register", SUBMIT, viewer="", before=answer(REGISTRATION, OPEN), act=register_wrongly),
    Scene("reset-missing", "/reset", "[data-testid=reset-note]", viewer=""),
    Scene("not-found", "/nowhere", "[data-testid=not-found-home]", viewer=""),
    Scene("first-run", "/", ".first-run, .page h1", viewer="lena"),
    Scene("list", "/", LIST, is_main=True),
    Scene(
        "list-loading",
        "/",
        ".sidebar .skeleton",
        before=mute_socket,
        # A server that says nothing is left after some seconds.
        act=steps(see(".place.me .avatar:not(:empty)"), freeze),
        is_online=False,
    ),
    Scene(
        "list-failed",
        "/",
        ".sidebar .skeleton",
        before=mute_socket,
        act=steps(go_offline, freeze_offline),
        is_online=False,
    ),
    Scene("list-many", "/", LIST, viewer="otto"),
    Scene("list-names", "/", LIST, viewer="wide"),
    Scene("list-found-none", "/", LIST, act=fill("quick-search", "zebra")),
    Scene(
        "list-states",
        room("Print shop"),
        ROW,
        viewer="vera",
        before=steps(
            let_type(vera_and_ines="ines", Handbook="priya"),
            keep_drafts(vera_and_yuki="I would leave the second column", Release_notes="Search finds words in files"),
        ),
        act=steps(write("Not for members any more"), see("[data-state=failed]"), leave_chat, see(TYPING), freeze),
    ),
    Scene("group", room("Release 2.0"), ROW, is_main=True),
    Scene("direct", room("mara and ines"), ROW, is_main=True),
    Scene("density", room("Short messages"), ROW),
    Scene("files", room("Files"), ROW),
    Scene("names", room("odd"), ROW),
    Scene("right-to-left", room("odd"), ROW, viewer="rtl"),
    Scene("long-message", room("long"), ROW),
    Scene("messages", room("Design review"), ROW, viewer="vera"),
    Scene("markup", room("Snippets"), ROW, viewer="vera"),
    Scene("link-previews", room("Reading list"), "[data-testid=link-preview]", viewer="noor"),
    Scene("hover", room("Design review"), ROW, viewer="vera", act=point_at("Agreed on the tour")),
    Scene("message-menu", room("Design review"), ROW, viewer="vera", act=open_menu("Agreed on the tour")),
    Scene(
        "message-info",
        room("Design review"),
        ROW,
        viewer="vera",
        act=steps(open_menu("Yes to both"), click("message-details"), see("[data-testid=receipts]")),
    ),
    Scene("details", room("Design review"), ROW, viewer="vera", act=steps(click("details-open"), see(MEMBER))),
    Scene("emoji", room("Design review"), ROW, viewer="vera", act=steps(click("composer-emoji"), see(EMOJI))),
    Scene(
        "composer",
        room("Design review"),
        ROW,
        viewer="vera",
        act=steps(
            point_at("can you take"),
            click("message-reply"),
            fill("composer", "The **checklist** is done"),
            click("composer-format"),
        ),
    ),
    Scene(
        "mention-list",
        room("Design review"),
        ROW,
        viewer="vera",
        act=steps(type_into("composer", "Ask @"), see("[data-testid=mention-option]")),
    ),
    Scene("drop", room("Design review"), ROW, viewer="vera", act=drag_over("conversation-drop")),
    Scene("files-blocked", room("Files"), ROW, before=abort("**/api/v1/uploads/**")),
    Scene("empty", room("Quiet room"), ".timeline-empty"),
    Scene("loading", room("Release 2.0"), ".timeline .skeleton", before=hang(MESSAGES)),
    Scene("failed", room("Release 2.0"), "[data-testid=history-retry]", before=fail(MESSAGES)),
    Scene("missing", room("nowhere"), "[data-testid=conversation-missing-back]"),
    Scene("refused", room("Release 2.0"), ROW, before=refuse_messages, act=write("This one is refused")),
    Scene(
        "offline",
        room("Release 2.0"),
        ROW,
        before=refuse_messages,
        act=steps(
            write("This one is refused"),
            see("[data-state=failed]"),
            go_offline,
            write("Sent without a network"),
            see("[data-testid=notice]"),
            freeze_offline,
        ),
    ),
    Scene(
        "notices",
        room("Release 2.0"),
        ROW,
        act=report("unexpected_answer", "outbox_full", "storage_unavailable", "rate_limited", "internal"),
    ),
    Scene("account-news", room("Release 2.0"), NEWS, before=HAPPENED),
    Scene("account-news-first-run", "/", NEWS, viewer="lena", before=HAPPENED, act=see(".first-run")),
    Scene(
        "switcher",
        room("Release 2.0"),
        ROW,
        act=steps(press("Control+k"), see(SWITCHER), type_into("switcher-input", "re")),
    ),
    Scene("new-chat", "/", LIST, act=click("conversation-new")),
    Scene("account-menu", "/posts", POST, act=click("account-menu-open")),
    Scene("connection", "/posts", POST, act=click("connection-details")),
    Scene("date", room("Release 2.0"), ROW, act=click("go-to-date")),
    Scene("posts", "/posts", POST),
    Scene("post-comments", "/posts", POST, viewer="vera", act=steps(click("post-comments"), see(COMMENT))),
    Scene("posts-loading", "/posts", ".feed .bone", before=hang(POSTS)),
    Scene("posts-failed", "/posts", "[data-testid=feed-retry]", before=fail(POSTS)),
    Scene("search", "/search?q=cover", "[data-testid=search-hit]"),
    Scene("search-none", "/search?q=zebra", ".timeline-empty"),
    Scene("search-failed", "/search?q=cover", "[data-testid=search-retry]", before=fail(SEARCH)),
    Scene("settings", "/settings", "[data-testid=settings][data-state=ready]", is_main=True),
    Scene("settings-loading", "/settings", ".settings .skeleton", before=hang(ME)),
    Scene("settings-failed", "/settings", "[data-testid=settings-retry]", before=fail(ME)),
    Scene("status", "/status", DETAILS, before=answer(STATUS_ANSWER, STATUS)),
    Scene("status-bad", "/status", DETAILS, before=answer(STATUS_ANSWER, BAD_STATUS)),
    Scene("status-member", "/status", SENTENCE, viewer="otto"),
    Scene("status-loading", "/status", ".status-board", before=hang(STATUS_ANSWER)),
    Scene("status-failed", "/status", "[data-testid=status-retry]", before=fail_once(STATUS_ANSWER)),
)

"""People in conversations, between two or three browsers: added, removed, renamed, with lines in the timeline."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def lines(user):
    return by(user.page, "system-line")


def expect_lines(user, *texts):
    expect(lines(user)).to_have_count(len(texts))
    for position, text in enumerate(texts):
        expect(lines(user).nth(position)).to_contain_text(text)


def member(user, other):
    return by(user.page, "member").and_(user.page.locator(f'[data-username="{other.username}"]'))


def name(user):
    return user.username.title()


def test_members_come_and_go_and_everyone_sees_it_in_place(person):
    ana, ben, cleo = person(), person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    ben.write("hello")
    ana.expect_texts("hello")

    by(ana.page, "details-open").click()
    by(ana.page, "member-add").click()
    by(ana.page, "member-add-name").fill(cleo.username)
    by(ana.page, "member-add-name").press("Enter")
    expect(member(ana, cleo)).to_have_attribute("data-role", "member")
    member(ana, ben).hover()
    by(member(ana, ben), "member-role").click()
    expect(member(ana, ben)).to_have_attribute("data-role", "admin")
    expect_lines(ben, f"{name(ana)} added {name(cleo)}")

    # Ben learns of his role without a reload, and renames the group.
    by(ben.page, "details-open").click()
    by(ben.page, "conversation-rename").click()
    by(ben.page, "conversation-rename-title").fill("Better plans")
    by(ben.page, "conversation-rename-title").press("Enter")
    for user in (ana, ben):
        expect(user.page.locator(".conversation-head h1")).to_have_text("Better plans")
        expect(user.item(room)).to_contain_text("Better plans")
    cleo.open(room)
    cleo.write("last words")
    expect_lines(ana, f"You added {name(cleo)}", f"{name(ben)} renamed the group to “Better plans”")

    # Cleo is removed: she learns who did it, and loses the conversation at once.
    member(ben, cleo).hover()
    by(member(ben, cleo), "member-remove").click()
    by(ben.page, "confirm-accept").click()
    expect(member(ben, cleo)).to_have_count(0)
    expect(by(cleo.page, "former-member-note")).to_contain_text(f"{name(ben)} removed you from “Better plans”")
    expect(by(cleo.page, "notice")).to_contain_text(f"{name(ben)} removed you")
    expect(cleo.item(room)).to_have_count(0)
    expect(by(cleo.page, "details-open")).to_have_count(0)
    ben.write("without Cleo")

    # Between the messages they stay, live and from the history, and who left keeps their name.
    for _ in ("live", "after a reload"):
        expect_lines(
            ana,
            f"You added {name(cleo)}",
            f"{name(ben)} renamed the group",
            f"{name(ben)} removed {name(cleo)}",
        )
        ana.expect_texts("hello", "last words", "without Cleo")
        expect(ana.row("last words").locator(".row-head")).to_have_text(f"{name(cleo)} (left)")
        seqs = ana.page.locator("[data-testid=message], [data-testid=system-line]").evaluate_all(
            "rows => rows.map((row) => Number(row.dataset.seq))"
        )
        assert seqs == sorted(seqs)
        assert len(seqs) == 6
        ana.page.reload()
        ana.expect_connected()

    # The owner leaves: the group passes to Ben, who sees it in the open panel.
    by(ana.page, "details-open").click()
    by(ana.page, "conversation-leave").click()
    by(ana.page, "confirm-accept").click()
    ana.page.wait_for_url(re.compile(r"/$"))
    expect(ana.item(room)).to_have_count(0)
    expect(member(ben, ben)).to_have_attribute("data-role", "owner")
    expect(lines(ben).last).to_contain_text(f"{name(ana)} left")


@pytest.mark.expects("lost connection")
def test_what_happened_to_the_members_meanwhile_is_there_after_the_connection_is_lost(person):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    ben.context.set_offline(True)
    ben.expect_not_connected()

    by(ana.page, "details-open").click()
    by(ana.page, "conversation-rename").click()
    by(ana.page, "conversation-rename-title").fill("New name")
    by(ana.page, "conversation-rename-save").click()
    expect(by(ana.page, "details-title")).to_have_text("New name")
    ana.write("are you there?")
    ana.expect_texts("are you there?")

    ben.context.set_offline(False)
    ben.try_now()
    ben.expect_connected()
    ben.expect_texts("are you there?")
    expect_lines(ben, f"{name(ana)} renamed the group to “New name”")
    expect(ben.page.locator(".conversation-head h1")).to_have_text("New name")


def test_pinned_and_muted_conversations_keep_their_place_on_every_device(person):
    ana, ben = person(), person()
    quiet, kept = ana.start_group("Quiet", ben.username), ana.start_group("Kept", ben.username)
    ana.open(quiet)
    by(ana.page, "details-open").click()
    by(ana.page, "conversation-mute").click()
    by(ana.page, "mute-choice").and_(ana.page.locator("[data-value=forever]")).click()
    expect(ana.item(quiet)).to_have_attribute("data-muted", "true")
    ana.open(kept)
    by(ana.page, "conversation-pin").click()
    expect(ana.item(kept)).to_have_attribute("data-pinned", "true")

    other = ana.new_page()
    other.goto("/")
    ana.expect_connected(other)
    ben.open(quiet)
    ben.write("psst")
    for page in (ana.page, other):
        expect(ana.item(quiet, page)).to_have_attribute("data-unread", "1")
        expect(by(page, "conversation-item").first).to_have_attribute("data-conversation-id", kept)
        expect(page.locator(".sidebar-list .section")).to_have_text(["Pinned", "Groups"])
        expect(ana.item(quiet, page).get_by_title("Muted")).to_be_visible()

"""What somebody wrote keeps their name, whether or not they are still a member."""

from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()


def leave(user, room):
    assert user.context.request.delete(f"/api/v1/conversations/{room}/members/me", headers={"Origin": user.origin}).ok


def head(user, text):
    return user.row(text).locator(".row-head")


def test_who_left_stays_named_and_can_be_distinguished_from_others(person):
    ana, dora, eve = person(), person(), person()
    room = ana.start_group("Plans", dora.username, eve.username)
    for user, text in ((dora, "said by dora"), (eve, "said by eve")):
        user.open(room)
        user.write(text)
        expect(head(ana, text)).to_have_text(user.username.title())
    for user in (dora, eve):
        leave(user, room)

    for _ in ("live", "after a reload"):
        for user, text in ((dora, "said by dora"), (eve, "said by eve")):
            expect(head(ana, text)).to_have_text(f"{user.username.title()} (left)")
            expect(ana.row(text)).to_have_attribute("data-author", user.username)
            expect(ana.row(text).locator(".avatar")).to_have_text(user.username[0].upper())
        expect(ana.item(room)).to_contain_text(f"{eve.username.title()}: said by eve")
        ana.page.reload()
        ana.expect_connected()

    ana.page.get_by_role("link", name="Search", exact=True).click()
    by(ana.page, "search-text").fill("dora")
    hit = by(ana.page, "search-hit")
    expect(hit).to_contain_text(dora.username.title())
    hit.get_by_role("button").click()
    expect(hit.locator(".context li").first).to_contain_text(f"{dora.username.title()} (left)")


def test_nobody_has_left_only_because_the_members_are_not_known_yet(person):
    ana, ben = person(), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    ben.write("still here")
    ana.expect_texts("still here")

    # The line is open and says nothing: the history is here, the members are not.
    ana.page.route_web_socket("**/api/v1/socket", lambda socket: None)
    ana.page.reload()

    expect(head(ana, "still here")).to_have_text(ben.username.title())
    expect(by(ana.page, "connection-status")).not_to_have_attribute("data-state", "CONNECTED")

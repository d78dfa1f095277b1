"""Posts with files, as people send them: by button, paste and drop, over lines that break."""

import hashlib

import httpx
import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import go_offline, refuse
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import by
from tests.e2e.without_network import emulate_network

MIB = 1024 * 1024


server = server_of_file(NOVA_UPLOAD_MAX_MB="60")


@pytest.fixture
def writer(person, wire):
    """Somebody behind the wire, on the page of posts."""
    writer = person(origin=wire.origin)
    writer.page.get_by_role("link", name="Posts").click()
    expect(by(writer.page, "post-text")).to_be_visible()
    return writer


def picture(color="teal"):
    data = a_picture(size=(800, 500), color=color)
    return {"name": f"{color}.png", "mimeType": "image/png", "buffer": data}


def plain(name, size):
    data = b"".join(hashlib.sha256(str(block).encode()).digest() for block in range(size // 32))
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def choose(user, *files):
    by(user.page, "post-files").set_input_files(list(files))


def sent(user, name):
    return by(user.page, "post-file").filter(has_text=name)


def expect_sent(user, name, timeout=15_000):
    expect(sent(user, name)).to_have_attribute("data-state", "done", timeout=timeout)


def slow_down(user, bytes_per_second):
    emulate_network(user.page, uploadThroughput=bytes_per_second)


def test_a_post_with_a_picture_and_a_file_reaches_everybody(writer, person):
    by(writer.page, "post-text").fill("Look at this")
    choose(writer, picture("teal"), plain("notes.bin", 64))
    expect_sent(writer, "teal.png")
    expect_sent(writer, "notes.bin")
    by(writer.page, "post-publish").click()

    expect(by(writer.page, "post").first).to_contain_text("Look at this")
    expect(by(writer.page, "post-text")).to_have_value("")
    expect(by(writer.page, "post-file")).to_have_count(0)
    reader = person(path="/posts")
    post = by(reader.page, "post").first
    expect(post).to_contain_text(writer.username.title())
    expect(post.get_by_role("img", name="teal.png")).to_have_js_property("naturalWidth", 640)
    with reader.page.expect_download() as download:
        post.get_by_role("link", name="notes.bin").click()
    assert download.value.path().read_bytes() == plain("notes.bin", 64)["buffer"]


@pytest.mark.expects("status 409")
def test_a_large_file_gets_through_a_line_that_breaks_three_times(writer, wire, tmp_path):
    film = tmp_path / "film.bin"
    film.write_bytes(plain("film.bin", 50 * MIB)["buffer"])
    slow_down(writer, MIB)  # slow enough for three breaks, also on a slow machine
    by(writer.page, "post-text").fill("A film")
    by(writer.page, "post-files").set_input_files(film)
    seen = -1
    for end in (wire.reset, wire.cut, wire.hole):
        writer.page.wait_for_function(
            "seen => Number(document.querySelector('[data-testid=post-file]').dataset.percent) > seen", arg=seen + 5
        )
        end()
        writer.page.wait_for_timeout(700)  # so long nothing gets through, whether the page has noticed or not
        wire.heal()
        if end == wire.hole:
            # What met a hole stays dead without a word; a person's network would come back like this.
            wire.reset()
        seen = int(sent(writer, "film.bin").get_attribute("data-percent"))
    slow_down(writer, 1_000 * MIB)
    expect_sent(writer, "film.bin", timeout=60_000)
    writer.expect_connected()
    by(writer.page, "post-publish").click()
    link = by(writer.page, "post").first.get_by_role("link", name="film.bin")
    expect(link).to_be_visible()
    cookies = {cookie["name"]: cookie["value"] for cookie in writer.context.cookies()}
    stored = httpx.get(link.get_attribute("href"), cookies=cookies, timeout=30).content
    assert hashlib.sha256(stored).digest() == hashlib.sha256(film.read_bytes()).digest()


@pytest.mark.expects("status 422")
def test_one_refused_file_leaves_the_text_and_the_others(writer):
    by(writer.page, "post-text").fill("Two of three")
    damaged = picture("red")
    damaged["buffer"] = damaged["buffer"][:200]
    choose(writer, picture("navy"), damaged, {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""})
    expect_sent(writer, "navy.png")
    expect(sent(writer, "red.png")).to_contain_text("This image is damaged")
    expect(sent(writer, "empty.txt")).to_contain_text("This file is empty")
    expect(by(writer.page, "post-publish")).to_be_disabled()
    for name in ("red.png", "empty.txt"):
        sent(writer, name).get_by_role("button", name=f"Remove {name}").click()
    expect(by(writer.page, "post-text")).to_have_value("Two of three")
    by(writer.page, "post-publish").click()
    expect(by(writer.page, "post").first.get_by_role("img", name="navy.png")).to_be_visible()


def test_text_and_sent_files_survive_a_reload_and_a_removed_one_is_gone(writer):
    by(writer.page, "post-text").fill("Not yet")
    choose(writer, picture("olive"), plain("gone.bin", 64))
    expect_sent(writer, "olive.png")
    expect_sent(writer, "gone.bin")
    sent(writer, "gone.bin").get_by_role("button", name="Remove gone.bin").click()
    writer.page.reload()
    expect(by(writer.page, "post-text")).to_have_value("Not yet")
    expect(by(writer.page, "post-file")).to_have_count(1)
    writer.expect_connected()
    by(writer.page, "post-publish").click()
    expect(by(writer.page, "post").first).to_contain_text("Not yet")


def test_files_come_by_paste_and_by_drop(writer):
    give = """(area, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(["by " + kind], kind + ".txt", { type: "text/plain" }));
        const options = { bubbles: true, cancelable: true };
        area.dispatchEvent(kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }));
    }"""
    for kind in ("paste", "drop"):
        by(writer.page, "post-text").evaluate(give, kind)
        expect_sent(writer, f"{kind}.txt")
        expect(sent(writer, f"{kind}.txt")).to_have_count(1)


@pytest.mark.expects("lost connection")
def test_a_text_that_comes_with_its_picture_stays_a_text(writer):
    give = """(area, [kind, text, html]) => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "image.png", { type: "image/png" }));
        data.setData("text/plain", text);
        if (html) data.setData("text/html", html);
        const options = { bubbles: true, cancelable: true };
        return area.dispatchEvent(kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }));
    }"""
    field = by(writer.page, "post-text")
    table = "<table><tr><td>a</td><td>b</td></tr></table>"
    for kind in ("paste", "drop"):
        for html in (table, ""):
            assert field.evaluate(give, [kind, "a\tb\n1\t2", html]), "the browser puts the text in"
    # What comes by a later event is there: nothing of the earlier ones is on its way.
    assert not field.evaluate(give, ["paste", "/home/ana/image.png", ""])
    expect(by(writer.page, "post-file")).to_have_count(1)


def test_posts_that_cannot_be_loaded_say_so_and_come_with_a_retry(person, wire):
    reader = person(origin=wire.origin)
    expect(reader.page.get_by_role("link", name="Posts")).to_be_visible()
    reader.page.wait_for_load_state("networkidle")
    wire.cut()
    reader.page.get_by_role("link", name="Posts").click()
    expect(by(reader.page, "feed")).to_contain_text("Posts could not be loaded", timeout=30_000)
    expect(by(reader.page, "post-publish")).to_be_disabled()
    by(reader.page, "post-text").fill("written offline")
    # Before the line is there again: then the posts may come automatically, sooner than it can be pressed.
    by(reader.page, "feed-retry").click()
    wire.heal()
    expect(by(reader.page, "feed")).to_have_attribute("data-state", "ready")
    expect(by(reader.page, "post-text")).to_have_value("written offline")
    reader.expect_connected()
    by(reader.page, "post-publish").click()
    expect(by(reader.page, "post").first).to_contain_text("written offline")


@pytest.mark.expects("lost connection")
def test_signing_out_by_choice_takes_the_written_post_along(writer):
    by(writer.page, "post-text").fill("a secret")
    by(writer.page, "sign-out").click()
    writer.page.wait_for_url("**/login**")
    assert "a secret" not in writer.page.evaluate("JSON.stringify(localStorage)")


def test_what_one_does_to_a_post_the_other_sees_at_once(writer, wire, person):
    reader = person()
    place = by(reader.page, "place-posts")
    by(writer.page, "post-text").fill("Release on **Thursday**")
    by(writer.page, "post-publish").click()
    mine = by(writer.page, "post").first
    expect(mine).to_contain_text("Release on")
    expect(place).to_have_accessible_name("Posts 1 unread")
    expect(by(place, "posts-unread")).to_have_attribute("data-count", "1")
    place.click()
    theirs = by(reader.page, "post").filter(has_text="Release on")
    expect(theirs).to_contain_text("New")
    expect(place).to_have_accessible_name("Posts")
    expect(by(theirs, "post-edit")).to_have_count(0)

    by(theirs, "post-react").click()
    reader.page.locator("[data-testid=emoji-option][data-emoji='👍']").first.click()
    expect(by(mine, "reaction")).to_have_attribute("data-count", "1")
    expect(by(mine, "reaction")).to_have_attribute("data-mine", "false")
    expect(by(mine, "reaction")).to_have_accessible_name("👍: 1 other")
    by(mine, "reaction").click()
    expect(by(theirs, "reaction")).to_have_attribute("data-count", "2")
    by(mine, "post-comments").click()
    by(theirs, "post-comments").click()
    by(theirs, "comment-text").fill("Who writes the notes?")
    by(theirs, "comment-send").click()
    expect(by(mine, "comment")).to_contain_text("Who writes the notes?")
    expect(by(mine, "post-comments")).to_contain_text("1 comment")

    by(mine, "post-edit").click()
    by(mine, "post-edit-text").fill("Release on Friday")
    wire.cut()
    writer.expect_not_connected()
    expect(by(mine, "post-edit-save")).to_be_disabled()
    wire.heal()
    writer.expect_connected()
    writer.page.reload()
    writer.expect_connected()
    by(mine, "post-edit").click()
    expect(by(mine, "post-edit-text")).to_have_value("Release on Friday")
    by(mine, "post-edit-save").click()
    expect(theirs.get_by_text("(edited)")).to_be_visible()
    expect(theirs).to_contain_text("Release on Friday")
    by(theirs, "comment-text").fill("Not lost")
    by(mine, "post-delete").click()
    by(mine, "confirm-accept").click()
    expect(writer.page.get_by_text("Release on Friday")).to_have_count(0)
    gone = by(reader.page, "post").filter(has_text="Post deleted")
    expect(by(gone, "comment-text")).to_have_value("Not lost")
    reader.page.reload()
    expect(by(reader.page, "feed")).to_have_attribute("data-state", "ready")
    expect(reader.page.get_by_text("Post deleted")).to_have_count(0)
    expect(reader.page.get_by_text("Release on")).to_have_count(0)


@pytest.mark.expects("lost connection", "status 418")
def test_an_admin_whose_rights_could_not_be_asked_for_has_them_once_connected_again(writer, person, server):
    writer.post("posts", {"text": "Who may delete this?"})
    admin = person(path="")
    server.make_admin(admin.username)
    refuse(admin.page, "**/api/v1/users/me")
    admin.page.goto("/posts")
    admin.expect_connected()
    post = by(admin.page, "post").first
    expect(post).to_contain_text("Who may delete this?")
    expect(by(post, "post-delete")).to_have_count(0)
    admin.page.unroute_all()
    go_offline(admin)
    admin.context.set_offline(False)
    expect(by(post, "post-delete")).to_have_count(1)

"""Files in messages, as people send them: over lines that break, across reloads, and when one of them is refused."""

import base64
import contextlib
import hashlib
import re
import sqlite3

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import shared_server
from tests.e2e.pages import by
from tests.e2e.test_posts import MIB, picture, plain, slow_down
from tests.media import a_broken_video, a_wav, an_unknown_codec

server = shared_server()


@pytest.fixture
def pair(person, wire):
    """Two people in one group, the first behind the wire."""
    ana, ben = person(origin=wire.origin), person()
    room = ana.start_group("Plans", ben.username)
    ben.open(room)
    return ana, ben, room


def choose(user, *files):
    by(user.page, "composer-files").set_input_files(list(files))


def chip(user, name):
    return by(user.page, "composer-file").filter(has_text=name)


def files_of(row):
    return row.get_by_test_id("shown-file")


def uploads(server, user):
    """How many files the server keeps of somebody."""
    with contextlib.closing(sqlite3.connect(server.directory / "data" / "nova.db")) as database:
        statement = "SELECT count(*) FROM upload JOIN user ON user.id = owner_id WHERE username = ?"
        return database.execute(statement, (user.username,)).fetchone()[0]


def fetch(user, row, name):
    link = row.get_by_role("link", name=name)
    cookies = {cookie["name"]: cookie["value"] for cookie in user.context.cookies()}
    return httpx.get(link.get_attribute("href"), cookies=cookies, timeout=30)


def test_a_picture_and_a_file_arrive_with_their_message(pair):
    ana, ben, _ = pair
    choose(ana, picture("teal"), plain("notes.bin", 64))
    expect(chip(ana, "teal.png")).to_have_attribute("data-state", "done")
    expect(chip(ana, "notes.bin")).to_have_attribute("data-state", "done")
    ana.write("Look at this")

    expect(by(ana.page, "composer-file")).to_have_count(0)
    row = ben.row("Look at this")
    expect(row.get_by_role("img", name="teal.png")).to_have_js_property("naturalWidth", 640)
    assert fetch(ben, row, "notes.bin").content == plain("notes.bin", 64)["buffer"]
    expect(ana.row("Look at this").get_by_role("img", name="teal.png")).to_be_visible()
    ana.expect_state("Look at this", "sent", "delivered", "read")


def test_files_alone_are_a_message_with_words_of_their_own_in_the_list_and_found_by_search(pair):
    ana, ben, room = pair
    choose(ana, picture("navy"))
    by(ana.page, "composer-send").click()
    expect(files_of(ben.rows().first)).to_have_attribute("data-state", "stored")
    expect(by(ben.page, "conversation-item")).to_contain_text("Photo")
    ben.page.goto("/search?q=has%3Aimage")
    expect(ben.page.get_by_role("region", name="Results").get_by_text("navy.png")).to_be_visible()
    ben.page.goto(f"/c/{room}")
    expect(ben.rows()).to_have_count(1)


def test_what_was_attached_offline_survives_a_reload_and_goes_out_once(pair, wire, server):
    ana, ben, room = pair
    wire.cut()
    ana.expect_not_connected()
    choose(ana, picture("olive"), plain("offline.bin", 3 * MIB))
    ana.write("from a train")
    ana.expect_state("from a train", "queued")
    expect(ana.row("from a train")).to_have_attribute("data-target", "false")
    expect(files_of(ana.row("from a train"))).to_have_count(2)
    expect(by(ana.page, "composer-file")).to_have_count(0)
    ana.write("and this after it")
    ana.page.goto("about:blank")
    wire.heal()
    ana.page.goto(f"/c/{room}")

    row = ben.row("from a train")
    expect(row.get_by_role("img", name="olive.png")).to_be_visible(timeout=30_000)
    assert fetch(ben, row, "offline.bin").content == plain("offline.bin", 3 * MIB)["buffer"]
    ben.expect_texts("from a train", "and this after it")
    ana.expect_truth(room, "from a train", "and this after it")
    assert uploads(server, ana) == 2


@pytest.mark.expects("status 409")
def test_a_line_cut_and_a_reload_in_the_middle_of_an_upload_send_nothing_twice(pair, wire, server):
    ana, ben, room = pair
    sent = []
    ana.page.on("request", lambda request: request.method == "PATCH" and sent.append(request.url))
    slow_down(ana, MIB // 4)  # slow enough for two cuts, also on a slow machine
    film = plain("film.bin", 8 * MIB)
    choose(ana, film)
    ana.write("a film")
    ana.write("said after it")
    for end in (wire.reset, ana.page.reload):
        expect(files_of(ana.row("a film"))).to_have_attribute("data-percent", re.compile(r"\d"))
        seen = int(files_of(ana.row("a film")).get_attribute("data-percent"))
        ana.page.wait_for_function(
            "seen => Number(document.querySelector('[data-testid=shown-file]')?.dataset.percent) > seen + 6",
            arg=seen,
        )
        ana.expect_state("a film", "queued")
        ana.expect_state("said after it", "queued")
        end()
    slow_down(ana, 100 * MIB)
    row = ben.row("a film")
    expect(row).to_be_visible(timeout=60_000)
    ben.expect_texts("a film", "said after it")
    ana.expect_truth(room, "a film", "said after it")
    stored = fetch(ben, row, "film.bin").content
    assert hashlib.sha256(stored).digest() == hashlib.sha256(film["buffer"]).digest()
    assert uploads(server, ana) == 1
    assert len([url for url in sent if url.endswith("offset=0")]) == 1, "it went on where it was"


def test_of_two_tabs_one_carries_a_file_and_the_other_goes_on_when_that_is_closed(pair, server):
    ana, ben, room = pair
    other = ana.new_page()
    sent = []
    for page in (ana.page, other):
        page.on("request", lambda request: request.method == "PATCH" and sent.append(request.url))
    other.goto(f"/c/{room}")
    ana.expect_connected(other)
    slow_down(ana, MIB // 2)
    film = plain("film.bin", 8 * MIB)
    choose(ana, film)
    ana.write("a film")
    expect(files_of(ana.rows(other))).to_have_attribute("data-state", "waiting")
    ana.page.wait_for_function("() => document.querySelector('[data-testid=shown-file]')?.dataset.percent > 20")
    ana.page.close()

    expect(ben.row("a film")).to_be_visible(timeout=30_000)
    ana.expect_truth(room, "a film", page=other)
    stored = fetch(ben, ben.row("a film"), "film.bin").content
    assert hashlib.sha256(stored).digest() == hashlib.sha256(film["buffer"]).digest()
    assert uploads(server, ana) == 1
    assert len([url for url in sent if url.endswith("offset=0")]) == 1


@pytest.mark.expects("status 422")
def test_one_refused_file_fails_the_message_with_its_reason_and_loses_nothing(pair, wire):
    ana, ben, room = pair
    damaged = picture("red")
    damaged["buffer"] = damaged["buffer"][:200]
    wire.cut()
    ana.expect_not_connected()
    choose(ana, picture("lime"), damaged)
    ana.write("two pictures")
    wire.heal()
    ana.expect_state("two pictures", "failed")
    expect(ana.row("two pictures")).to_contain_text("red.png: This image is damaged")
    ana.write("said meanwhile")
    ben.expect_texts("said meanwhile")

    expect(ana.row("two pictures").get_by_role("button", name="Retry")).to_have_count(0)
    ana.row("two pictures").get_by_role("button", name="Edit").click()
    expect(by(ana.page, "composer")).to_have_value("two pictures")
    expect(chip(ana, "lime.png")).to_have_attribute("data-state", "done")
    expect(chip(ana, "red.png")).to_contain_text("This image is damaged")
    expect(by(ana.page, "composer-send")).to_be_disabled()
    chip(ana, "red.png").get_by_role("button", name="Remove red.png").click()
    by(ana.page, "composer-send").click()

    expect(ben.row("two pictures").get_by_role("img", name="lime.png")).to_be_visible()
    ana.expect_truth(room, "said meanwhile", "two pictures")


def test_files_come_by_paste_and_by_drop_and_stay_with_their_conversation(pair):
    ana, ben, _ = pair
    give = """(area, kind) => {
        const data = new DataTransfer();
        data.items.add(new File(["by " + kind], kind + ".txt", { type: "text/plain" }));
        const options = { bubbles: true, cancelable: true };
        area.dispatchEvent(kind === "paste"
            ? new ClipboardEvent("paste", { ...options, clipboardData: data })
            : new DragEvent("drop", { ...options, dataTransfer: data }));
    }"""
    by(ana.page, "composer").evaluate(give, "paste")
    by(ana.page, "timeline").evaluate(give, "drop")
    for kind in ("paste", "drop"):
        expect(chip(ana, f"{kind}.txt")).to_have_attribute("data-state", "done")
    first = ana.conversation_id
    ana.start_group("Elsewhere", ben.username)
    expect(by(ana.page, "composer-file")).to_have_count(0)
    ana.open(first)
    expect(by(ana.page, "composer-file")).to_have_count(2)
    chip(ana, "drop.txt").get_by_role("button", name="Remove drop.txt").click()
    by(ana.page, "composer-send").click()
    expect(files_of(ben.rows().first)).to_contain_text("paste.txt")


def test_a_text_that_comes_with_its_picture_stays_a_text(pair):
    ana, *_ = pair
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
    field = by(ana.page, "composer")
    table = "<table><tr><td>a</td><td>b</td></tr></table>"
    for kind in ("paste", "drop"):
        for html in (table, ""):
            assert field.evaluate(give, [kind, "a\tb\n1\t2", html]), "the browser puts the text in"
    # What comes by a later event is there: nothing of the earlier ones is on its way.
    assert not field.evaluate(give, ["paste", "/home/ana/image.png", ""])
    expect(by(ana.page, "composer-file")).to_have_count(1)


TONE_IS_KNOWN = "audio => audio.readyState > 0 && Math.abs(audio.duration - 0.5) < 0.05"


def test_sound_plays_in_its_place_and_a_picture_is_described(pair):
    ana, ben, _ = pair
    tone = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": a_wav(0.5)}
    choose(ana, picture("teal"), tone)
    expect(chip(ana, "teal.png").locator("img")).to_have_js_property("complete", value=True)
    by(ana.page, "composer-file-alt").fill("A box of teal")
    expect(chip(ana, "tone.wav")).to_have_attribute("data-state", "done")
    ana.write("Listen")

    row = ben.row("Listen")
    expect(row.get_by_role("img", name="A box of teal")).to_have_js_property("complete", value=True)
    player = by(row, "player")
    expect(player).to_have_attribute("aria-label", "tone.wav")
    ben.page.wait_for_function(TONE_IS_KNOWN, arg=player.element_handle())
    assert fetch(ben, row, "tone.wav").content == tone["buffer"]
    ben.page.get_by_role("link", name="A box of teal").click()
    expect(by(ben.page, "lightbox").get_by_text("A box of teal")).to_be_visible()


RECORD = """async () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 64;
    const paint = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start(100);
    const begin = performance.now();
    while (performance.now() - begin < 1_500) {
        paint.fillStyle = `hsl(${performance.now() % 360}, 80%, 50%)`;
        paint.fillRect(0, 0, 64, 64);
        await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
PLAY = """async (video) => {
    video.muted = true;
    await video.play();
    const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
    while (frames() < 3) await new Promise(requestAnimationFrame);
    video.pause();
    video.currentTime = 0.5;
    await new Promise((done) => (video.onseeked = done));
    return [video.currentTime, video.videoWidth, video.error];
}"""


def test_a_film_is_played_and_sought_in_and_what_cannot_be_played_says_so(pair):
    ana, ben, _ = pair
    film = base64.b64decode(ana.page.evaluate(RECORD))
    files = {"film.webm": film, "broken.webm": a_broken_video(), "other.mp4": an_unknown_codec()}
    ranges = []
    ben.page.on("request", lambda request: ranges.append(request.headers.get("range", "")))
    choose(ana, *({"name": name, "mimeType": "video/webm", "buffer": data} for name, data in files.items()))
    for name in files:
        expect(chip(ana, name)).to_have_attribute("data-state", "done")
    ana.write("Watch")

    row = ben.row("Watch")
    players, notes = by(row, "player"), by(row, "player-note")
    assert players.nth(0).evaluate(PLAY) == [0.5, 64, None]
    assert any(wanted.startswith("bytes=") for wanted in ranges)
    expect(notes.nth(0)).to_be_hidden()
    for at, name in ((1, "broken.webm"), (2, "other.mp4")):
        expect(notes.nth(at)).to_contain_text("cannot play this file. Download it")
        expect(players.nth(at)).to_be_hidden()
        assert fetch(ben, row, name).content == files[name]


def test_a_picture_is_swiped_away_and_closed_when_its_message_is_deleted(pair):
    ana, ben, room = pair
    choose(ana, picture("teal"), picture("navy"))
    for name in ("teal.png", "navy.png"):
        expect(chip(ana, name)).to_have_attribute("data-state", "done")
    ana.write("Two")
    ben.row("Two").get_by_role("link", name="teal.png").click()
    title = by(ben.page, "lightbox").get_by_role("heading")
    box = ben.page.locator(".lightbox-stage").bounding_box()
    middle = box["y"] + box["height"] / 2

    ben.page.mouse.move(box["x"] + 600, middle)
    ben.page.mouse.down()
    ben.page.mouse.move(box["x"] + 400, middle + 10, steps=4)
    ben.page.mouse.up()
    expect(title).to_have_text("navy.png")

    history = ana.context.request.get(f"/api/v1/conversations/{room}/messages").json()
    message_id = history["items"][-1]["message_id"]
    assert ana.context.request.delete(f"/api/v1/conversations/{room}/messages/{message_id}").status == 204
    expect(by(ben.page, "lightbox")).to_be_hidden()

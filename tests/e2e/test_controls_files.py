"""The controls for files: of a message by button, paste and drop, and of a post."""

import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import (
    WIDE,
    choose,
    drop,
    fresh,
    go_offline,
    is_focused,
    is_gone,
    is_there,
    open_empty,
    paste_picture,
)
from tests.controls.ledger import use
from tests.controls.widths import widths_and_offline
from tests.e2e.conftest import server_of_file
from tests.e2e.pages import by

# Less space than the largest file needs.
server = server_of_file(NOVA_UPLOAD_QUOTA_MB="1")


MIB = 1024 * 1024


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two notes, a picture, and a file that the server has no space for."""
    place = tmp_path_factory.mktemp("files")
    picture = a_picture(size=(40, 30), color="teal")
    contents = {"note.txt": b"a note", "dropped.txt": b"dropped", "teal.png": picture, "large.bin": bytes(2 * MIB)}
    for name, content in contents.items():
        (place / name).write_bytes(content)
    return place


class Composer:
    """Where the files of a message are chosen."""

    name, button, field, zone, text = (
        "composer-file",
        "composer-attach",
        "composer-files",
        "conversation-drop",
        "composer",
    )

    @staticmethod
    def open(user):
        open_empty(user, user.make_group(fresh("Files")))

    @staticmethod
    def close(user):
        """Each visit is to a conversation of its own."""

    @staticmethod
    def send(user):
        by(user.page, "composer-send").click()
        return user.rows()


class Post:
    """Where the files of a post are chosen."""

    name, button, field = "post-file", "post-attach", "post-files"
    zone, text = "post-drop", "post-text"

    @staticmethod
    def open(user):
        user.page.goto("/posts")
        expect(by(user.page, "post-text")).to_be_enabled()

    @staticmethod
    def close(user):
        """Take away what the next visit would find again."""
        take_away(user, Post)

    @staticmethod
    def send(user):
        by(user.page, "post-text").fill(fresh("With files"))
        by(user.page, "post-publish").click()
        return by(user.page, "post").filter(has_text=by(user.page, "post-text").input_value())


@pytest.fixture
def visit(guest):
    """Opens a place where files are chosen, connected; what was chosen is gone afterwards."""
    visited = []

    def open_place(place, **options):
        user = guest("", **options)
        place.open(user)
        user.expect_connected()
        visited.append((user, place))
        return user

    yield open_place
    for user, place in visited:
        place.close(user)


PLACES = pytest.mark.parametrize("place", [Composer, Post], ids=["composer", "post"])


def take_away(user, place):
    """Remove every file that was chosen."""
    files = by(user.page, place.name)
    while files.count():
        by(user.page, f"{place.name}-remove").first.click()
    expect(files).to_have_count(0)


def chip(user, place, name):
    return by(user.page, place.name).filter(has_text=name)


def state_of(chip):
    return lambda: chip.count() == 1 and chip.get_attribute("data-state")


@pytest.mark.expects("lost connection")
@PLACES
def test_files_are_chosen_pasted_dropped_and_removed(visit, files, place):
    user = visit(place)
    page = user.page
    note = chip(user, place, "note.txt")
    for _ in widths_and_offline(user):
        with use(page, place.field, effect="takes the file that was chosen", holds=is_there(note)):
            choose(user, place.button, files / "note.txt")
        dropped = chip(user, place, "dropped.txt")
        with use(page, place.zone, effect="takes the file that was dropped", holds=is_there(dropped)):
            drop(user, place.zone, files / "dropped.txt")
        pasted = chip(user, place, "image.png")
        with use(page, f"{place.text}+paste", effect="takes the picture from the clipboard", holds=is_there(pasted)):
            paste_picture(user, place.text)
        with use(page, f"{place.name}-remove", effect="takes the file away", holds=is_gone(dropped)):
            by(dropped, f"{place.name}-remove").click()
        assert is_there(note)()
        take_away(user, place)


@pytest.mark.expects("lost connection", "status 413")
@PLACES
def test_a_file_that_failed_is_sent_again(visit, files, place):
    user = visit(place)
    page, requests = user.page, []
    choose(user, place.button, files / "large.bin")
    large = chip(user, place, "large.bin")
    page.on("request", lambda request: "/uploads" in request.url and requests.append(request.url))
    for _, is_offline in widths_and_offline(user):
        expect(large).to_have_attribute("data-state", "failed")
        requests.clear()
        holds = (lambda: state_of(large)() not in {"failed", False}) if is_offline else lambda: bool(requests)
        with use(page, f"{place.name}-retry", effect="sends the file again", holds=holds):
            by(large, f"{place.name}-retry").click()
        if not is_offline:
            expect(large).to_have_attribute("data-state", "failed")


def shows(page, name):
    """Whether the viewer shows this picture."""
    title = by(page, "lightbox").get_by_role("heading")
    return lambda: title.is_visible() and title.inner_text() == name


def step_through(page, first, second):
    """Go to and fro between two pictures, by button and key."""
    with use(page, "lightbox-next", effect="shows the next picture", holds=shows(page, second)):
        by(page, "lightbox-next").click()
    with use(page, "lightbox-previous", effect="shows the one before", holds=shows(page, first)):
        by(page, "lightbox-previous").click()
    with use(page, "lightbox-next+ArrowRight", effect="shows the next picture", holds=shows(page, second)):
        page.keyboard.press("ArrowRight")
    with use(page, "lightbox-previous+ArrowLeft", effect="shows the one before", holds=shows(page, first)):
        page.keyboard.press("ArrowLeft")


def send_files(user, place):
    """Send two pictures and a note; gives the names of the pictures and the first of them as it is shown."""
    page = user.page
    names = [f"{fresh('teal').replace(' ', '-')}.png" for _ in range(2)]
    pictures = [{"name": name, "mimeType": "image/png", "buffer": a_picture(size=(40, 30))} for name in names]
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"a note"}
    by(page, place.field).set_input_files([*pictures, note])
    for name in (*names, "note.txt"):
        expect(chip(user, place, name)).to_have_attribute("data-state", "done")
    if place is Composer:
        with use(page, "composer-file-alt", effect="describes it", holds=reads_description(page, "A teal box")):
            by(chip(user, place, names[0]), "composer-file-alt").press_sequentially("A teal box")
    place.send(user)
    shown = by(page, "shown-file").and_(page.locator(f"[data-name='{names[0]}']:is(a)"))
    expect(shown).to_be_visible()
    return names, shown


@pytest.mark.expects("lost connection")
@PLACES
def test_files_that_arrived_are_looked_at_and_saved(visit, files, place):
    user, saved = visit(place), []
    page = user.page
    page.on("download", lambda download: saved.append(download.suggested_filename))
    for _, is_offline in widths_and_offline(user):
        if not is_offline:  # what was sent on the wide screen is looked at without a network
            names, shown = send_files(user, place)
        saved.clear()
        with use(page, "shown-file", effect="shows the picture large", holds=shows(page, names[0])):
            shown.click()
        step_through(page, *names)
        if not is_offline:
            with use(page, "lightbox-download", effect="saves the picture", holds=lambda: saved == names[:1]):
                by(page, "lightbox-download").click()
        closed = is_focused(page, "shown-file")
        with use(page, "lightbox-close+Escape", effect="closes it, at the picture", holds=closed):
            page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        expect(by(page, "lightbox")).to_be_visible()
        with use(page, "lightbox-close", effect="closes it, at the picture", holds=closed):
            by(page, "lightbox-close").click()
        if is_offline:
            return
        text = by(page, "shown-file").filter(has_text="note.txt").first
        with use(page, "shown-file", effect="saves the file under its name", holds=lambda: saved[1:] == ["note.txt"]):
            text.click()


@pytest.mark.expects("lost connection")
def test_a_picture_is_described_without_a_network(visit):
    user = visit(Composer, size=WIDE)
    page = user.page
    picture = {"name": "teal.png", "mimeType": "image/png", "buffer": a_picture(size=(40, 30))}
    by(page, "composer-files").set_input_files([picture])
    expect(chip(user, Composer, "teal.png")).to_have_attribute("data-state", "done")
    go_offline(user)
    with use(page, "composer-file-alt", effect="describes it", holds=reads_description(page, "A teal box")):
        by(page, "composer-file-alt").press_sequentially("A teal box")


def reads_description(page, text):
    field = by(page, "composer-file-alt").first
    return lambda: field.input_value() == text

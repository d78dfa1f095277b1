"""What strangers write into texts, names and files is read everywhere, and never becomes a part of the page."""

import contextlib
import json
import re
import uuid

import httpx
import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import NARROW, WIDE
from tests.e2e.conftest import shared_server
from tests.e2e.injection import CANARY, CORPORA, find_faults, is_readable, letters, read_corpus
from tests.e2e.pages import PASSWORD, by, open_new_group, usernames

server = shared_server()
NOTIFIED = """
window.notified = [];
window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) { window.notified.push({ title, body }); }
    close() {}
};
localStorage.setItem("nova:notifications", "1");
"""
PAGE_TEXTS = """rows => rows.map((row) => {
    const text = row.querySelector(".row-text").cloneNode(true);
    for (const button of text.querySelectorAll("button")) button.remove();
    return text.textContent;
})"""
PICTURE = {"name": "x.png", "mimeType": "image/png"}


class Stranger:
    """Somebody who uses the API only."""

    def __init__(self, origin, display_name):
        self.username = next(usernames)
        self._client = httpx.Client(base_url=f"{origin}/api/v1/")
        self.answer = self.call("POST", "auth/register", json=self._account(display_name))

    def close(self):
        self._client.close()

    def _account(self, display_name):
        return {"username": self.username, "display_name": display_name, "password": PASSWORD}

    def call(self, method, path, **request):
        return self._client.request(method, path, headers={"Idempotency-Key": str(uuid.uuid4())}, **request)

    def do(self, method, path, **request):
        answer = self.call(method, path, **request)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def upload(self, name, content):
        # As browsers write a name that is not plain ASCII.
        quoted = name.replace('"', "%22").encode()
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n' % quoted
        body = head + content + b"\r\n--x--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Idempotency-Key": str(uuid.uuid4())}
        answer = self._client.post("uploads", content=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()["id"]


class Scene:
    """A group with everything of a corpus in it: every name speaks, and every text is said, edited and quoted."""

    def __init__(self, origin, reader, corpus):
        self.corpus = corpus
        self.title = corpus.titles[0]
        self.people = [Stranger(origin, name) for name in corpus.names]
        assert [person.answer.status_code for person in self.people] == [201] * len(corpus.names)
        self.host = self.people[0]
        members = [reader, *(person.username for person in self.people[1:])]
        group = {"kind": "group", "title": self.title, "members": members}
        self.room = self.host.do("POST", "conversations", json=group)["id"]
        self.place = f"conversations/{self.room}/messages"
        self.say_all()
        self.publish()

    def say_all(self):
        for at, text in enumerate(self.corpus.texts):
            self.people[at % len(self.people)].do("POST", self.place, json={"text": text})
        for title in self.corpus.titles[1:]:
            self.host.do("PATCH", f"conversations/{self.room}", json={"title": title})
        self.host.do("PATCH", f"conversations/{self.room}", json={"title": self.title})
        for at, person in enumerate(self.people):
            person.do("PATCH", "users/me", json={"status": self.corpus.titles[at % len(self.corpus.titles)]})
        first = self.host.do("GET", f"{self.place}?limit=1")["items"][0]
        for person in self.people:
            person.do("PUT", f"{self.place}/{first['message_id']}/reactions/%F0%9F%91%8D")
        for answer in self.refusals(first["message_id"]):
            assert answer.status_code in (404, 422), answer.text
        self.quoted = first
        files = [self.host.upload(name, a_picture()) for name in self.corpus.file_names]
        files += [self.host.upload(name, b"plain") for name in self.corpus.file_names[:4]]
        described = dict(zip(files, self.corpus.texts, strict=False))
        self.host.do("POST", self.place, json={"text": "", "upload_ids": files, "alt_texts": described})

    def refusals(self, message_id):
        """What the server must not take, here and as the name of somebody new."""
        for emoji in self.corpus.not_emoji:
            quoted = httpx.URL("/", params={"e": emoji}).query.decode()[2:]
            yield self.host.call("PUT", f"{self.place}/{message_id}/reactions/{quoted}")
        for name in self.corpus.refused_names:
            yield self.host.call("PATCH", "users/me", json={"display_name": name})
            yield self.host.call("PATCH", f"conversations/{self.room}", json={"title": name})

    def publish(self):
        post = self.host.do("POST", "posts", json={"text": "\n".join(self.corpus.texts[:30])})
        for at, text in enumerate(self.corpus.texts[:20]):
            self.people[at % len(self.people)].do("POST", f"posts/{post['id']}/comments", json={"text": text})
        for text in self.corpus.texts[::6]:
            self.host.do("POST", "posts", json={"text": text})

    def quote_and_edit(self, text):
        """The newest message, which quotes, and which was edited; where the reader is looking elsewhere."""
        quoting = {"text": text, "reply_to": self.quoted["message_id"]}
        newest = self.host.do("POST", self.place, json=quoting)
        self.host.do("PATCH", f"{self.place}/{newest['message_id']}", json={"text": text + "!"})


@pytest.fixture
def make_scene(server):
    """Makes a scene, and lets its people go."""
    with contextlib.ExitStack() as stack:

        def make(reader, corpus):
            scene = Scene(server.origin, reader, corpus)
            for person in scene.people:
                stack.callback(person.close)
            return scene

        yield make


@pytest.mark.expects("status 404", "status 422")
@pytest.mark.parametrize(("name", "size"), list(zip(CORPORA, (WIDE, NARROW), strict=True)), ids=CORPORA)
def test_nothing_that_is_written_becomes_a_part_of_any_page(person, make_scene, name, size):
    corpus = read_corpus(name)
    ana = person(viewport=size, script=CANARY + NOTIFIED)
    page = ana.page
    asked = []
    ana.context.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    scene = make_scene(ana.username, corpus)
    seen = []

    def check(screen, *texts):
        """Look at what is on the screen: it consists of what pages consist of, and these texts can be read."""
        shown = letters(page.locator("body").inner_text() + page.title())
        missing = [text for text in texts if letters(text)[:24] not in shown]
        seen.append((screen, [*find_faults(page, page.content_of_server), *missing]))

    def visit(path):
        page.content_of_server = page.goto(path).text()
        ana.expect_connected()

    _read_conversation(ana, scene, visit, check)
    _read_dialogs(ana, scene, check)
    _write(ana, scene, visit, check)
    _read_posts_and_hits(ana, scene, visit, check)
    assert [(screen, faults) for screen, faults in seen if faults] == []
    foreign = [url for url in asked if not re.match(r"(https?|wss?)://localhost[:/]|(blob|data):", url)]
    assert foreign == []
    assert len(seen) >= 14


def _read_conversation(ana, scene, visit, check):
    page, corpus = ana.page, scene.corpus
    visit("/")
    page.evaluate("Object.defineProperty(document, 'hasFocus', { value: () => false })")
    scene.quote_and_edit(corpus.texts[1])
    page.wait_for_function("() => window.notified.length > 0")
    (notified,) = page.evaluate("window.notified")
    assert letters(corpus.names[0])[:8] in letters(json.dumps(notified, ensure_ascii=False))
    expect(ana.item(scene.room)).to_be_visible()
    check("list", scene.title)
    visit(f"/c/{scene.room}")
    rows = ana.rows().filter(has=page.locator(".row-text"))
    expect(ana.row(corpus.texts[1] + "!")).to_be_visible()
    page.locator(".older").first.scroll_into_view_if_needed()
    expect(rows).to_have_count(len(corpus.texts) + 1)
    if any("```js" in text or "```html" in text for text in corpus.texts):
        expect(page.locator("pre .hljs-keyword, pre .hljs-tag, pre .hljs-name").first).to_be_attached()
    shown = rows.evaluate_all(PAGE_TEXTS)
    unreadable = [pair for pair in zip(corpus.texts, shown, strict=False) if not is_readable(*pair)]
    assert unreadable == []
    check("conversation", *corpus.names, scene.title, *corpus.titles[1:])
    expect(page).to_have_title(re.compile(re.escape(scene.title[:20])))
    names = by(page, "reaction").first.get_attribute("aria-label")
    assert letters(corpus.names[1]) in letters(names)


def _read_dialogs(ana, scene, check):
    page, corpus = ana.page, scene.corpus
    edited = ana.row(corpus.texts[1] + "!")
    by(edited, "message-versions").click()
    expect(by(page, "version")).to_have_count(2)
    check("versions", corpus.texts[1])
    by(page, "versions-close").click()
    edited.hover()
    by(page, "message-more").click()
    by(page, "message-details").click()
    expect(by(page, "message-info-why")).to_be_visible()
    check("message info", corpus.texts[1])
    by(page, "receipts-close").click()
    by(page, "details-open").click()
    expect(by(page, "member")).to_have_count(len(scene.people) + 1)
    check("details", scene.title, *corpus.names)
    by(page, "details-close").click()
    picture = by(page, "shown-file").and_(page.locator("a.picture")).first
    picture.click()
    expect(by(page, "lightbox")).to_be_visible()
    check("lightbox", corpus.texts[0])
    by(page, "lightbox-close").click()


def _write(ana, scene, visit, check):
    page, corpus = ana.page, scene.corpus
    composer = by(page, "composer")
    composer.press_sequentially("@")
    expect(by(page, "mention-list")).to_contain_text(corpus.names[0])
    check("mentions", *corpus.names[:4])
    composer.fill(corpus.texts[0])
    by(page, "composer-files").set_input_files({**PICTURE, "name": corpus.file_names[0], "buffer": a_picture()})
    check("draft", corpus.file_names[0])
    ana.context.set_offline(True)
    ana.expect_not_connected()
    composer.fill(corpus.texts[2])
    composer.press("Enter")
    expect(ana.rows().last).to_have_attribute("data-state", "queued")
    check("waiting")
    ana.context.set_offline(False)
    ana.expect_connected()
    composer.fill(corpus.texts[3])
    visit("/")
    open_new_group(page)
    by(page, "conversation-title").fill(corpus.titles[1])
    by(page, "conversation-members").fill(corpus.titles[0].replace(",", " "))
    by(page, "conversation-create").click()
    expect(page.locator(".dialog [role=alert]:not(:empty)").first).to_be_visible()
    check("new chat")


def _read_posts_and_hits(ana, scene, visit, check):
    page, corpus = ana.page, scene.corpus
    visit("/posts")
    wordy = by(page, "post").filter(has_text=corpus.names[0]).last
    expect(wordy).to_be_visible()
    by(wordy, "post-comments").click()
    expect(by(page, "comment").first).to_be_visible()
    check("posts", corpus.names[0])
    visit("/search?q=window*")
    expect(by(page, "search-hit").first).to_be_visible()
    by(page, "search-context").first.click()
    expect(page.locator(".context").first).to_be_visible()
    check("search", scene.title)
    visit(f"/search?q={httpx.QueryParams({'q': corpus.texts[0]})['q']}".replace("#", "%23"))
    check("query")
    visit("/settings")
    expect(by(page, "settings")).to_have_attribute("data-state", "ready")
    check("settings")

"""What a person does in Nova's pages."""

from __future__ import annotations

import re

from playwright.sync_api import expect

PASSWORD = "correct horse battery"


def by(page, testid):
    return page.get_by_test_id(testid)


class Person:
    """Somebody with a browser profile of their own."""

    def __init__(self, context, username):
        self.context = context
        self.username = username
        self.errors = []
        self.page = self.new_page()

    def new_page(self):
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def register(self):
        self.page.goto("/register")
        by(self.page, "auth-username").fill(self.username)
        by(self.page, "auth-display-name").fill(self.username.title())
        by(self.page, "auth-password").fill(PASSWORD)
        by(self.page, "auth-submit").click()
        self.expect_connected()

    def sign_in(self):
        self.page.goto("/login")
        by(self.page, "auth-username").fill(self.username)
        by(self.page, "auth-password").fill(PASSWORD)
        by(self.page, "auth-submit").click()
        self.expect_connected()

    def expect_connected(self, page=None):
        expect(by(page or self.page, "connection-status")).to_have_attribute("data-state", "CONNECTED")

    def expect_not_connected(self):
        expect(by(self.page, "connection-status")).not_to_have_attribute("data-state", "CONNECTED")

    def start_group(self, title, *members):
        before = self.page.url
        by(self.page, "conversation-new").click()
        by(self.page, "conversation-title").fill(title)
        by(self.page, "conversation-members").fill(", ".join(members))
        by(self.page, "conversation-create").click()
        self.page.wait_for_url(lambda url: url != before and re.search(r"/c/[0-9a-f-]{36}", url) is not None)
        expect(by(self.page, "composer")).to_be_enabled()
        return self.conversation_id

    @property
    def conversation_id(self):
        return self.page.url.rstrip("/").rsplit("/", 1)[-1]

    def open(self, conversation_id):
        item = by(self.page, "conversation-item").and_(self.page.locator(f'[data-conversation-id="{conversation_id}"]'))
        item.click()
        expect(by(self.page, "composer")).to_be_enabled()

    def write(self, text):
        composer = by(self.page, "composer")
        composer.fill(text)
        composer.press("Enter")

    def rows(self, page=None):
        return by(page or self.page, "message")

    def row(self, text):
        return self.rows().filter(has_text=text)

    def expect_texts(self, *texts, page=None):
        expect(self.rows(page)).to_have_count(len(texts))
        for position, text in enumerate(texts):
            expect(self.rows(page).nth(position)).to_contain_text(text)

    def expect_state(self, text, *states):
        expect(self.row(text)).to_have_attribute("data-state", re.compile(f"^({'|'.join(states)})$"))

    def seqs(self, page=None):
        return [int(row.get_attribute("data-seq")) for row in self.rows(page).all()]

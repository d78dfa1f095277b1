"""People in a group on several devices, with faults: every device shows what the model says, after every step.

The server and the browser runtime are the real ones, over real sockets; the model (``model.py``) knows neither.
"""

from __future__ import annotations

import contextlib
import itertools
from pprint import pformat

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.messaging.browser_device import BrowserDevice
from tests.messaging.live_server import LiveServer
from tests.messaging.model import Act, Device, Log
from tests.processes import until

USERS = ("ana", "ana", "ben", "cleo")
"""Whose the devices are."""
EMOJI = ("👍", "❤️")
numbers = itertools.count(1)
devices, picks = st.integers(0, len(USERS) - 1), st.integers(0, 30)
faults = st.sampled_from(["", "", "up", "down"])
"""What happens to the line in the middle of an act: nothing, it loses what leaves, or what arrives."""


class Messaging(RuleBasedStateMachine):
    """Three people in a group, one of them with two devices."""

    server = None
    browsers = ()
    clients = None
    """Signed in as each of the people."""

    @initialize()
    def begin(self):
        others = [client.me["username"] for name, client in self.clients.items() if name != "ana"]
        body = {"kind": "group", "title": "Model", "members": others}
        answer = self.clients["ana"].post("/api/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        self.room = answer.json()["id"]
        self.log = Log(self.clients)
        self.log.seq = answer.json()["last_seq"]
        self.devices = [Device(name, self.log) for name in USERS]
        for device, browser in self.pairs():
            client = self.clients[device.user]
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
            browser.ask("start", me=client.me, cookie=cookie, room=self.room)
        self.compare()

    def pairs(self):
        return zip(self.devices, self.browsers, strict=True)

    def teardown(self):
        if not hasattr(self, "room"):
            return
        for at, device in enumerate(self.devices):
            if not device.is_online:
                self._connect(at)
            self.compare()
        self._expect_log()

    @rule(at=devices, fault=faults)
    def write(self, at, fault):
        text = self._text()
        self._act(at, fault, lambda browser: Act("send", browser.ask("write", text=text), text=text))

    @rule(at=devices, fault=faults, pick=picks)
    def reply(self, at, fault, pick):
        target = self._pick(at, pick, lambda row: not row["is_deleted"])
        if target:
            text = self._text()
            send = {"text": text, "reply_to": target}
            self._act(at, fault, lambda browser: Act("send", browser.ask("write", **send), **send))

    @rule(at=devices, fault=faults, pick=picks)
    def edit(self, at, fault, pick):
        target = self._pick(at, pick, lambda row: not row["is_deleted"] and row["is_mine"])
        if target:
            text, version = self._text(), self._version(at, target)
            act = Act("edit", text, target, text, version)
            self._act(at, fault, lambda browser: browser.ask("edit", key=target, text=text) or act)

    @rule(at=devices, fault=faults, pick=picks)
    def delete(self, at, fault, pick):
        is_admin = self.devices[at].user == "ana"
        target = self._pick(at, pick, lambda row: not row["is_deleted"] and (is_admin or row["is_mine"]))
        if target:
            act = Act("delete", self._text(), target)
            self._act(at, fault, lambda browser: browser.ask("delete", key=target) or act)

    @rule(at=devices, fault=faults, pick=picks, emoji=st.sampled_from(EMOJI))
    def react(self, at, fault, pick, emoji):
        target = self._pick(at, pick, lambda row: not row["is_deleted"])
        if target:
            row = next(row for row in self.devices[at].rows() if row["key"] == target)
            is_on = not row["reactions"].get(emoji, (0, False))[1]
            act = Act("react", self._text(), target, emoji=emoji, is_on=is_on)
            self._act(at, fault, lambda browser: browser.ask("react", key=target, emoji=emoji, on=is_on) or act)

    @rule(at=devices, pick=picks, emoji=st.sampled_from(EMOJI), is_cut=st.booleans())
    def react_again(self, at, pick, emoji, is_cut):
        """A reaction that is stored is taken off, or put back, perhaps without a connection."""
        self.connect(at)
        for _ in range(2):
            self.react(at, "", pick, emoji)
        if is_cut:
            self.cut(at)
        for _ in range(2 - is_cut):
            self.react(at, "", pick, emoji)
        self.connect(at)

    @rule(pick=picks, is_both=st.booleans())
    def edit_offline(self, pick, is_both):
        """Two devices of one person edit the same message without a connection."""
        both = [at for at, device in enumerate(self.devices) if device.user == "ana"]
        for at in both:
            self.connect(at)
        self._have_own(both[0])
        for at in both[: 1 + is_both]:
            self.cut(at)
        for at in both:
            self.edit(at, "", pick)
        for at in both:
            self.connect(at)

    @rule(at=devices, fault=st.sampled_from(["up", "down"]), pick=picks, is_other=st.booleans())
    def edit_again(self, at, fault, pick, is_other):
        """An edit follows another one that may be on the server, and perhaps one of another device."""
        self._have_own(at)
        self.edit(at, fault, pick)
        self.edit(at, "", pick)
        if is_other and self.devices[at].user == "ana":
            self.edit(1 - at, "", pick)
        self.connect(at)

    def _have_own(self, at):
        if not self._pick(at, 0, lambda row: row["is_mine"] and not row["is_deleted"]):
            self.write(at, "")

    @rule(at=devices)
    def cut(self, at):
        if self.devices[at].is_online:
            self.browsers[at].ask("cut")
            self.devices[at].lose()
            self.compare()

    @rule(at=devices)
    def connect(self, at):
        if not self.devices[at].is_online:
            self._connect(at)
            self.compare()

    @rule(at=devices)
    def reload(self, at):
        """A page that is killed comes back with a connection."""
        self.browsers[at].ask("reload")
        if not self.devices[at].is_online:
            self._connect(at)
        self.compare()

    @rule(at=devices, times=st.sampled_from([1, 6]))
    def break_storage(self, at, times):
        self.browsers[at].ask("break_storage", times=times)

    @rule()
    def restart(self):
        """The server ends and begins again; pages notice by themselves, and dial at once here."""
        self.server.stop()
        self.server.start()
        for device, browser in self.pairs():
            if device.is_online:
                browser.ask("restore")
        self.compare()

    @precondition(lambda self: "cleo" in self.log.members)
    @rule()
    def remove(self):
        path = f"/api/v1/conversations/{self.room}/members/{self.clients['cleo'].me['user_id']}"
        assert self.clients["ana"].delete(path).is_success
        self.log.members.remove("cleo")
        self.log.count()
        for device in self.devices:
            if device.user == "cleo" and device.is_online:
                device.leave()
        self.compare()

    @precondition(lambda self: "cleo" not in self.log.members)
    @rule()
    def add(self):
        path, body = f"/api/v1/conversations/{self.room}/members", {"usernames": [self.clients["cleo"].me["username"]]}
        assert self.clients["ana"].post(path, json=body).is_success
        self.log.members.add("cleo")
        self.log.count()
        for device in self.devices:
            if device.user == "cleo" and device.is_online:
                device.connect()
        self.compare()

    def _text(self):
        return f"text {next(numbers)}"

    def _pick(self, at, pick, is_fit):
        """One of the messages that the device shows; none of a former member or of those that failed."""
        device = self.devices[at]
        if device.is_former:
            return ""
        mine = {act.key for act in device.queue if act.kind == "send"}
        mine |= {key for key, message in device.shown.items() if message.author == device.user}
        failed = {act.key for act in device.failed}
        rows = [{**row, "is_mine": row["key"] in mine} for row in device.rows() if row["key"] not in failed]
        keys = [row["key"] for row in rows if is_fit(row)]
        return keys[-1 - pick % len(keys)] if keys else ""

    def _version(self, at, target):
        """The version that the device shows; 0 of a message that is not stored."""
        message = self.devices[at].shown.get(target)
        return message.version if message else 0

    def _act(self, at, fault, do):
        """Do something on a device; the line may lose it on the way there, or the answer on the way back."""
        device, browser = self.devices[at], self.browsers[at]
        if device.is_former:
            return
        is_cut = fault and device.is_online
        if is_cut:
            browser.ask("fail", direction=fault)
        device.write(do(browser))
        if is_cut:
            browser.ask("leave")
            device.lose()
            if fault == "down":
                device.send(is_answered=False)
                self._expect_seq()
            for act in device.queue:
                act.has_left = True
            browser.ask("cut")
        elif device.is_online:
            device.send()
        self.compare()

    def _connect(self, at):
        self.browsers[at].ask("restore")
        self.devices[at].connect()

    def _expect_seq(self):
        """Wait until the server has exactly as many events as the model."""
        path = f"/api/v1/conversations/{self.room}/messages"
        ask = lambda: self.clients["ana"].get(path).json()["last_seq"]  # noqa: E731 - asked twice
        until(lambda: ask() >= self.log.seq, f"number {self.log.seq}", lambda: str(ask()), seconds=10)
        assert ask() == self.log.seq

    def _expect_log(self):
        self._expect_seq()
        answer = self.clients["ana"].get(f"/api/v1/conversations/{self.room}/messages?limit=100").json()
        # Their numbers depend on when a change gets between two messages of one device.
        stored = [(item["client_id"], item["text"], item.get("deleted", False)) for item in answer["items"]]
        expect("the log", stored, [(m.key, m.text, m.is_deleted) for m in self.log.messages.values()])

    def compare(self):
        """Every device shows what the model says, and keeps what waits in its storage."""
        for at, (device, browser) in enumerate(self.pairs()):
            page = browser.ask("settle", seq=self.log.seq) if device.is_online else browser.ask("show")
            expect(f"what device {at} of {device.user} keeps", kept_of(page), expected_of(device))
            expect("what is stored", page["stored"], sorted(item[0] for item in page["outbox"]))
            if not device.is_former:
                shown = [as_expected(row) for row in page["rows"]]
                expect(f"what device {at} of {device.user} shows", shown, device.rows())
            if device.is_online and not device.is_former:
                expect("quotes", quotes_of(page), self._quotes())

    def _quotes(self):
        """The quote of each stored reply, with the present text of its original."""
        replies = [message for message in self.log.messages.values() if message.reply_to and not message.is_deleted]
        originals = {reply.key: self.log.messages[reply.reply_to] for reply in replies}
        return {key: [original.text, original.is_deleted] for key, original in originals.items()}


def expect(what, found, expected):
    if found != expected:
        same = [one for one in found if one in expected] if isinstance(found, list) else []
        shorter = (
            [[one for one in rows if one not in same] or rows for rows in (expected, found)]
            if same
            else [expected, found]
        )
        raise AssertionError(f"{what}: expected\n{pformat(shorter[0])}\ngot\n{pformat(shorter[1])}")


def kept_of(page):
    """What waits or failed, in any order; changes have keys that only the page knows."""
    return sorted(
        (kind, "failed" if state == "failed" else "waiting", text) for _, kind, state, text, _ in page["outbox"]
    )


def expected_of(device):
    waiting = [(act.kind, "waiting", act.text) for act in device.queue]
    return sorted(waiting + [(act.kind, "failed", act.text) for act in device.failed])


def as_expected(row):
    return {
        "key": row["key"],
        "text": row["text"],
        "is_deleted": row["deleted"],
        "is_edited": row["edited"],
        "is_pending": row["pending"] != "",
        "reactions": {emoji: (count, is_mine) for emoji, count, is_mine in row["reactions"]},
        "failed_edit": row["failed_edit"],
    }


def quotes_of(page):
    return {
        row["key"]: row["quote"] for row in page["rows"] if row["quote"] and row["state"] not in ("queued", "failed")
    }


@contextlib.contextmanager
def running(directory):
    """The machine with a server and its devices."""
    server = LiveServer(directory)
    server.start()
    browsers = [BrowserDevice(server.origin) for _ in USERS]
    clients = {name: server.register(name) for name in dict.fromkeys(USERS)}
    try:
        yield type("Running", (Messaging,), {"server": server, "browsers": browsers, "clients": clients})
    finally:
        for client in clients.values():
            client.close()
        for browser in browsers:
            browser.close()
        server.stop()

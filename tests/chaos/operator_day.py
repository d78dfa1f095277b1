"""An operator's first day, from a clean clone to a restored server, as one run; as root, like the guide."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tarfile
import tempfile
import threading
import time
import uuid
from pathlib import Path

from playwright.sync_api import expect

from tests.builders import a_picture
from tests.chaos.full_disk import fill_disk, small_disk
from tests.chaos.proxies import felt_restart
from tests.chaos.service import PYTHON, USER, Checkout, Service
from tests.chaos.units import run_units
from tests.e2e.conftest import CHROMIUM_ARGS
from tests.e2e.pages import PASSWORD, Person, by
from tests.processes import until
from tests.proxies import HOST, Proxy
from tests.tools import find_chromium

OLD = "make: Lock the extras, check what was installed, repair what was cut off."
"""The subject of the commit to upgrade from: it knows no admins, no lock and no builds beside each other."""
REVOKED_SECONDS = 5
TEXT = "mArKeD words of a message"


class Day:
    """The server of the day, both proxies, and the steps in their order."""

    def __init__(self, lab, directory, stack):
        self._lab, self._directory, self._stack = lab, directory, stack
        directory.chmod(0o755)
        self._checkout = Checkout(directory)
        self._service = Service(self._checkout.path, directory / "service")
        self._proxies = [Proxy(name, _folder(directory / name), self._service.port) for name in ("nginx", "caddy")]
        self._service.settings["NOVA_PUBLIC_ORIGINS"] = ",".join(proxy.origin for proxy in self._proxies)
        self._room, self._texts = "", []
        self.problems = []

    def steps(self):
        """The day, one line of the report for each."""
        return (
            self.install,
            self.serve_as_another_user,
            self.enter_over_tls,
            self.upgrade,
            self.find_an_admin,
            self.close_registration,
            self.deactivate_whoever_has_a_tab_open,
            self.back_up_under_load,
            self.start_a_second_server,
            self.fill_the_disk,
            self.restore,
            self.read_the_log,
            self.run_the_units,
        )

    def install(self):
        """Clone the old version, install it and build its pages."""
        old = self._checkout.git("log", "--format=%H", "-1", "--fixed-strings", f"--grep={OLD}")
        assert old, f"there is no commit {OLD!r}: the upgrade needs the history"
        self._checkout.switch(old)
        seconds = self._checkout.run("make", f"PYTHON={PYTHON}", "install")
        seconds += self._checkout.run(".venv/bin/python", "-m", "nova_app", "build")
        return f"a clean clone of {old[:7]} was installed and built in {seconds:.0f} s"

    def serve_as_another_user(self):
        """Start as the unit does."""
        self._service.start()
        self._stack.callback(self._service.stop)
        assert self._service.owner() == [USER, USER]
        return f"it runs as {USER}, from code that it cannot write"

    def enter_over_tls(self):
        """Register, write and attach a file through both proxies."""
        for proxy in self._proxies:
            proxy.start()
            self._stack.callback(proxy.stop)
        nginx, caddy = self._proxies
        self._ana = self._stack.enter_context(nginx.client())
        ben = self._stack.enter_context(caddy.client())
        for client, name in ((self._ana, "ana"), (ben, "ben")):
            body = {"username": name, "display_name": name.title(), "password": PASSWORD}
            client.post("/api/v1/auth/register", json=body).raise_for_status()
        body = {"kind": "group", "title": "Team", "members": ["ben"]}
        self._room = _json(self._ana.post("/api/v1/conversations", json=body))["id"]
        upload = _json(self._ana.post("/api/v1/uploads", files={"file": ("a.png", a_picture())}))["id"]
        self._write(self._ana, "with a file", upload)
        for number in range(20):
            self._write(ben, f"{TEXT} {number}")
        for proxy, client in ((nginx, self._ana), (caddy, ben)):
            with proxy.open_socket("/api/v1/socket", client) as socket:
                socket.send(json.dumps({"type": "hello", "protocol": 1, "cursors": {}}))
                assert '"welcome"' in socket.recv(timeout=10)
        return "two people wrote, attached a file and opened sockets over TLS, through nginx and through Caddy"

    def upgrade(self):
        """Build the new version beside the old server, and restart."""
        before = self._history()
        new = self._checkout.newest
        self._checkout.switch(new)
        seconds = self._checkout.run("make", f"PYTHON={PYTHON}", "build")
        page = self._ana.get("/login/")
        assert page.status_code == 200, "the old server lost its pages while the new ones were built"
        self._service.settings["NOVA_REGISTRATION"] = ""
        line, is_soon = felt_restart(self._service)
        if not is_soon:
            self.problems.append(line)
        assert self._history() == before
        copies = list((self._service.data / "copies").iterdir())
        assert copies, "no copy was made before the migration"
        return f"upgraded to {new[:7]}, built beside the old server in {seconds:.0f} s; {line.removeprefix('- ')}"

    def find_an_admin(self):
        """Read that there is none, and make one."""
        assert "nova users make-admin" in self._service.log()
        self._service.ask("users", "make-admin", "ana")
        users = _json(self._ana.get("/api/v1/admin/users"))["items"]
        assert [user["username"] for user in users if user["is_admin"]] == ["ana"]
        return "the start said that nobody is admin; ana is now, without a restart"

    def close_registration(self):
        """By invite only, then not at all."""
        codes = []
        for mode in ("invite", "closed"):
            self._restart(NOVA_REGISTRATION=mode)
            with self._proxies[1].client() as stranger:
                body = {"username": f"{mode}-{uuid.uuid4().hex[:6]}", "display_name": "Cleo", "password": PASSWORD}
                codes.append(stranger.post("/api/v1/auth/register", json=body).json()["code"])
                if mode == "invite":
                    url = json.loads(self._service.ask("users", "invite", "--uses", "1", "--json"))["url"]
                    body["invite"] = url.rsplit("/", 1)[1]
                    assert stranger.post("/api/v1/auth/register", json=body).status_code == 201
        assert codes == ["invite_required", "registration_closed"]
        return "strangers were refused; one with an invite came in, until it was closed"

    def deactivate_whoever_has_a_tab_open(self):
        """Watch a tab behind Caddy lose its connection."""
        args = [*CHROMIUM_ARGS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
        browser = self._lab.chromium.browser_type.launch(executable_path=find_chromium(), args=args)
        self._stack.callback(browser.close)
        ben = Person(browser.new_context(base_url=self._proxies[1].origin, ignore_https_errors=True), "ben")
        ben.sign_in()
        begin = time.monotonic()
        self._service.ask("users", "deactivate", "ben")
        commanded = time.monotonic() - begin
        expect(by(ben.page, "connection-status")).to_have_attribute("data-state", "CLOSED", timeout=30_000)
        seconds = time.monotonic() - begin
        assert seconds - commanded <= REVOKED_SECONDS, f"the tab was connected for another {seconds - commanded:.1f} s"
        self._service.ask("users", "activate", "ben")
        return (
            f"an open tab was closed {seconds:.1f} s after `nova users deactivate` began, which took {commanded:.1f} s"
        )

    def back_up_under_load(self):
        """Write into a second directory while messages arrive, and open what was written."""
        backups = _folder(self._directory / "backups")
        os.chown(backups, *Service.ids())
        self._backup = backups / "nova.tar"
        with _writing(lambda: self._write(self._ana, f"{TEXT} under load")):
            until(lambda: len(self._texts) > 50, "messages")
            acknowledged, begin = list(self._texts), time.monotonic()
            self._service.ask("backup", str(self._backup))
            seconds, written = time.monotonic() - begin, len(self._texts) - len(acknowledged)
        found = _texts_in(self._backup, self._directory)
        assert found[: len(acknowledged)] == acknowledged
        self._saved = found
        return f"backed up in {seconds:.1f} s, while {written} messages were stored; every one of before is in it"

    def start_a_second_server(self):
        """Refuse it, with one line that names the first."""
        second = Service(self._checkout.path, self._directory / "service")
        second.log_path = self._directory / "second.log"
        begin = time.monotonic()
        second.begin()
        code, seconds = second.wait(), time.monotonic() - begin
        lines = second.log().strip().splitlines()
        assert (code, len(lines)) == (2, 1), second.log()
        assert "pid" in lines[0]
        return f"a second server ended with 2 after {seconds:.1f} s"

    def fill_the_disk(self):
        """Fill a real file system, be refused, free it, and go on."""
        with small_disk(self._directory / "small") as disk:
            os.chown(disk, *Service.ids())
            full = Service(self._checkout.path, disk, NOVA_PUBLIC_ORIGINS="", NOVA_DISK_RESERVE_MB="4")
            full.settings["NOVA_TRUSTED_PROXIES"] = ""
            full.log_path = self._directory / "small.log"
            try:
                full.start()
                return fill_disk(full, disk / "ballast")
            finally:
                full.stop()

    def restore(self):
        """Put the backup into an empty directory and serve it."""
        other = Service(self._checkout.path, self._directory / "restored")
        other.settings = dict(self._service.settings)
        other.ask("restore", str(self._backup))
        assert json.loads(other.ask("check", "--json"))["is_clean"]
        self._service.stop()
        other.port = self._service.port
        other.origin = self._service.origin
        other.start()
        self._stack.callback(other.stop)
        history = self._history()
        assert [text for text, _ in history] == self._saved
        picture = next(files[0] for _, files in history if files)
        assert self._ana.get(picture).status_code == 200
        return f"restored into an empty directory: {len(history)} messages and their file; sessions are still valid"

    def read_the_log(self):
        """Find what happened in the trail, and nothing that was said."""
        # What the old version wrote in its first hour was its own business.
        log = self._service.log().split("nova users make-admin", 1)[1]
        events = [line["message"] for line in _objects(log) if line.get("logger") == "nova.audit"]
        wanted = ("admin_granted", "registration_failed", "invite_created", "sign_in", "account_deactivated")
        assert [name for name in wanted if name not in events] == []
        secrets = (PASSWORD, TEXT, self._ana.cookies.get("__Host-nova_session") or PASSWORD)
        assert [secret for secret in secrets if secret in log] == []
        assert "Traceback" not in log
        errors = [line for line in _objects(log) if line["level"] == "error"]
        assert errors == []
        return f"{len(log) / 1024:.0f} KiB of log, {len(events)} lines of it the trail; no text, password or cookie"

    def run_the_units(self):
        """Run the service and the backup under a real systemd."""
        return run_units(self._directory / "units", self._checkout.path)

    def _restart(self, **settings):
        self._service.stop()
        self._service.settings.update(settings)
        self._service.start()

    def _write(self, client, text, *uploads):
        path = f"/api/v1/conversations/{self._room}/messages"
        body = {"text": text, "upload_ids": uploads}
        client.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).raise_for_status()
        self._texts.append(text)

    def _history(self):
        """Every text with the addresses of its files."""
        path, found, after = f"/api/v1/conversations/{self._room}/messages", [], 0
        while True:
            page = _json(self._ana.get(path, params={"after_seq": after, "limit": 100}))
            found += page["items"]
            if not page["has_more"]:
                return [(item["text"], [file["url"] for file in item.get("files", ())]) for item in found]
            after = found[-1]["seq"]


@contextlib.contextmanager
def _writing(write):
    ended = threading.Event()

    def work():
        while not ended.is_set():
            write()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _texts_in(backup, directory):
    target = _folder(directory / "opened")
    with tarfile.open(backup) as tar:
        tar.extractall(target, filter="data")
    with contextlib.closing(sqlite3.connect(target / "nova.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [text for (text,) in database.execute("SELECT text FROM message ORDER BY number")]


def _objects(log):
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def _json(answer):
    answer.raise_for_status()
    return answer.json()


def _folder(path):
    path.mkdir()
    return path


def operator_day(lab):
    """The steps one after the other, as a part of the report; a step that fails ends the day."""
    lines = ["## An operator's first day", ""]
    with tempfile.TemporaryDirectory(prefix="nova-day-") as directory, contextlib.ExitStack() as stack:
        day = Day(lab, Path(directory), stack)
        for step in day.steps():
            try:
                outcome, is_fine = step(), True
            except Exception as trouble:  # noqa: BLE001 - whatever it was, the report says it
                outcome, is_fine = f"{step.__name__} failed: {str(trouble)[:1_000]}", False
            print(f"- {outcome}", flush=True)
            lines.append(f"- {outcome}")
            if not is_fine:
                return lines, False
    return lines, not day.problems

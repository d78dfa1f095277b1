"""An upgrade as people with an open page see it, and a proxy that lets no socket through."""

import itertools
import os
import re
import shutil
import threading
import time

import httpx
import pytest
from playwright.sync_api import expect

from nova_app.build import find_pages, fingerprint, id_of, is_built
from tests.e2e.conftest import ROOT, Server
from tests.e2e.pages import Person, by
from tests.proxies import NAIVE, Proxy

OLD, NEW = "Enter to send, Shift+Enter for a new line", "Enter sends, Shift+Enter makes a new line"
MONTH_SECONDS = 30 * 86_400


@pytest.fixture
def project(tmp_path, pages_built):
    """A copy of the code with its build, a month old."""
    root = tmp_path / "project"
    root.mkdir()
    for name in ("nova_app", "assets", "requirements", "reflex.lock", "monitoring"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "rxconfig.py", root)
    pages = find_pages(ROOT)
    shutil.copytree(pages, root / ".web" / "pages" / pages.name)
    then = time.time() - MONTH_SECONDS
    for path in (root / ".web" / "pages").rglob("*"):
        os.utime(path, (then, then))
    assert is_built(root)
    return root


def build_next_version(root):
    """Change a text of the pages, and make what a build makes of it: no file keeps its name and changes."""
    source = root / "nova_app" / "components" / "composer.py"
    source.write_text(source.read_text().replace(OLD, NEW))
    old, new = find_pages(root), root / ".web" / "pages" / fingerprint(root)[:16]
    shutil.copytree(old, new)
    files = new / "build" / "client"
    for path in [*files.rglob("*.gz"), *files.rglob("*.br")]:
        path.unlink()
    renamed = {path.name: _renamed(path.name) for path in (files / "assets").iterdir()}
    version = id_of(old)
    changes = {**renamed, OLD: NEW, f'"version":"{version}"': f'"version":"{version[::-1]}"'}
    pattern = re.compile("|".join(map(re.escape, sorted(changes, key=len, reverse=True))))
    for path in files.rglob("*.*"):
        if path.suffix in {".html", ".js", ".css"}:
            text = path.read_text(encoding="utf-8")
            path.write_text(pattern.sub(lambda found: changes[found.group()], text), encoding="utf-8")
    for before, after in renamed.items():
        (files / "assets" / before).rename(files / "assets" / after)
    assert is_built(root)


def _renamed(name):
    return re.sub(r"-([\w-]{8})(\.\w+)$", lambda found: f"-{found.group(1)[::-1]}{found.group(2)}", name)


class Visits:
    """Asks for a page again and again, as visitors do, until it is stopped."""

    def __init__(self, server):
        self.found = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, args=(server.origin,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _go_on(self, origin):
        with httpx.Client(base_url=origin, timeout=10, headers={"Connection": "close"}) as client:
            # Ten a second, each with a line of its own: half of what an address may without a session.
            while not self._ended.wait(0.1):
                try:
                    status = client.get("/login/").status_code
                except httpx.HTTPError:
                    status = 0
                self.found.append(status)

    def statuses(self):
        """What they got, in its order; 0 for a request that was not answered."""
        return [status for status, _ in itertools.groupby(self.found)]


def test_an_upgrade_reaches_open_pages_and_visitors_at_once(project, tmp_path, chromium):
    server = Server(tmp_path, root=project)
    server.start()
    ana = Person(chromium.new_context(base_url=server.origin))
    ana.join()
    room = ana.start_group("Team")
    by(ana.page, "composer").fill("half a thought")
    ana.expect_kept("half a thought")
    other = ana.context.new_page()
    other.goto("/settings/")

    with Visits(server) as visits:
        build_next_version(project)
        expect(hint(ana.page)).to_have_text(OLD)
        server.stop()
        server.start()
        banner = by(ana.page, "connection-banner")
        expect(banner).to_have_attribute("data-about", "newer", timeout=60_000)
    assert visits.statuses() == [200, 0, 200]

    by(ana.page, "connection-reload").click()
    expect(hint(ana.page)).to_have_text(NEW)
    expect(by(ana.page, "composer")).to_have_value("half a thought")
    ana.expect_connected()
    expect(banner).to_have_count(0)
    # By the address bar, in a tab that had the old build: nothing of it is left.
    other.goto(f"/c/{room}")
    expect(hint(other)).to_have_text(NEW)
    server.stop()
    ana.context.close()
    assert not ana.errors


def hint(page):
    return page.locator(".composer-keys")


@pytest.mark.expects("lost connection", "status 426")
def test_a_proxy_that_loses_upgrade_is_named_in_the_page_and_in_the_log(
    tmp_path, tmp_path_factory, chromium, pages_built
):
    server = Server(tmp_path)
    proxy = Proxy("nginx", tmp_path_factory.mktemp("naive"), server.port, config=NAIVE)
    server.settings["NOVA_PUBLIC_ORIGINS"] = proxy.origin
    server.start()
    proxy.start()
    ana = Person(chromium.new_context(base_url=proxy.origin))
    body = {"username": ana.username, "display_name": "Ana", "password": "correct horse battery"}
    assert ana.context.request.post("/api/v1/auth/register", data=body, headers={"Origin": proxy.origin}).ok
    ana.page.goto("/")

    banner = by(ana.page, "connection-banner")
    expect(banner).to_have_attribute("data-about", "no_upgrade", timeout=60_000)
    expect(banner).to_contain_text("Upgrade")
    assert server.log().count("your proxy does not pass Upgrade: see docs/how-to/deploy.md") == 1
    ana.context.close()
    proxy.stop()
    server.stop()

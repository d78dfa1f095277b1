"""A real server in a temporary directory, real browsers, and a wire that can be cut."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from nova_app.services.passwords import HASHER
from tests.controls.acts import NARROW, go_offline
from tests.controls.ledger import LEDGER, watch
from tests.e2e.guard import guard
from tests.e2e.pages import PASSWORD, Person
from tests.e2e.profiles import Profiles
from tests.faults.wire import Wire
from tests.processes import answers, free_port, until
from tests.tools import find_headless_chromium

ROOT = Path(__file__).parents[2]
PLAYWRIGHTS_FEATURES = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
"""What Playwright switches off itself: of two lists Chromium takes the last."""
WINDOW_FEATURES = (
    "InitialWebUI,PreloadTopChromeWebUI,WebUIReloadButton,WebUIToolbar,WebUIBackForwardButton,WebUIHomeButton,"
    "WebUISplitTabsButton,WebUIAppMenuButton,WebUIAvatarButton,WebUIPinnedToolbarActions,WebUIBatterySaverButton,"
    "WebUIMediaButton,WebUIGlicButton,WebUIPerformanceInterventionButton,WebUIOmniboxPopup,WebUIOmniboxFullPopup,"
    "WebUITabStrip,WebUIOmniboxAimPopup,OmniboxAimPopup,AiModeOmniboxEntryPoint"
)
"""Chromium draws parts of its own window with pages; no one sees them here, and they cost as much as the tests' own."""
CHROMIUM_ARGS = [
    f"--disable-features={PLAYWRIGHTS_FEATURES},{WINDOW_FEATURES}",
    "--no-sandbox",
    "--in-process-gpu",
    # Text as a whole Chromium draws it, whichever of the two is here.
    "--font-render-hinting=slight",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 120
WITHOUT_LIMITS_PER_ADDRESS = {
    "NOVA_REGISTRATIONS_PER_ADDRESS": "100000",
    "NOVA_SIGN_INS_PER_ADDRESS": "100000",
    "NOVA_STRANGER_CONNECTIONS_PER_SECOND": "100000",
    "NOVA_STRANGER_CONNECTIONS": "100000",
}
"""All people of all tests come from one address."""
PATIENCE_MS = 30_000
LONGEST_FILES = (
    "test_monitoring.py",
    "test_posts.py",
    "test_faults.py",
    "test_account.py",
    "test_history.py",
    "test_first_message.py",
    "test_connection.py",
    "test_signs.py",
    "test_controls_conversation.py",
    "test_life.py",
    "test_errors.py",
)
"""Those that take a minute or more, the longest first: at the end they would keep one process alone busy."""


def pytest_collection_modifyitems(items):
    """Begin with the longest files."""
    order = {name: place for place, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call):
    """Say at which width a test failed that goes through several."""
    if call.excinfo and LEDGER.width:
        call.excinfo.value.add_note(f"at the width: {LEDGER.width}")
    return (yield)


class Server:
    """``nova serve`` as its user starts it, on a port and a directory of its own; ``root`` is where its code is."""

    def __init__(self, directory, *, root=ROOT, module="nova_app", **settings):
        self.root, self._module = root, module
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.wire_port = 0
        self.directory = Path(directory)
        self.settings = settings
        self._log = self.directory / "server.log"
        self._process = None
        guard.server(self)

    def start(self):
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NOVA_")},
            "PYTHONPATH": str(self.root),
            "NOVA_PORT": str(self.port),
            "NOVA_DATA_DIR": str(self.directory / "data"),
            "NOVA_REGISTRATION": "open",
            **self.settings,
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, "serve", "--no-build"],
                cwd=self.directory,  # any will do
                env=environ,
                stdout=log,
                stderr=log,
            )
        self._wait_until_ready()

    def is_running(self):
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def cpu_seconds(self):
        """The processor time that the process has used since it was started."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _wait_until_ready(self):
        is_over = lambda: not self.is_running() or answers(self.port)  # noqa: E731
        until(is_over, "the server", self.log, START_SECONDS)
        assert self.is_running(), f"the server did not start:\n{self.log()}"

    def command(self, *words):
        """Run a command beside this server, and return the link in its answer."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("NOVA_")}
        environ |= {"NOVA_DATA_DIR": str(self.directory / "data"), "NOVA_PORT": str(self.port)}
        command = [sys.executable, "-m", "nova_app", *words, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["url"]

    def make_admin(self, username):
        """Make somebody an admin of the server, as if they had come first."""
        with contextlib.closing(sqlite3.connect(self.directory / "data" / "nova.db")) as database, database:
            database.execute("UPDATE user SET is_admin = 1 WHERE username = ?", (username,))

    def use_password(self, username, password):
        """Let an account have a password that was chosen before there was a least length."""
        with contextlib.closing(sqlite3.connect(self.directory / "data" / "nova.db")) as database, database:
            database.execute("UPDATE user SET password_hash = ? WHERE username = ?", (HASHER.hash(password), username))

    def age_sessions(self, username, hours=1):
        """Let the sessions of an account have begun so much earlier."""
        hour = f"strftime('%Y-%m-%dT%H:%M:%f000Z', created_at, '{-hours} hours')"
        with contextlib.closing(sqlite3.connect(self.directory / "data" / "nova.db")) as database, database:
            database.execute(
                f"UPDATE session SET created_at = {hour} WHERE user_id = (SELECT id FROM user WHERE username = ?)",
                (username,),
            )

    def stop(self):
        """Stop as an operator does, and return the exit code."""
        guard.fault(self)
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
        return self._process.returncode

    def kill(self):
        """``kill -9``: clients get no announcement."""
        guard.fault(self)
        self._process.kill()
        self._process.wait(20)

    def log(self):
        return self.log_from(0)[-8_000:]

    def log_size(self):
        """How many bytes of log there are."""
        return self._log.stat().st_size if self._log.exists() else 0

    def log_from(self, offset):
        """The log behind this many bytes."""
        return self._log.read_bytes()[offset:].decode(errors="replace") if self._log.exists() else ""


@pytest.fixture(autouse=True)
def nothing_unexpected(request):
    """Fail on notices of kind SERVER_ERROR or UNKNOWN, console lines and tracebacks that the test does not expect."""
    guard.begin()
    yield
    names = [name for mark in request.node.iter_markers("expects") for name in mark.args]
    unexpected = guard.find_unexpected(names)
    assert not unexpected, "nobody expected:\n" + "\n".join(unexpected)


@pytest.fixture(scope="session")
def pages_built():
    """The production build of the pages, made once if the sources changed."""
    from nova_app.build import build_pages, is_built

    with (ROOT / "pyproject.toml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of the processes that run the tests, one builds
        if not is_built(ROOT):
            build_pages(ROOT)


@pytest.fixture
def server(tmp_path, pages_built):
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server_of_the_run(tmp_path_factory, pages_built):
    """One server for all files that neither stop it nor need settings of their own; people are a test's own."""
    # At debug the log has what pages report about themselves, too.
    server = Server(tmp_path_factory.mktemp("server"), **WITHOUT_LIMITS_PER_ADDRESS, NOVA_LOG_LEVEL="debug")
    server.start()
    # The first account of a server is its admin: none of those that tests make by themselves.
    first = {"username": "first-admin", "display_name": "First", "password": PASSWORD}
    httpx.post(f"{server.origin}/api/v1/auth/register", json=first).raise_for_status()
    yield server
    server.stop()


def shared_server():
    """A ``server`` for a file that neither stops it nor needs it for itself: the one of the run."""

    @pytest.fixture(scope="module", name="server")
    def shared(server_of_the_run):
        if not server_of_the_run.is_running():  # a test that failed may have left it so
            server_of_the_run.start()
        return server_of_the_run

    return shared


def server_of_file(**settings):
    """A ``server`` of its own for a whole file: its tests need settings, stop it, or look at all that it holds.

    Args:
        **settings: What it is started with besides.
    """

    @pytest.fixture(scope="module", name="server")
    def server_of_this_file(tmp_path_factory, pages_built, profiles):
        server = Server(tmp_path_factory.mktemp("server"), **WITHOUT_LIMITS_PER_ADDRESS, **settings)
        server.start()
        yield server
        server.stop()
        profiles.close_all()

    return server_of_this_file


@pytest.fixture
def start_server(tmp_path, pages_built):
    """Starts servers with settings of their own."""
    servers = []

    def start(**settings):
        directory = tmp_path / f"server-{len(servers)}"
        directory.mkdir()
        server = Server(directory, **settings)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(autouse=True)
def ledger(request):
    """Stores what the pages report about their controls under the test's name."""
    with LEDGER.during(request.node.nodeid):
        yield


@pytest.fixture(scope="session")
def chromium():
    path = find_headless_chromium()
    assert path, "run 'make test', which installs Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        expect.set_options(timeout=PATIENCE_MS)
        yield watch(browser)
        browser.close()


@pytest.fixture
def wire(server):
    """A wire to the server that can be broken; for one server at one address, which browsers have seen before."""
    wire = Wire(server.port, port=server.wire_port, on_fault=guard.fault)
    server.wire_port = wire.port
    yield wire
    guard.fault()  # pages may be open behind it
    wire.close()


@pytest.fixture(scope="session")
def profiles(chromium):
    """The browser profiles that tests use one after another."""
    profiles = Profiles(chromium)
    yield profiles
    profiles.close_all()


def leave(people, profiles):
    """Give back the profiles of these people."""
    guard.fault()  # pages are left in the middle of whatever they do
    for user in people:
        user.leave()
        profiles.give_back(user.context)


@pytest.fixture
def person(profiles, server):
    """Opens a browser profile for a user, with a fresh name unless given; every page error fails the test.

    Who opens a page by themselves next joins at ``path=""``, which opens none; see ``Person.join``.
    """
    people = []

    def make(username="", *, path=None, origin=None, register=True, script="", is_fresh=False, **context_options):
        context = profiles.take(origin or server.origin, context_options, is_fresh=is_fresh)
        user = Person(context, username, on_spoiled=lambda: profiles.spoil(context))
        people.append(user)
        if script:
            user.add_script(script)
        if register:
            user.join(path)
        return user

    yield make
    errors = [f"{user.username}: {error}" for user in people for error in user.errors]
    leave(people, profiles)
    assert not errors


@pytest.fixture(scope="module")
def guest(profiles, server):
    """One person in a whole file; every visit begins at a page on a narrow screen, connected unless offline.

    A test that opens a page by itself visits ``""``, which opens none: that costs more than most of what is done there.
    """
    people = []

    def visit(path="/", *, size=NARROW, is_offline=False):
        if not people:
            context = profiles.take(server.origin, {})
            people.append(Person(context, on_spoiled=lambda: profiles.spoil(context)))
            people[0].join("")
        (user,) = people
        user.context.set_offline(False)
        user.page.set_viewport_size(size)
        if not path:
            return user
        user.page.goto(path)
        user.expect_connected()
        if is_offline:
            # What a page loads ahead is here before the network goes.
            user.page.wait_for_load_state("networkidle")
            go_offline(user)
        return user

    yield visit
    errors = [f"{user.username}: {error}" for user in people for error in user.errors]
    leave(people, profiles)
    assert not errors

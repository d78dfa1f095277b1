"""The rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = sorted((ROOT / "assets" / "nova").rglob("*.js"))
PYTHON = sorted((ROOT / "nova_app").rglob("*.py"))
IMPORT = re.compile(r"""^(?:import|export)[^"']*?from "([^"]+)";$|^import "([^"]+)";$""", re.MULTILINE)
BUILD_ONLY = {"react": "react.js", "react-router": "react.js", "$/env.json": "origin.js"}
PURE = {
    "connection/state_machine.js",
    "connection/account_guard.js",
    "base/backoff.js",
    "connection/banner.js",
    "connection/heartbeat.js",
    "connection/connection_stats.js",
    "connection/reflex_socket.js",
    "connection/frames.js",
    "messages/event_log.js",
    "messages/outbox.js",
    "messages/conversation_store.js",
    "base/store.js",
    "conversation/message_window.js",
    "conversation/rows.js",
    "conversation_list/list_items.js",
    "base/dates.js",
    "base/graphemes.js",
    "base/people.js",
    "errors/notices.js",
    "http/retry.js",
    "generated/codes.js",
    "defaults/shared.js",
    "defaults/conversation.js",
    "defaults/posts.js",
    "files/uploads.js",
    "posts/posts.js",
    "search/search.js",
    "telemetry/page_report.js",
    "defaults/search.js",
    "defaults/status.js",
    "status/status_poller.js",
    "base/types.js",
    "base/visible_text.js",
}
OUTSIDE = (
    *("window", "document", "localStorage", "indexedDB", "setTimeout", "fetch", "WebSocket"),
    *(r"Date\.now", r"Math\.random"),
)
FORBIDDEN_IN_PURE = re.compile(rf"\b({'|'.join(OUTSIDE)})\b")


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_the_runtime_has_no_dependencies(path):
    for match in IMPORT.finditer(path.read_text(encoding="utf-8")):
        name = match.group(1) or match.group(2)
        assert name.startswith(("./", "../")) or BUILD_ONLY.get(name) == path.name, name


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_files_touch_nothing_outside(name):
    lines = (ROOT / "assets" / "nova" / name).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "*", "/*"))]
    assert not [line for line in code if FORBIDDEN_IN_PURE.search(line) and '"' not in line]


WRITTEN = [path for path in (*RUNTIME, *PYTHON) if path.name != "codes.js"]  # codes.js is generated


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, "split it by reason to change"


def test_javascript_stands_only_in_the_runtime():
    strays = [path for path in (ROOT / "nova_app").rglob("*") if path.suffix in {".js", ".jsx", ".mjs", ".ts"}]
    assert strays == []


def test_locks_carry_no_address():
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "reflex.lock" / "bun.lock", ROOT / "tests" / "js" / "bun.lock"]
    for lock in locks:
        assert "://" not in lock.read_text(encoding="utf-8"), lock
    assert len(locks) == 5

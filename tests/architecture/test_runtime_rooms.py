"""The floors of the browser runtime: a module imports from lower floors and from its own room."""

import os
import re
from pathlib import Path

RUNTIME = Path(__file__).parents[2] / "assets" / "nova"
FLOORS = (
    {"generated"},
    {"base"},
    {"http"},
    {"connection", "errors", "files", "conversation_list"},
    {"messages", "loading", "telemetry"},
    {"account", "emoji", "switcher", "text"},
    {"runtime.js", "theme.js", "moved_texts.js"},
    {"index.js", "conversation", "first_run", "posts", "lightbox", "search", "settings", "status", "registration"},
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r"""\b(?:from |import |import\()"(\.[^"]+)\"""")


def climbing(path):
    """The imports of a module that lead to a floor that is not lower; types in comments are not imports."""
    room = path.relative_to(RUNTIME).parts[0]
    for name in IMPORT.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
        target = Path(os.path.normpath(path.parent / name)).relative_to(RUNTIME).parts[0]
        if target != room and FLOOR_OF[target] >= FLOOR_OF[room]:
            yield name


def test_modules_import_only_from_lower_floors():
    modules = sorted(RUNTIME.rglob("*.js"))
    assert {path.relative_to(RUNTIME).parts[0] for path in modules} == set(FLOOR_OF)
    assert {str(path.relative_to(RUNTIME)): found for path in modules if (found := list(climbing(path)))} == {}

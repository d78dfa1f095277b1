"""The files that the browser gets from what Python declares."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from nova_app.codegen.browser import FOLDER, render_browser
from nova_app.codegen.stores import render_stores
from nova_app.codegen.types import js_type
from nova_app.protocol.bodies import ADDED_LATER
from nova_app.stores import STORES

ROOT = Path(__file__).parents[3]
READ_STORES = """
const stores = {};
for (const name of NAMES) stores[name] = (await import(`./assets/nova/generated/stores/${name}`)).DEFAULTS;
console.log(JSON.stringify(stores));
"""


class Colour(StrEnum):
    """An enumeration, as messages have them."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Thing:
    """A shape."""

    name: str


def test_the_files_in_the_repository_are_fresh_and_there_are_no_others():
    written = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).rglob("*.js")}

    assert written == render_browser()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, "string"),
        (int | None, "number | null"),
        (float | int, "number"),
        (list[Thing], "Thing[]"),
        (tuple[int | str, ...], "(number | string)[]"),
        (Sequence[str], "string[]"),
        (Mapping[str, bool], "Record<string, boolean>"),
        (Literal["a", "b"], '"a" | "b"'),
        (Literal[True], "true"),
        (Colour, '"red" | "blue"'),
        (Annotated[str, ADDED_LATER], "string"),
        (dict[str, Any], "Record<string, any>"),
    ],
)
def test_a_type_becomes_its_counterpart(kind, expected):
    assert js_type(kind) == expected


@pytest.mark.parametrize("kind", [bytes, set[str], complex])
def test_a_type_that_json_does_not_have_is_refused(kind):
    with pytest.raises(TypeError, match="expected a type that JSON has, got"):
        js_type(kind)


@pytest.fixture(scope="module")
def stores():
    """The stores of each file, as the browser reads them."""
    bun = shutil.which("bun", path=str(ROOT / ".venv" / "bin")) or shutil.which("bun")
    assert bun, "run 'make test', which installs bun"
    script = f"const NAMES = {json.dumps(sorted(render_stores()))};{READ_STORES}"
    done = subprocess.run([bun, "-e", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def plain(value):
    """A default as JSON has it."""
    return asdict(value) if is_dataclass(value) else value


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.store_name)
def test_the_browser_reads_the_defaults_that_python_declares(stores, store):
    (found,) = [file[store.store_name] for file in stores.values() if store.store_name in file]

    assert found == {name: plain(field.default) for name, field in store.fields().items()}


def test_no_page_loads_the_stores_of_another(stores):
    assert {name: set(file) for name, file in stores.items()} == {
        "shared.js": {"connection", "conversations", "errors", "account", "dialog"},
        "conversation.js": {"messages", "receipts", "details"},
        "posts.js": {"posts"},
        "registration.js": {"registration"},
        "search.js": {"search"},
        "first_run.js": {"first_run"},
        "settings.js": {"settings"},
        "status.js": {"status"},
    }

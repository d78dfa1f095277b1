"""What a start of the server does not do, so that a restart is short."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPEN = """
import asyncio, sys
from nova_app.container import open_container
from nova_app.settings import load_settings

async def start():
    async with open_container(load_settings()):
        print(*sorted({name.partition(".")[0] for name in sys.modules}))

asyncio.run(start())
"""


def test_a_start_with_a_current_database_does_not_load_what_migrates(settings, made_database):
    environ = {**os.environ, "NOVA_DATA_DIR": str(settings.data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "sqlalchemy" in loaded
    assert "alembic" not in loaded


SERVE = """
import asyncio, os, sys
os.environ["REFLEX_ENV_MODE"] = "prod"
from nova_app import serve
from reflex_base.environment import environment
environment.REFLEX_SKIP_COMPILE.set(True)
from nova_app.container import open_container
from nova_app.nova_app import app
from nova_app.settings import load_settings

serve._config(load_settings())
async def start():
    async with open_container(load_settings()):
        print(*sys.modules)
        print(*app._load_events)

asyncio.run(start())
"""
NOT_NEEDED = (
    "nova_app.pages",
    "nova_app.components",
    "nova_app.codegen",
    "alembic",
    "mako",
    "PIL",
    "nova_app.decoder.pictures",
)
"""What serving pages that are built already does without: to build them, to migrate, to decode pictures."""


def test_serving_does_not_load_what_it_does_not_need(settings, made_database):
    environ = {**os.environ, "NOVA_DATA_DIR": str(settings.data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    modules, routes = (set(line.split()) for line in done.stdout.splitlines())
    handlers = {path.stem for path in (ROOT / "nova_app" / "state").glob("*.py") if "(rx.State)" in path.read_text()}
    assert {f"nova_app.state.{name}" for name in handlers} <= modules
    assert {"index", "c/[conversation_id]", "settings"} <= routes
    assert not {name for name in modules if name.startswith(NOT_NEEDED)}

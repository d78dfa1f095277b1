"""What a start of the server does not do, so that a restart is short."""

import os
import subprocess
import sys
from pathlib import Path

from nova_app.persistence.migrate import migrate

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


def test_a_start_with_a_current_database_does_not_load_what_migrates(settings):
    migrate(settings)
    environ = {**os.environ, "NOVA_DATA_DIR": str(settings.data_dir)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert "sqlalchemy" in loaded
    assert "alembic" not in loaded

"""The bill of materials names everything that the locks install, with its hashes."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_locked_package_is_in_it_once():
    done = subprocess.run(
        [sys.executable, ROOT / "requirements" / "sbom.py"], capture_output=True, text=True, check=True
    )
    parts = json.loads(done.stdout)["components"]
    locked = re.findall(r"^([a-z0-9-_.]+)(?:\[.*])?==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE)
    python = [part for part in parts if part["purl"].startswith("pkg:pypi/")]
    assert [part["name"] for part in python] == locked
    assert all(len(hashed["content"]) == 64 for part in python for hashed in part["hashes"])
    assert all(part["hashes"] for part in python)
    purls = [part["purl"] for part in parts]
    assert len(purls) == len(set(purls))
    assert any(purl.startswith("pkg:npm/react@") for purl in purls)
    assert any(purl.startswith("pkg:npm/%40react-router/node@") for purl in purls)

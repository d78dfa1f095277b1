"""Write the software bill of materials (CycloneDX 1.5, JSON) of what is installed and what the pages contain.

Read from the two locks, so that it needs no network: ``python requirements/sbom.py > sbom.json``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PYTHON = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)((?:[^\n]*\\\n[^\n]*)*)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_JAVASCRIPT = re.compile(r'^    "[^"]+": \["((?:@[^/"]+/)?[^@"]+)@([^"]+)"', re.MULTILINE)


def python_parts(lock: str) -> Iterator[dict[str, Any]]:
    """Yield the packages of a lock of pip."""
    for name, version, rest in _PYTHON.findall(lock):
        hashes = [{"alg": "SHA-256", "content": content} for content in _HASH.findall(rest)]
        yield _part(name, version, f"pkg:pypi/{name.lower()}@{version}") | {"hashes": hashes}


def javascript_parts(lock: str) -> Iterator[dict[str, Any]]:
    """Yield the packages of a lock of Bun."""
    for name, version in sorted(set(_JAVASCRIPT.findall(lock))):
        yield _part(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}")


def bill_of_materials(python_lock: str, javascript_lock: str) -> dict[str, Any]:
    """Return the document."""
    components = [*python_parts(python_lock), *javascript_parts(javascript_lock)]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def _part(name: str, version: str, purl: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


if __name__ == "__main__":
    locks = (ROOT / "requirements" / "run.txt", ROOT / "reflex.lock" / "bun.lock")
    json.dump(bill_of_materials(*(lock.read_text(encoding="utf-8") for lock in locks)), sys.stdout, indent=2)

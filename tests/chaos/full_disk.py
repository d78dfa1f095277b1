"""A Nova whose disk is full: a real file system, really filled."""

from __future__ import annotations

import contextlib
import subprocess
import time
import uuid

import httpx

from tests.e2e.pages import PASSWORD
from tests.processes import until

DISK_MIB = 24


@contextlib.contextmanager
def small_disk(path):
    """A small file system in memory; only root can make one."""
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "nova-small-disk", path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", path], check=True)


def fill_disk(service, ballast):
    """Fill the disk, be refused, free it and go on; gives a line of the report."""
    with httpx.Client(base_url=service.origin, headers={"Origin": service.origin}, timeout=30) as ana:
        body = {"username": "ana", "display_name": "Ana", "password": PASSWORD}
        ana.post("/api/v1/auth/register", json=body).raise_for_status()
        room = ana.post("/api/v1/conversations", json={"kind": "group", "title": "T", "members": []}).json()["id"]

        def write():
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            return ana.post(f"/api/v1/conversations/{room}/messages", json={"text": "x" * 5_000}, headers=headers)

        stored = 1 if write().status_code == 201 else 0
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(b"0" * 65_536):
                pass
        begin = time.monotonic()
        until(lambda: ana.get("/readyz").status_code == 503, "a readiness that tells", service.log)
        noticed, missing = time.monotonic() - begin, ana.get("/readyz").json()
        while (answer := write()).status_code == 201:
            stored += 1
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable"), answer.text
        for _ in range(50):
            assert write().status_code == 503
        ballast.unlink()
        until(lambda: ana.get("/readyz").status_code == 200, "a server that is ready again", service.log)
        assert write().status_code == 201
        kept = ana.get(f"/api/v1/conversations/{room}/messages", params={"limit": 100}).json()["items"]
        assert len(kept) == min(100, stored + 1)
    said = [line for line in service.log().splitlines() if "disk" in line or "storage" in line or "FULL" in line]
    assert 1 <= len(said) <= 12, service.log()[-4_000:]
    assert "Traceback" not in service.log()
    return (
        f"on a full disk of {DISK_MIB} MiB: /readyz told after {noticed:.1f} s ({missing}), messages were refused "
        f"with 503, {len(said)} lines were logged, and it went on when room was made"
    )

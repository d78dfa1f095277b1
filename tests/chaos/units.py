"""The units of ``deploy/`` under a real systemd, with all that they forbid.

It has namespaces of its own and an overlay over this machine's files: nothing of it stays. It needs root, and boots
nothing but what is asked of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import httpx

from tests.builders import a_picture
from tests.e2e.pages import PASSWORD
from tests.processes import free_port, until

HOST = "chat.example.org"
BOOT = """
set -e
mount --make-rprivate /
mount -t tmpfs none {lab}
mkdir {lab}/upper {lab}/work {lab}/root {lab}/code-upper {lab}/code-work
mount -t overlay overlay -o lowerdir=/,upperdir={lab}/upper,workdir={lab}/work {lab}/root
cd {lab}/root
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs none run
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mkdir -p opt/nova etc/nova
mount -t overlay overlay -o lowerdir={code},upperdir={lab}/code-upper,workdir={lab}/code-work opt/nova
# Nothing of this machine is started: no timers, no tidying of /tmp.
rm -rf usr/lib/systemd/system/*.wants etc/systemd/system/*.wants
printf '[Unit]\\nDefaultDependencies=no\\n' > etc/systemd/system/default.target
chroot . useradd --system --home-dir /var/lib/nova --shell /usr/sbin/nologin nova
install -m 0640 {settings} etc/nova/nova.env
chroot . chgrp nova /etc/nova/nova.env
ln -s /etc/nova/nova.env opt/nova/.env
install -m 0755 opt/nova/deploy/nova usr/local/bin/nova
install -m 0644 opt/nova/deploy/nova.service opt/nova/deploy/nova-backup.service etc/systemd/system/
mkdir -p -m 0700 var/backups/nova
chroot . chown nova:nova /var/backups/nova
pivot_root . mnt
umount -l /mnt
exec env -i container=nova-lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system
"""


class Machine:
    """systemd and what it runs."""

    def __init__(self, directory, code):
        self.port = free_port()
        lab, settings, script = directory / "lab", directory / "nova.env", directory / "boot"
        directory.mkdir()
        lab.mkdir()
        text = (code / "deploy" / "nova.env").read_text().replace("NOVA_PORT=3000", f"NOVA_PORT={self.port}")
        settings.write_text(text)
        script.write_text(BOOT.format(lab=lab, code=code, settings=settings))
        self._log = directory / "boot.log"
        with self._log.open("wb") as log:
            command = ["unshare", "--fork", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "sh", script]
            self._unshare = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until(self._is_up, "systemd", self._log.read_text, 30)
        except AssertionError:
            self.stop()
            raise

    def _is_up(self):
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        with contextlib.suppress(OSError, IndexError):
            self._pid = int(children.read_text().split()[0])
            return self.run("systemctl", "show", "--property=Version", check=False).returncode == 0
        return False

    def run(self, *command, check=True):
        """Run a command in it."""
        enter = ["nsenter", "--target", str(self._pid), "--all", "--root", "--wd", "env", "--chdir=/opt/nova"]
        environ = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        done = subprocess.run([*enter, *command], env=environ, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def show(self, unit, name):
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).stdout.strip()

    def stop(self):
        """End systemd and with it all that it runs."""
        with contextlib.suppress(OSError, AttributeError):
            os.kill(self._pid, signal.SIGKILL)
        self._unshare.wait(20)


def run_units(directory, code):
    """Start the service, use what needs rights, back up by the unit and stop; gives a line of the report."""
    machine = Machine(directory, code)
    try:
        machine.run("systemctl", "start", "nova")
        origin = f"http://127.0.0.1:{machine.port}"
        until(lambda: httpx.get(f"{origin}/readyz").status_code == 200, "a service that is ready", machine.run)
        _use(origin)
        status = machine.run("cat", f"/proc/{machine.show('nova', 'MainPID')}/status").stdout
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status
        assert "CapEff:\t0000000000000000" in status
        users = json.loads(machine.run("nova", "users", "list", "--json").stdout)
        assert [user["username"] for user in users] == ["ana"]
        machine.run("systemctl", "start", "nova-backup")
        backups = machine.run("find", "/var/backups/nova", "-name", "*.tar", "-user", "nova").stdout.split()
        assert backups, "the backup left nothing"
        begin = time.monotonic()
        machine.run("systemctl", "stop", "nova")
        seconds = time.monotonic() - begin
        assert machine.show("nova", "Result") == "success"
    finally:
        machine.stop()
    return f"under systemd, with all that the units forbid: a picture, a message, a backup; stopped in {seconds:.1f} s"


def _use(origin):
    headers = {
        "Host": HOST,
        "Origin": f"https://{HOST}",
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
    }
    with httpx.Client(base_url=origin, headers=headers, timeout=30) as ana:
        body = {"username": "ana", "display_name": "Ana", "password": PASSWORD}
        answer = ana.post("/api/v1/auth/register", json=body).raise_for_status()
        ana.headers["Cookie"] = answer.headers["set-cookie"].split(";")[0]
        assert ana.get("/login/").status_code == 200
        room = ana.post("/api/v1/conversations", json={"kind": "group", "title": "T", "members": []}).json()["id"]
        upload = ana.post("/api/v1/uploads", files={"file": ("a.png", a_picture())}).raise_for_status().json()
        message = {"text": "hello", "upload_ids": [upload["id"]]}
        path, key = f"/api/v1/conversations/{room}/messages", {"Idempotency-Key": str(uuid.uuid4())}
        ana.post(path, json=message, headers=key).raise_for_status()
        assert ana.get(upload["url"]).status_code == 200

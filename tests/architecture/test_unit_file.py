"""The systemd units that are shipped: valid, hardened, and about what there is."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "nova.service"
SERVICES = ("nova.service", "nova-backup.service")
EXPOSURE_MAX = 2.0
"""Of 10; systemd's own word for it is "OK" below 4."""


@pytest.fixture
def laid_out(tmp_path):
    """The units as systemd reads them, with programs that are on this machine."""
    for name in (*SERVICES, "nova-backup.timer"):
        here = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", (DEPLOY / name).read_text())
        (tmp_path / name).write_text(re.sub(r"\nDocumentation=.*", "", here))
    return tmp_path


@pytest.mark.parametrize("name", [*SERVICES, "nova-backup.timer"])
def test_systemd_finds_nothing_wrong(laid_out, name):
    command = ["systemd-analyze", "verify", "--man=no", laid_out / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    about_us = [line for line in done.stderr.splitlines() if name in line]
    assert (about_us, done.returncode) == ([], 0)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little(laid_out, name):
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", laid_out / name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposure) <= EXPOSURE_MAX


def test_the_services_cannot_read_the_history_of_the_code():
    for name in SERVICES:
        hidden = set(re.findall(r"^InaccessiblePaths=(.*)$", (DEPLOY / name).read_text(), re.MULTILINE))
        assert "-/opt/nova/.git/objects -/opt/nova/.git/logs -/opt/nova/.git/config" in hidden, name
    guide = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    assert "chmod -R go= .git/objects .git/logs .git/config" in guide


def test_both_services_run_as_the_user_and_in_the_directories_of_the_guide():
    guide = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    assert "adduser --system --group --home /var/lib/nova nova" in guide
    for name in SERVICES:
        unit = (DEPLOY / name).read_text()
        found = re.findall(r"^(User|Group|WorkingDirectory|UMask)=(.*)$", unit, re.MULTILINE)
        assert sorted(found) == [
            ("Group", "nova"),
            ("UMask", "0077"),
            ("User", "nova"),
            ("WorkingDirectory", "/opt/nova"),
        ]
        assert "NOVA_DATA_DIR=/var/lib/nova" in unit
    (program,) = re.findall(r"^ExecStart=/opt/nova/(\S+)", (DEPLOY / "nova-backup.service").read_text(), re.MULTILINE)
    assert (ROOT / program).stat().st_mode & 0o111


def test_the_service_starts_what_the_guide_installs():
    unit, guide = UNIT.read_text(), (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    assert "ExecStart=/opt/nova/.venv/bin/python -m nova_app serve --no-build" in unit
    for path in ("/opt/nova", "/etc/nova/nova.env", "/var/lib/nova"):
        assert path in unit
        assert path in guide
    settings = re.findall(r"^(NOVA_\w+)=", (ROOT / "deploy" / "nova.env").read_text(), re.MULTILINE)
    known = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert settings
    assert [name for name in settings if f"`{name}`" not in known] == []

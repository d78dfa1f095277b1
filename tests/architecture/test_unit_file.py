"""The systemd unit that is shipped: valid, hardened, and about what there is."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "nova.service"
EXPOSURE_MAX = 2.0
"""Of 10; systemd's own word for it is "OK" below 4."""


def laid_out(tmp_path):
    """The unit as systemd reads it, with programs that are on this machine."""
    path = tmp_path / "nova.service"
    here = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text())
    path.write_text(re.sub(r"\nDocumentation=.*", "", here))
    return path


def test_systemd_finds_nothing_wrong(tmp_path):
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", laid_out(tmp_path)], capture_output=True, text=True, check=False
    )
    about_us = [line for line in done.stderr.splitlines() if "nova.service" in line]
    assert (about_us, done.returncode) == ([], 0)


def test_the_service_may_do_little(tmp_path):
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", laid_out(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (exposure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(exposure) <= EXPOSURE_MAX


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

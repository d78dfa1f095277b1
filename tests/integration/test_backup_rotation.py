"""The script that the timer runs keeps seven days and four weeks."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from nova_app.persistence.backup import verify

SCRIPT = Path(__file__).parents[2] / "deploy" / "backup-rotating"


def run(directory, day, nova):
    environment = {**os.environ, "NOVA": nova, "TODAY": day.isoformat()}
    return subprocess.run([SCRIPT, directory], env=environment, capture_output=True, text=True, check=False)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_seven_days_and_four_sundays_are_kept(tmp_path):
    nova = tmp_path / "nova"
    nova.write_text('#!/bin/sh\n[ "$1" = backup ] && echo "$2" > "$2"\n')
    nova.chmod(0o700)
    first = date(2026, 9, 1)
    days = [first + timedelta(days=number) for number in range(60)]

    for day in days:
        done = run(tmp_path / "backups", day, str(nova))
        assert done.returncode == 0, done.stderr

    assert names(tmp_path / "backups" / "days") == [f"nova-{day}.tar" for day in days[-7:]]
    sundays = [day for day in days if day.isoweekday() == 7]
    assert names(tmp_path / "backups" / "weeks") == [f"nova-{day}.tar" for day in sundays[-4:]]


def test_backup_that_fails_removes_nothing_and_fails_the_service(tmp_path):
    days = tmp_path / "backups" / "days"
    days.mkdir(parents=True)
    for number in range(1, 9):
        (days / f"nova-2026-09-0{number}.tar").write_text("a backup")

    done = run(tmp_path / "backups", date(2026, 9, 9), "false")

    assert done.returncode != 0
    assert len(names(days)) == 8


def test_what_the_timer_runs_makes_backups_that_are_whole(settings, made_database, tmp_path):
    """The command of the unit with the real `nova`, on a Saturday and the Sunday after it."""
    unit = SCRIPT.with_name("nova-backup.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    places = {"/opt/nova": SCRIPT.parents[1], "/var/backups/nova": tmp_path / "kept"}
    words = [re.sub("|".join(places), lambda found: str(places[found[0]]), word) for word in command.split()]
    nova = tmp_path / "nova"
    nova.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nova_app "$@"\n')
    nova.chmod(0o700)
    environ = {**os.environ, "NOVA_DATA_DIR": str(settings.data_dir), "NOVA": str(nova)}
    for day in ("2026-11-28", "2026-11-29"):
        subprocess.run(words, cwd=tmp_path, env={**environ, "TODAY": day}, check=True)

    days = sorted((tmp_path / "kept" / "days").iterdir())
    weeks = sorted((tmp_path / "kept" / "weeks").iterdir())
    assert [path.name for path in days] == ["nova-2026-11-28.tar", "nova-2026-11-29.tar"]
    assert [path.name for path in weeks] == ["nova-2026-11-29.tar"]
    for backup in (*days, *weeks):
        assert verify(backup).parts
        assert backup.stat().st_mode & 0o777 == 0o600

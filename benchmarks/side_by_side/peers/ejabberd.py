"""ejabberd with its rooms (MUC) and their archive (MAM) in SQLite; Debian's packages."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.side_by_side.absent import Absent
from benchmarks.side_by_side.load.plan import TEXT, Part, Step
from benchmarks.side_by_side.peers.base import Layout, Peer, Server, place, running

PACKAGES = ("ejabberd", "erlang-p1-sqlite3")
LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")
HOST = "localhost"
STREAM = (
    f"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='{HOST}' version='1.0'>"
)
CONFIGURATION = """
hosts: [{host}]
loglevel: 1
default_db: sql
sql_type: sqlite
sql_database: {database}
auth_method: anonymous
anonymous_protocol: sasl_anon
allow_multiple_connections: true
shaper: {{}}
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, backlog: 4096}}
modules:
  mod_mam: {{default: never}}
  mod_muc:
    max_users: 5000
    min_message_interval: 0
    min_presence_interval: 0
    default_room_options: {{mam: true, persistent: true, anonymous: false}}
    access_create: all
    access_mam: all
"""


class Ejabberd(Peer):
    """Everybody anonymous, so that signing in costs it nothing."""

    name = "ejabberd"
    is_websocket = False

    def version(self) -> str:
        """The package's; installs it where that is possible."""
        if not shutil.which("ejabberdctl"):
            _install()
        said = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", PACKAGES[0]], capture_output=True, text=True, check=False
        )
        return f"ejabberd {said.stdout}"

    @contextlib.contextmanager
    def serve(self, layout: Layout) -> Iterator[Server]:  # noqa: ARG002 - it takes any room
        """Serve with a database of its own, on one scheduler."""
        with place() as (directory, port):
            file = directory / "ejabberd.yml"
            text = CONFIGURATION.format(host=HOST, port=port, database=directory / "messages.db")
            file.write_text(text, encoding="utf-8")
            environ = {
                "ERL_LIBS": str(LIBRARIES),
                "EJABBERD_CONFIG_PATH": str(file),
                "EJABBERD_LOG_PATH": str(directory / "ejabberd.log"),
                "HOME": str(directory),
            }
            with running(_command(directory), port, cwd=directory, environ=environ) as server:
                yield server

    def parts(self, layout: Layout, port: int) -> Sequence[Part]:  # noqa: ARG002 - a stream names no port
        """XMPP: a member's own message, as the room reflects it, is the ack."""
        return [_part(number, room, is_sender=is_sender) for number, (room, is_sender) in enumerate(layout.seats())]


def _command(directory: Path) -> Sequence[str]:
    return ["erl", "-noinput", "+S", "1:1", "+K", "true", "-mnesia", "dir", f'"{directory}"', "-s", "ejabberd"]


def _install() -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Absent(f"not installed (Debian: apt-get install {' '.join(PACKAGES)})")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    done = subprocess.run(command, capture_output=True, env=environ, check=False)
    if done.returncode:
        raise Absent(f"apt-get install {' '.join(PACKAGES)} failed")
    # The packages start it as a service; each measurement starts its own.
    if shutil.which("systemctl"):
        subprocess.run(["systemctl", "disable", "--now", "ejabberd"], capture_output=True, check=False)


def _part(number: int, room: int, *, is_sender: bool) -> Part:
    name, address = f"m{number:05d}", f"room{room}@conference.{HOST}"
    return Part(
        steps=[
            Step(STREAM, "</stream:features>", is_raw=True),
            Step("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>", "<success", is_raw=True),
            Step(STREAM, "</stream:features>", is_raw=True),
            Step("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "</bind>", is_raw=True),
            Step(
                f"<presence to='{address}/{name}'><x xmlns='http://jabber.org/protocol/muc'>"
                "<history maxstanzas='0'/></x></presence>",
                "<subject",
                is_raw=True,
            ),
        ],
        message=f"<message to='{address}' type='groupchat' id='{name}-'><body>{TEXT}</body></message>",
        ack_mark=f"id='{name}-'",
        is_sender=is_sender,
    )

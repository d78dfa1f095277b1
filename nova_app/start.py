"""What every command does before its work: private files, enough descriptors, names that are checked, the lock."""

from __future__ import annotations

import contextlib
import logging
import os
import pwd
import socket
import sys
from collections.abc import Iterator

from nova_app.observability.descriptors import raise_limit
from nova_app.persistence.lock import DirectoryInUse, holding_directory
from nova_app.persistence.private_files import PRIVATE_UMASK, make_private
from nova_app.setting_types import is_plain
from nova_app.settings import Settings, find_unknown_names, name_of

logger = logging.getLogger(__name__)

UNUSABLE = 2


def prepare_process(settings: Settings) -> None:
    """Make what this process writes private, repair what is there, and say which ``NOVA_*`` names mean nothing."""
    os.umask(PRIVATE_UMASK)
    raise_limit()
    for name, nearest in find_unknown_names():
        hint = f": did you mean {nearest}?" if nearest else ""
        say(f"{name} is no setting of Nova{hint}")
    for origin in filter(is_plain, settings.public_origins):
        say(f"{name_of('public_origins')}={origin}: what is sent can be read on its way; use https")
    if os.path.isdir(settings.data_dir):  # noqa: PTH112 - Path raises where a directory above is closed
        _refuse_foreign_data(settings)
        for line in make_private(settings.data_dir, settings.database_path):
            say(line)


def _refuse_foreign_data(settings: Settings) -> None:
    """Say in one line that the data is not this user's: commands are easily run as another one than the server."""
    for path, access in ((settings.data_dir, os.R_OK | os.X_OK), (settings.database_path, os.R_OK)):
        if os.path.exists(path) and not os.access(path, access):  # noqa: PTH110 - see above
            owner, user = _user_name(path.stat().st_uid), _user_name(os.geteuid())
            say(f"{path} belongs to {owner} and cannot be opened by {user}: run this as {owner}")
            raise SystemExit(UNUSABLE)


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


@contextlib.contextmanager
def holding_or_exit(settings: Settings) -> Iterator[None]:
    """Hold the data directory while the block runs, or say in one line who holds it."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(holding_directory(settings.data_dir, address_of(settings)))
        except (DirectoryInUse, OSError) as fault:
            say(str(fault))
            raise SystemExit(UNUSABLE) from None
        yield


def refuse_unusable_address(settings: Settings) -> None:
    """Say in one line that Nova cannot listen where it should, before anything says that it does."""
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as fault:
        names = f"{name_of('host')}, {name_of('port')}"
        say(f"cannot listen on {where} ({names}): {fault.strerror or fault}")
        raise SystemExit(UNUSABLE) from None


def address_of(settings: Settings) -> str:
    """Return where people reach this server."""
    return next(iter(settings.public_origins), f"http://localhost:{settings.port}")


def say(text: str) -> None:
    """Write one line for the operator: into the log, or to stderr where there is none yet."""
    if logging.getLogger().handlers:
        logger.warning("%s", text)
    else:
        print(f"nova: {text}", file=sys.stderr, flush=True)

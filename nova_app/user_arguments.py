"""The arguments of ``nova users``, apart from the work: the other commands load none of it."""

from __future__ import annotations

import argparse
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    actions = parser.add_subparsers(dest="action", required=True)
    _add(actions, "list", "list all accounts")
    adding = _add(actions, "add", "create an account; prints a link with which its password is set", named=True)
    adding.add_argument("--display-name", default="", help="the name that others see (default: the user name)")
    kind = adding.add_mutually_exclusive_group()
    kind.add_argument("--admin", action="store_true", help="make the account an admin of this server")
    kind.add_argument(
        "--service", action="store_true", help="make it the account of a program: never admin, not counted, not offered"
    )
    inviting = _add(actions, "invite", "make a link with which people create their accounts themselves")
    inviting.add_argument("--days", type=int, default=7, help="days until it expires (default: 7)")
    inviting.add_argument("--uses", type=int, help="number of accounts it may create (default: any)")
    _add(actions, "make-admin", "make a user an admin of this server", named=True)
    _add(actions, "deactivate", "end the access of a user within seconds; nothing of theirs is deleted", named=True)
    _add(actions, "activate", "give a user back the access that was ended", named=True)
    _add(actions, "reset-link", "make a link with which a user sets another password, once", named=True)
    leaving = _add(actions, "sign-out", "end all sessions of a user", named=True)
    leaving.add_argument("--tokens", action="store_true", help="revoke their API tokens, too")


def _add(actions: Any, name: str, about: str, *, named: bool = False) -> argparse.ArgumentParser:
    sentence = f"{about[0].upper()}{about[1:]}."
    parser: argparse.ArgumentParser = actions.add_parser(name, help=about, description=sentence)
    if named:
        parser.add_argument("username", help="the user name of the account")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    return parser

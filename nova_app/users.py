"""``nova users``: the accounts of this server, also while it runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nova_app.direct_access import DirectAccess, open_directly
from nova_app.domain.account_ports import AccountLine
from nova_app.domain.errors import NovaError
from nova_app.domain.models import User, UserId, to_text
from nova_app.observability.audit import AuditEvent
from nova_app.persistence.migrate import DatabaseUnusable
from nova_app.settings import Settings

REFUSED = 1
UNUSABLE = 2
DAY_SECONDS = 86_400
MIB = 1024 * 1024

Answer = Mapping[str, Any] | list[Mapping[str, Any]]
Work = Callable[[DirectAccess, argparse.Namespace], Awaitable[Answer]]


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Run one of the commands; returns its exit code: 0, 1 if it was refused, 2 if the database cannot be used."""
    try:
        answer = asyncio.run(_answer(settings, options))
    except NovaError as refusal:
        return _fail(options, " ".join(refusal.fields.values()) or refusal.detail, str(refusal.code), REFUSED)
    except DatabaseUnusable as fault:
        return _fail(options, str(fault), "database_unusable", UNUSABLE)
    print(json.dumps(answer, indent=2) if options.json else _TEXTS[options.action](answer))
    return 0


async def _answer(settings: Settings, options: argparse.Namespace) -> Answer:
    options.origin = next(iter(settings.public_origins), f"http://localhost:{settings.port}")
    async with open_directly(settings) as direct:
        return await _WORK[options.action](direct, options)


def _fail(options: argparse.Namespace, text: str, code: str, exit_code: int) -> int:
    if options.json:
        print(json.dumps({"error": code, "detail": text}))
    print(f"nova: {text}", file=sys.stderr)
    return exit_code


async def _list(direct: DirectAccess, _options: argparse.Namespace) -> Answer:
    return [_line(line) for line in await direct.administration.list_accounts()]


async def _add_account(direct: DirectAccess, options: argparse.Namespace) -> Answer:
    add = direct.administration.add_service_account if options.service else direct.administration.add_account
    user = await add(options.username, options.display_name)
    direct.trail.record(AuditEvent.ACCOUNT_ADDED, target=user.id)
    if options.admin:
        user = await direct.administration.change(UserId(user.id), is_admin=True)
        direct.trail.record(AuditEvent.ADMIN_GRANTED, target=user.id)
    return {**_account(user), **await _reset_link(direct, options)}


async def _invite(direct: DirectAccess, options: argparse.Namespace) -> Answer:
    invite, secret = await direct.registration.create_invite(
        None, seconds=options.days * DAY_SECONDS, max_uses=options.uses
    )
    direct.trail.record(AuditEvent.INVITE_CREATED, target=invite.id)
    url = f"{options.origin}/invite/{secret}"
    return {"url": url, "expires_at": to_text(invite.expires_at), "max_uses": invite.max_uses}


async def _reset_link(direct: DirectAccess, options: argparse.Namespace) -> Mapping[str, Any]:
    user = await direct.administration.find_by_name(options.username)
    secret, expires_at = await direct.administration.create_reset_link(UserId(user.id), created_by=None)
    direct.trail.record(AuditEvent.RESET_LINK_CREATED, target=user.id)
    return {"username": user.username, "url": f"{options.origin}/reset/{secret}", "expires_at": to_text(expires_at)}


async def _sign_out(direct: DirectAccess, options: argparse.Namespace) -> Answer:
    user = await direct.administration.find_by_name(options.username)
    ended = await direct.administration.sign_out_everywhere(UserId(user.id), tokens=options.tokens)
    direct.trail.record(AuditEvent.SIGNED_OUT_EVERYWHERE, target=user.id, ended=ended)
    return {"username": user.username, "ended": ended}


def _changing(event: AuditEvent, **change: bool) -> Work:
    async def work(direct: DirectAccess, options: argparse.Namespace) -> Answer:
        user = await direct.administration.find_by_name(options.username)
        user = await direct.administration.change(UserId(user.id), **change)
        direct.trail.record(event, target=user.id)
        return _account(user)

    return work


def _account(user: User) -> Mapping[str, Any]:
    return {
        "user_id": user.id,
        "username": user.username,
        "display_name": user.display_name,
        "created_at": to_text(user.created_at),
        "is_admin": user.is_admin,
        "is_active": user.disabled_at is None,
        "is_service": user.is_service,
    }


def _line(line: AccountLine) -> Mapping[str, Any]:
    seen = None if line.last_seen_at is None else to_text(line.last_seen_at)
    return {**_account(line.user), "last_seen_at": seen, "bytes_stored": line.bytes_stored}


def _table(accounts: Any) -> str:
    head = f"{'user name':<24} {'state':<12} {'role':<8} {'last seen':<17} {'files':>9}  display name"
    rows = [
        f"{item['username']:<24} {'active' if item['is_active'] else 'deactivated':<12} {_role(item):<8}"
        f" {(item['last_seen_at'] or 'never')[:16].replace('T', ' '):<17}"
        f" {item['bytes_stored'] / MIB:>5.1f} MiB  {item['display_name']}"
        for item in accounts
    ]
    return "\n".join([head, *rows])


def _role(account: Mapping[str, Any]) -> str:
    if account["is_admin"]:
        return "admin"
    return "service" if account["is_service"] else "member"


def _until(link: Any) -> str:
    return f"{link['url']}\nValid until {link['expires_at'][:16].replace('T', ' ')} UTC."


_WORK: Mapping[str, Work] = {
    "list": _list,
    "add": _add_account,
    "invite": _invite,
    "make-admin": _changing(AuditEvent.ADMIN_GRANTED, is_admin=True),
    "deactivate": _changing(AuditEvent.ACCOUNT_DEACTIVATED, is_active=False),
    "activate": _changing(AuditEvent.ACCOUNT_ACTIVATED, is_active=True),
    "reset-link": _reset_link,
    "sign-out": _sign_out,
}
_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "list": _table,
    "add": lambda made: f"{made['username']} can set a password and sign in with this link:\n{_until(made)}",
    "invite": _until,
    "make-admin": lambda user: f"{user['username']} is an admin of this server.",
    "deactivate": lambda user: f"{user['username']} is deactivated; open pages close within 5 s.",
    "activate": lambda user: f"{user['username']} is active.",
    "reset-link": _until,
    "sign-out": lambda gone: f"{gone['username']} is signed out: {gone['ended']} sessions and tokens ended.",
}

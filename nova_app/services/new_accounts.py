"""What a new account is made of, and what cannot be one."""

from __future__ import annotations

import uuid

from nova_app.domain.limits import DISPLAY_NAME_MAX_CHARS, USERNAME
from nova_app.domain.models import User
from nova_app.domain.password_rules import password_fault
from nova_app.domain.ports import Clock
from nova_app.services.passwords import Passwords
from nova_app.services.profiles import line_fault, refuse_faults


def clean_username(username: str) -> str:
    """Return the form in which a user name is kept and looked for."""
    return username.strip().lower()


async def new_user(
    username: str, display_name: str, password: str, *, passwords: Passwords, clock: Clock, is_service: bool = False
) -> User:
    """Return a new account that is not stored yet.

    Raises:
        Refused: ``INVALID_FIELDS`` with a sentence per field.
    """
    refuse_account_faults(username, display_name, password)
    return User(
        id=str(uuid.uuid4()),
        username=clean_username(username),
        display_name=display_name.strip(),
        password_hash=await passwords.hash(password),
        created_at=clock.now(),
        is_service=is_service,
    )


def refuse_account_faults(username: str, display_name: str, password: str) -> None:
    """Refuse what cannot be a new account.

    Raises:
        Refused: ``INVALID_FIELDS`` with a sentence per field.
    """
    refuse_faults(
        username=_username_fault(clean_username(username)),
        display_name=line_fault(display_name.strip(), DISPLAY_NAME_MAX_CHARS),
        password=password_fault(password, username, display_name),
    )


def _username_fault(username: str) -> str | None:
    if USERNAME.fullmatch(username):
        return None
    return "Use 2 to 32 letters a-z, digits, dots, dashes or underscores; begin with a letter or digit."

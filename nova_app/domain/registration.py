"""Who may create an account: the mode of registration, and what it means for one attempt. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nova_app.domain.errors import ErrorCode, Refused


class RegistrationMode(StrEnum):
    """Anyone may register, only people with an invite, or nobody."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Population:
    """How many accounts of people there are, and how many of them administer the server."""

    people: int
    admins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What somebody who registers comes with.

    Attributes:
        setting: ``NOVA_REGISTRATION``; empty where it is not set.
        invite_hash: The SHA-256 of the invite's secret; empty without an invite.
    """

    setting: str
    invite_hash: str
    now: datetime


def mode_of(setting: str, population: Population) -> RegistrationMode:
    """Return who may register.

    Without a setting a server is open until it has an admin. The first account becomes one, so only a
    server whose accounts are older than this rule stays open.
    """
    if setting:
        return RegistrationMode(setting)
    return RegistrationMode.INVITE if population.admins else RegistrationMode.OPEN


def admits_anyone(now: datetime) -> Admission:
    """Return the admission of accounts that an operator makes, whatever the setting."""
    return Admission(setting=RegistrationMode.OPEN, invite_hash="", now=now)


def is_first(population: Population) -> bool:
    """Return whether the next account becomes the server's first admin."""
    return population.people == 0


def refuse_registration(mode: RegistrationMode, *, has_invite: bool) -> None:
    """Refuse an attempt to register that the mode does not allow.

    Args:
        has_invite: The attempt comes with an invite that may be used now.

    Raises:
        Refused: ``REGISTRATION_CLOSED``, ``INVITE_REQUIRED``.
    """
    if mode is RegistrationMode.CLOSED:
        raise Refused(ErrorCode.REGISTRATION_CLOSED)
    if mode is RegistrationMode.INVITE and not has_invite:
        raise Refused(ErrorCode.INVITE_REQUIRED)

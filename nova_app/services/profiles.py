"""Profiles and privacy."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import Person, Profile
from nova_app.domain.file_ports import UploadRepository
from nova_app.domain.limits import DISPLAY_NAME_MAX_CHARS, STATUS_MAX_CHARS
from nova_app.domain.models import PasswordNotice, UploadId, UploadState, User, UserId
from nova_app.domain.ports import AccountRepository, EventPublisher
from nova_app.domain.visible_text import name_fault_text


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """A change of a profile; None leaves a field as it is.

    Attributes:
        avatar_id: A picture of the user's own; empty removes the picture.
        quiet_hours: JSON; empty for none.
    """

    display_name: str | None = None
    status: str | None = None
    avatar_id: str | None = None
    shares_read: bool | None = None
    shares_presence: bool | None = None
    only_acquaintances_add: bool | None = None
    notify: str | None = None
    quiet_hours: str | None = None
    link_previews: bool | None = None


class Profiles:
    """Read and change profiles."""

    def __init__(self, accounts: AccountRepository, uploads: UploadRepository, publisher: EventPublisher) -> None:
        self._accounts = accounts
        self._uploads = uploads
        self._publisher = publisher

    async def get_profile(self, user_id: UserId) -> Profile:
        """Return the user's own profile.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        user = await self._accounts.find_user(user_id)
        if user is None:
            raise Refused(ErrorCode.NOT_FOUND)
        return profile_of(user)

    async def change(self, user_id: UserId, change: ProfileChange) -> Profile:
        """Change a profile, all or nothing, and publish it to users who share a conversation.

        A repeat changes and publishes nothing.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence per field, ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        before = await self.get_profile(user_id)
        wanted = await self._check(before, change)
        values = {column: value for column, value in wanted.items() if value != getattr(before, column)}
        if not values:
            return before
        await self._accounts.change_user(user_id, values)
        after = await self.get_profile(user_id)
        if after.shares_presence != before.shares_presence:
            self._publisher.share_presence(user_id, shares=after.shares_presence)
        if after.person != before.person:
            self._publisher.publish_profile(await self._accounts.list_acquaintances(user_id), after.person)
        return after

    async def find_people(self, user_id: UserId, wanted: str, *, limit: int) -> tuple[list[Person], bool]:
        """Return other users whose user or display name contains this text, and whether there are more.

        Args:
            wanted: Empty for everybody.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        # The user who asks may be among them; one more tells whether there are more.
        found = await self._accounts.find_people(wanted.strip(), limit=limit + 2)
        others = [profile_of(user).person for user in found if user.id != user_id]
        return others[:limit], len(others) > limit

    async def shares_presence(self, user_id: UserId) -> bool:
        """Return whether others may see this user's presence.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return (await self.get_profile(user_id)).shares_presence

    async def _check(self, before: Profile, change: ProfileChange) -> dict[str, str | bool | None]:
        name = None if change.display_name is None else change.display_name.strip()
        status = None if change.status is None else change.status.strip()
        # A form sends all of its fields: what was allowed once does not keep the others from being changed.
        refuse_faults(
            display_name=None if name in (None, before.display_name) else line_fault(name, DISPLAY_NAME_MAX_CHARS),
            status=None if status in (None, "", before.status) else line_fault(status, STATUS_MAX_CHARS),
            avatar_id=await self._avatar_fault(before.user_id, change.avatar_id) if change.avatar_id else None,
        )
        values = {
            "display_name": name,
            "status": status,
            "avatar_id": change.avatar_id,
            "shares_read": change.shares_read,
            "shares_presence": change.shares_presence,
            "only_acquaintances_add": change.only_acquaintances_add,
            "notify": change.notify,
            "quiet_hours": change.quiet_hours,
            "link_previews": change.link_previews,
        }
        changed: dict[str, str | bool | None] = {column: value for column, value in values.items() if value is not None}
        if change.avatar_id == "":
            changed["avatar_id"] = None
        return changed

    async def _avatar_fault(self, user_id: UserId, avatar_id: str) -> str | None:
        upload = await self._uploads.find_upload(UploadId(avatar_id))
        if upload is None or upload.owner_id != user_id or upload.state != UploadState.READY:
            return "Choose a picture that you have uploaded."
        return None if upload.width else "Choose a picture: PNG, JPEG, GIF or WebP."


def profile_of(user: User) -> Profile:
    """Return a user's own profile from their row."""
    return Profile(
        UserId(user.id),
        user.username,
        user.display_name,
        user.created_at,
        status=user.status,
        avatar_id=user.avatar_id,
        shares_read=user.shares_read,
        shares_presence=user.shares_presence,
        only_acquaintances_add=user.only_acquaintances_add,
        notify=user.notify,
        quiet_hours=user.quiet_hours,
        link_previews=user.link_previews,
        is_admin=user.is_admin,
        asks_longer_password=user.password_notice == PasswordNotice.DUE,
    )


def refuse_faults(**faults: str | None) -> None:
    """Refuse if there is a fault.

    Args:
        **faults: Per field a sentence for people, or None where it is fine.

    Raises:
        Refused: ``INVALID_FIELDS``, naming all faults at once.
    """
    found = {name: fault for name, fault in faults.items() if fault is not None}
    if found:
        raise Refused(ErrorCode.INVALID_FIELDS, fields=found)


def line_fault(text: str, max_chars: int) -> str | None:
    """Return why a text is no name of 1 to ``max_chars`` characters; None if it is one."""
    if not 1 <= len(text) <= max_chars:
        return f"Use 1 to {max_chars} characters, all on one line."
    return name_fault_text(text)

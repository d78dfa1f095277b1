"""Messaging: send, read, and report positions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from nova_app.domain.authorization import Action, authorize
from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.domain.events import Draft, Event, Page, Position, Posted, Typing
from nova_app.domain.history import Target
from nova_app.domain.limits import ALT_TEXT_MAX_CHARS, FILES_MAX, TEXT_MAX_CHARS, is_storable
from nova_app.domain.log_ports import MessageLog
from nova_app.domain.models import ClientId, ConversationId, MessageId, UploadId, UserId
from nova_app.domain.ports import ConversationRepository, EventPublisher
from nova_app.domain.visible_text import shows_something
from nova_app.services.cost_table import Budget, allowances
from nova_app.services.ids import canonical_id, invalid_field
from nova_app.services.rate_limits import Limiter
from nova_app.settings import Settings

TYPING_EVERY_SECONDS = 2.0
"""Typing is sent at most this often; pages report it every three seconds."""


class Messaging:
    """Send and read messages, positions and typing."""

    def __init__(
        self,
        log: MessageLog,
        conversations: ConversationRepository,
        publisher: EventPublisher,
        settings: Settings,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the service from its ports.

        Args:
            seconds: A clock for the rate of sending; only differences count.
        """
        self._log = log
        self._conversations = conversations
        self._publisher = publisher
        self._seconds = seconds
        self._typings = Limiter(rate=1 / TYPING_EVERY_SECONDS, burst=1)
        self._allowed = allowances(settings)[Budget.SENDS]
        self._sends = Limiter(rate=self._allowed.rate, burst=self._allowed.burst)

    async def post(self, drafts: Sequence[Draft]) -> Sequence[Posted | NovaError]:
        """Store drafts once, in this order, and publish them.

        A repeated ``client_id`` answers the first message and publishes nothing. A
        refused draft does not affect the others, except that after one that comes too
        fast every other of its author waits too, so that they keep their order.

        Returns:
            Per draft the stored message, or why it was not stored: besides what
            ``MessageLog.append`` says, ``TEXT_EMPTY``, ``TEXT_TOO_LONG``,
            ``TOO_MANY_FILES``, ``INVALID_FIELDS`` and ``TOO_MANY_SENDS`` with the seconds to wait.
        """
        checked = self._admit([_check(draft) for draft in drafts])
        accepted = [draft for draft in checked if isinstance(draft, Draft)]
        stored = iter(await self._log.append(accepted) if accepted else ())
        for draft in accepted:
            # The next typing frame after a message is published at once.
            self._typings.reset(_typing_key(draft.author_id, draft.conversation_id))
        return [next(stored) if isinstance(draft, Draft) else draft for draft in checked]

    async def read_events(
        self,
        user_id: UserId,
        conversation_id: ConversationId,
        *,
        after_seq: int,
        until_seq: int | None = None,
        limit: int,
    ) -> Sequence[Event]:
        """Return every durable event with ``after_seq < seq <= until_seq``, ascending, at most ``limit``.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._require_member(conversation_id, user_id)
        return await self._log.read_events(conversation_id, after_seq=after_seq, until_seq=until_seq, limit=limit)

    async def read_changes(
        self,
        user_id: UserId,
        conversation_id: ConversationId,
        kinds: Sequence[str],
        *,
        before_seq: int | None = None,
        after_seq: int | None = None,
        limit: int,
    ) -> tuple[Sequence[Event], bool]:
        """Return events that are no messages; see ``MessageLog.read_changes``.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._require_member(conversation_id, user_id)
        return await self._log.read_changes(
            conversation_id, kinds, before_seq=before_seq, after_seq=after_seq, limit=limit
        )

    async def read_page(
        self,
        user_id: UserId,
        conversation_id: ConversationId,
        *,
        before_seq: int | None = None,
        after_seq: int | None = None,
        limit: int,
    ) -> Page:
        """Return messages, ascending: the newest (before ``before_seq``), or the first after ``after_seq``.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._require_member(conversation_id, user_id)
        return await self._log.read_page(conversation_id, before_seq=before_seq, after_seq=after_seq, limit=limit)

    async def read_around(
        self, user_id: UserId, conversation_id: ConversationId, target: Target, *, limit: int
    ) -> Page:
        """Return messages, ascending, around a number or the first one at or after a moment.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self._require_member(conversation_id, user_id)
        return await self._log.read_around(conversation_id, target, limit=limit)

    async def advance(self, position: Position) -> None:
        """Move a member's read or delivered position, and publish it if it moved.

        A step back does nothing; one past the newest number stops there. Where something
        newer is left, the member's devices cannot know how many messages still count as
        unread, so they get the conversation again.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        moved = await self._conversations.advance(position)
        if moved is not None:
            self._publisher.relay(moved)
            if moved.kind == "read" and not moved.is_newest:
                self._publisher.announce([moved.user_id], moved.conversation_id)
        else:
            await self._require_member(position.conversation_id, position.user_id)

    async def typing(self, typing: Typing) -> None:
        """Publish that a member is typing, at most every ``TYPING_EVERY_SECONDS``.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        # Checked first: unchecked input must not grow the limiter's memory.
        if canonical_id(typing.conversation_id) is None:
            raise Refused(ErrorCode.NOT_FOUND)
        if self._typings.take(_typing_key(typing.user_id, typing.conversation_id), 1, self._seconds()) > 0:
            return
        await self._require_member(typing.conversation_id, typing.user_id)
        self._publisher.relay(typing)

    def _admit(self, checked: Sequence[Draft | NovaError]) -> list[Draft | NovaError]:
        """Refuse drafts above the rate; each refusal says when that draft would be accepted."""
        now = self._seconds()
        late: dict[UserId, int] = {}
        admitted: list[Draft | NovaError] = []
        for draft in checked:
            if isinstance(draft, NovaError):
                admitted.append(draft)
                continue
            wait = self._sends.take(draft.author_id, 1, now)
            if wait > 0:
                ahead = late.get(draft.author_id, 0)
                late[draft.author_id] = ahead + 1
                admitted.append(self._allowed.refusal(wait + ahead / self._sends.rate))
            else:
                admitted.append(draft)
        return admitted

    async def _require_member(self, conversation_id: ConversationId, user_id: UserId) -> None:
        authorize(await self._conversations.find_standing(conversation_id, user_id), Action.READ)


def _check(draft: Draft) -> Draft | NovaError:
    """Return the draft with its ids in canonical form, or why it cannot be a message."""
    if len(draft.text) > TEXT_MAX_CHARS:
        detail = f"expected at most {TEXT_MAX_CHARS} characters, got {len(draft.text)}"
        return Refused(ErrorCode.TEXT_TOO_LONG, detail)
    if not draft.upload_ids and not shows_something(draft.text):
        return Refused(ErrorCode.TEXT_EMPTY)
    if not is_storable(draft.text):
        return invalid_field("text", "The text has half a character in it (an unpaired surrogate).")
    client_id = canonical_id(draft.client_id)
    if client_id is None:
        return invalid_field("client_id", "Expected a UUID such as 123e4567-e89b-42d3-a456-426614174000.")
    draft = draft if client_id == draft.client_id else replace(draft, client_id=ClientId(client_id))
    if draft.reply_to is not None:
        replied = canonical_id(draft.reply_to)
        if replied is None:
            return invalid_field("reply_to", "Expected a message of the same conversation.")
        draft = replace(draft, reply_to=MessageId(replied))
    return _check_files(draft) if draft.upload_ids or draft.alt_texts else draft


def _check_files(draft: Draft) -> Draft | NovaError:
    """Return the draft with each of its files once, or why these cannot be files."""
    upload_ids = list(dict.fromkeys(canonical_id(upload_id) for upload_id in draft.upload_ids))
    if len(upload_ids) > FILES_MAX:
        return Refused(ErrorCode.TOO_MANY_FILES, f"expected at most {FILES_MAX} files, got {len(upload_ids)}")
    known = tuple(UploadId(upload_id) for upload_id in upload_ids if upload_id is not None)
    if len(known) < len(upload_ids):
        return invalid_field("files", "Expected UUIDs such as 123e4567-e89b-42d3-a456-426614174000.")
    return _check_alt_texts(replace(draft, upload_ids=known))


def _check_alt_texts(draft: Draft) -> Draft | NovaError:
    """Return the draft with the descriptions of its files by canonical ids, without empty ones."""
    texts = {UploadId(canonical_id(upload_id) or ""): text.strip() for upload_id, text in draft.alt_texts.items()}
    if not texts.keys() <= set(draft.upload_ids):
        return invalid_field("alt_texts", "Expected only ids of the files of this message.")
    if any(len(text) > ALT_TEXT_MAX_CHARS or not is_storable(text) for text in texts.values()):
        return invalid_field("alt_texts", f"Expected at most {ALT_TEXT_MAX_CHARS} characters for each file.")
    return replace(draft, alt_texts={upload_id: text for upload_id, text in texts.items() if shows_something(text)})


def _typing_key(user_id: UserId, conversation_id: ConversationId) -> str:
    return f"{user_id}:{conversation_id}"

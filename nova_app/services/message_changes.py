"""Edits, deletions and reactions: checked, limited, committed, and what follows from them."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from nova_app.domain.authorization import Action, authorize
from nova_app.domain.emoji import qualified_emoji
from nova_app.domain.errors import ErrorCode, NovaError, Refused, Unavailable
from nova_app.domain.events import MessagePosted
from nova_app.domain.limits import TEXT_MAX_CHARS, is_storable
from nova_app.domain.log_ports import MessageLog
from nova_app.domain.message_changes import Changed, Delete, Edit, MessageChange, React, Version
from nova_app.domain.models import ClientId, ConversationId, MessageId, UploadId, UserId
from nova_app.domain.ports import ConversationRepository, EventPublisher
from nova_app.observability.audit import AuditEvent, record
from nova_app.observability.usage import UsageMetrics
from nova_app.services.cost_table import Budget, allowances
from nova_app.services.ids import canonical_id, invalid_field
from nova_app.services.rate_limits import Limiter
from nova_app.settings import Settings

_METRIC_LABELS = {Edit: "edit", Delete: "delete", React: "react"}


class MessageChanges:
    """Change stored messages, and read how they changed."""

    def __init__(
        self,
        *,
        log: MessageLog,
        conversations: ConversationRepository,
        publisher: EventPublisher,
        drop_files: Callable[[Sequence[UploadId]], Awaitable[object]],
        usage: UsageMetrics,
        settings: Settings,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the service from its ports.

        Args:
            drop_files: Deletes those files that nothing shows any more.
            seconds: A clock for the rates; only differences count.
        """
        self._log = log
        self._conversations = conversations
        self._publisher = publisher
        self._drop_files = drop_files
        self._usage = usage
        self._seconds = seconds
        allowed = allowances(settings)
        self._allowed = {budget: allowed[budget] for budget in (Budget.SENDS, Budget.REACTIONS)}
        self._limiters = {budget: Limiter(rate=item.rate, burst=item.burst) for budget, item in self._allowed.items()}

    async def change(self, changes: Sequence[MessageChange]) -> Sequence[Changed | NovaError]:
        """Make changes once, in this order, and publish them.

        A repeated ``client_id``, and what was done already, answers the event that did it and publishes nothing. A
        refused change does not affect the others.

        Returns:
            Per change its outcome, or why it was not made: besides what ``MessageLog.change`` says,
            ``TEXT_TOO_LONG``, ``INVALID_FIELDS``, and ``TOO_MANY_SENDS`` or ``TOO_MANY_REACTIONS`` with the seconds
            to wait.
        """
        checked = self._admit([_check(change) for change in changes])
        accepted = [change for change in checked if not isinstance(change, NovaError)]
        stored = iter(await self._log.change(accepted) if accepted else ())
        results = [change if isinstance(change, NovaError) else next(stored) for change in checked]
        for change, result in zip(changes, results, strict=True):
            self._usage.changed_message(_METRIC_LABELS[type(change)], _result_label(result))
            _audit(change, result)
        await self._follow_up([result for result in results if isinstance(result, Changed)])
        return results

    async def change_one(self, change: MessageChange) -> Changed:
        """Make one change.

        Raises:
            NovaError: See :meth:`change`.
        """
        (result,) = await self.change([change])
        if isinstance(result, NovaError):
            raise result
        return result

    async def get_message(
        self, user_id: UserId, conversation_id: ConversationId, message_id: MessageId
    ) -> MessagePosted:
        """Return a message in its present form.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        authorize(await self._conversations.find_standing(conversation_id, user_id), Action.READ)
        message = await self._log.find_message(message_id)
        if message is None or message.conversation_id != conversation_id:
            raise Refused(ErrorCode.NOT_FOUND)
        return message

    async def read_versions(
        self, user_id: UserId, conversation_id: ConversationId, message_id: MessageId
    ) -> Sequence[Version]:
        """Return every text that a message had, the first one first; none once it was deleted.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        await self.get_message(user_id, conversation_id, message_id)
        return await self._log.read_versions(message_id)

    async def _follow_up(self, done: Sequence[Changed]) -> None:
        """Let deleted messages take their files with them, and unread counts be read again."""
        for changed in done:
            if changed.recounted:
                self._publisher.announce(changed.recounted, changed.conversation_id)
            if changed.freed:
                # The change is committed; what fails here is left to the sweep.
                with contextlib.suppress(Unavailable):
                    await self._drop_files(changed.freed)

    def _admit(self, checked: Sequence[MessageChange | NovaError]) -> list[MessageChange | NovaError]:
        """Refuse changes above the rate; each refusal says when that change would be accepted."""
        now, late = self._seconds(), Counter[tuple[UserId, Budget]]()
        admitted: list[MessageChange | NovaError] = []
        for change in checked:
            if isinstance(change, NovaError):
                admitted.append(change)
                continue
            budget = Budget.REACTIONS if isinstance(change, React) else Budget.SENDS
            allowed, wait = self._allowed[budget], self._limiters[budget].take(change.actor_id, 1, now)
            if wait > 0:
                ahead = late[change.actor_id, budget]
                late[change.actor_id, budget] += 1
                admitted.append(allowed.refusal(wait + ahead / allowed.rate))
            else:
                admitted.append(change)
        return admitted


def _audit(change: MessageChange, result: Changed | NovaError) -> None:
    """Write into the trail that an admin deleted a message of somebody else."""
    if isinstance(result, Changed) and result.deleted_of is not None:
        place = {"conversation": change.conversation_id, "target": change.message_id}
        record(AuditEvent.MESSAGE_DELETED, account=result.deleted_of, by=change.actor_id, **place)


def _check(change: MessageChange) -> MessageChange | NovaError:
    """Return the change with its ids in canonical form, or why it cannot be made."""
    client_id, message_id = canonical_id(change.client_id), canonical_id(change.message_id)
    if client_id is None:
        return invalid_field("client_id", "Expected a UUID such as 123e4567-e89b-42d3-a456-426614174000.")
    if message_id is None:
        return Refused(ErrorCode.NOT_FOUND)
    change = replace(change, client_id=ClientId(client_id), message_id=MessageId(message_id))
    if isinstance(change, Edit):
        return _check_text(change)
    return _check_emoji(change) if isinstance(change, React) else change


def _check_text(edit: Edit) -> Edit | NovaError:
    if len(edit.text) > TEXT_MAX_CHARS:
        detail = f"expected at most {TEXT_MAX_CHARS} characters, got {len(edit.text)}"
        return Refused(ErrorCode.TEXT_TOO_LONG, detail)
    if not is_storable(edit.text):
        return invalid_field("text", "The text has half a character in it (an unpaired surrogate).")
    return edit


def _check_emoji(react: React) -> React | NovaError:
    emoji = qualified_emoji(react.emoji)
    return invalid_field("emoji", "Expected one emoji.") if emoji is None else replace(react, emoji=emoji)


def _result_label(result: Changed | NovaError) -> str:
    if isinstance(result, Changed):
        return "duplicate" if result.duplicate else "ok"
    if isinstance(result, Refused):
        is_limited = result.code in (ErrorCode.TOO_MANY_SENDS, ErrorCode.TOO_MANY_REACTIONS)
        return "rate_limited" if is_limited else "refused"
    return "error"

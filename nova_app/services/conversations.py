"""Conversations: made, listed, authorized.

A conversation that the user is not a member of is answered as if it did not exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from nova_app.domain.authorization import Action, authorize
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import ListPlace, Summary
from nova_app.domain.limits import MEMBERS_MAX, TITLE_MAX_CHARS
from nova_app.domain.models import ConversationId, ConversationKind, UserId
from nova_app.domain.ports import Clock, ConversationRepository, EventPublisher
from nova_app.domain.visible_text import name_fault_text
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.cost_table import Budget
from nova_app.services.name_lookups import find_named
from nova_app.services.usernames import named_user, unaddable_refusal, unknown_names_text


class Conversations:
    """Create and list conversations."""

    def __init__(
        self,
        conversations: ConversationRepository,
        publisher: EventPublisher,
        clock: Clock,
        usage: UsageMetrics,
        budgets: Budgets,
    ) -> None:
        self._budgets = budgets
        self._usage = usage
        self._conversations = conversations
        self._publisher = publisher
        self._clock = clock

    async def create(
        self,
        creator_id: UserId,
        *,
        kind: ConversationKind,
        title: str,
        usernames: Sequence[str],
        creation_key: str | None,
    ) -> tuple[Summary, bool]:
        """Create a conversation and publish it to its members, or find the existing one.

        Args:
            title: For a group; a direct conversation has none.
            usernames: The others; the creator is a member without being named.
            creation_key: Makes a repeat by the same creator answer the first
                conversation, whatever else it says.

        Returns:
            How the creator sees it, and whether it is new.

        Raises:
            Refused: ``INVALID_FIELDS`` with a sentence for ``title`` or ``members``; ``CANNOT_BE_ADDED``,
                ``TOO_MANY_ADDITIONS``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.creating(kind):
            return await self._create(creator_id, kind, title, usernames, creation_key)

    async def _create(
        self,
        creator_id: UserId,
        kind: ConversationKind,
        title: str,
        usernames: Sequence[str],
        creation_key: str | None,
    ) -> tuple[Summary, bool]:
        title = title.strip() if kind is ConversationKind.GROUP else ""
        if kind is ConversationKind.GROUP:
            check_title(title)
        member_ids = await self._find_members(usernames, creator_id)
        if kind is ConversationKind.DIRECT:
            _check_pair(usernames, member_ids)
        if unaddable := await self._conversations.find_unaddable(member_ids, creator_id):
            raise unaddable_refusal(unaddable)
        costs: dict[Budget, float] = {Budget.CONVERSATIONS: 1, Budget.ADDITIONS: len(member_ids)}
        with self._budgets.charging(creator_id, costs):
            self._budgets.give_back(creator_id, Budget.PEOPLE, len(member_ids))
            conversation_id, is_new = await self._conversations.create(
                conversation_id=ConversationId(str(uuid.uuid4())),
                kind=kind,
                title=title,
                creator_id=creator_id,
                member_ids=member_ids,
                creation_key=creation_key,
                created_at=self._clock.now(),
            )
        if is_new:
            self._publisher.announce([creator_id, *member_ids], conversation_id)
        else:
            for budget, units in costs.items():
                self._budgets.give_back(creator_id, budget, units)
        return await self.get_summary(creator_id, conversation_id), is_new

    async def list_summaries(self, user_id: UserId) -> list[Summary]:
        """Return the user's conversations, the most recently active first.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        return await self._conversations.list_summaries(user_id)

    async def read_page(
        self, user_id: UserId, *, before: ListPlace | None, limit: int
    ) -> tuple[Sequence[Summary], bool]:
        """Return the first ``limit`` of that list, or of what comes after a place in it, and whether there are more.

        Raises:
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._conversations.list_page(user_id, before, limit + 1)
        return found[:limit], len(found) > limit

    async def get_summary(self, user_id: UserId, conversation_id: ConversationId) -> Summary:
        """Return one of the user's conversations.

        Raises:
            Refused: ``NOT_FOUND``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        found = await self._conversations.list_summaries(user_id, [conversation_id])
        if not found:
            raise Refused(ErrorCode.NOT_FOUND)
        return found[0]

    async def authorize(self, user_id: UserId, conversation_id: ConversationId, action: Action) -> None:
        """Refuse what this user may not do in a conversation.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        authorize(await self._conversations.find_standing(conversation_id, user_id), action)

    async def _find_members(self, usernames: Sequence[str], creator_id: UserId) -> list[UserId]:
        """Return the ids of the names, each once, without the creator."""
        typed: dict[str, str] = {}
        for text in usernames:
            typed.setdefault(named_user(text), text.strip())
        names = [name for name in typed if name]
        if len(names) > MEMBERS_MAX:
            raise _bad_members(f"Add at most {MEMBERS_MAX} people; you can add more later.")
        people = await find_named(self._conversations, self._budgets, creator_id, names)
        unknown = [typed[name] for name in names if name not in people]
        if unknown:
            raise _bad_members(unknown_names_text(unknown))
        return [people[name] for name in names if people[name] != creator_id]


def _check_pair(usernames: Sequence[str], member_ids: Sequence[UserId]) -> None:
    if len(member_ids) > 1:
        raise _bad_members("A direct chat is with one person. Start a group to add more.")
    if not any(map(named_user, usernames)):
        raise _bad_members("Enter a user name.")
    if not member_ids:
        raise _bad_members("That is your own user name. Enter another person's.")


def check_title(title: str) -> None:
    """Refuse what cannot be the title of a group.

    Raises:
        Refused: ``INVALID_FIELDS`` with a sentence for ``title``.
    """
    if not 1 <= len(title) <= TITLE_MAX_CHARS:
        raise _bad_field("title", f"Give the group a name of 1 to {TITLE_MAX_CHARS} characters.")
    fault = name_fault_text(title)
    if fault is not None:
        raise _bad_field("title", fault)


def _bad_members(text: str) -> Refused:
    return _bad_field("members", text)


def _bad_field(field: str, text: str) -> Refused:
    return Refused(ErrorCode.INVALID_FIELDS, fields={field: text})

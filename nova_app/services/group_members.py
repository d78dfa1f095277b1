"""Who is in a group, with which role, and what it is called."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import replace

from nova_app.domain.authorization import Action
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import MemberChanged, Membership, Summary
from nova_app.domain.limits import MEMBERS_MAX
from nova_app.domain.models import ConversationId, ConversationKind, Role, UserId
from nova_app.domain.ports import Clock, ConversationRepository, EventPublisher
from nova_app.domain.presence import is_circle
from nova_app.observability.audit import AuditEvent, record
from nova_app.observability.usage import UsageMetrics
from nova_app.services.budgets import Budgets
from nova_app.services.conversations import Conversations, check_title
from nova_app.services.cost_table import Budget
from nova_app.services.ids import invalid_field
from nova_app.services.name_lookups import find_named
from nova_app.services.usernames import named_user, unaddable_refusal, unknown_names_text


class GroupMembers:
    """Add and remove members, change their roles, rename the group; all of it is published to the members."""

    def __init__(
        self,
        *,
        members: ConversationRepository,
        conversations: Conversations,
        publisher: EventPublisher,
        clock: Clock,
        usage: UsageMetrics,
        budgets: Budgets,
    ) -> None:
        """Create the service from its ports."""
        self._members = members
        self._conversations = conversations
        self._publisher = publisher
        self._clock = clock
        self._usage = usage
        self._budgets = budgets

    async def add(
        self, actor_id: UserId, conversation_id: ConversationId, usernames: Sequence[str], *, field: str = "usernames"
    ) -> Sequence[MemberChanged]:
        """Add users to a group.

        Args:
            field: What the refusal of a name is said about.

        Returns:
            The events, in their order; none for those who were members already.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``, ``CANNOT_BE_ADDED``, ``TOO_MANY_ADDITIONS``;
                ``INVALID_FIELDS`` with a sentence.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_conversation("add_member"):
            summary = await self._group(actor_id, conversation_id, Action.ADD_MEMBER, field)
            user_ids = await self._find_users(actor_id, usernames, field)
            if unaddable := await self._members.find_unaddable(user_ids, actor_id):
                raise unaddable_refusal(unaddable)
            present = {member.user_id for member in summary.members}
            absent = [user_id for user_id in user_ids if user_id not in present]
            with self._budgets.charging(actor_id, {Budget.ADDITIONS: len(absent)}):
                self._budgets.give_back(actor_id, Budget.PEOPLE, len(user_ids))
                events = await self._join(actor_id, conversation_id, user_ids)
            self._budgets.give_back(actor_id, Budget.ADDITIONS, max(0, len(absent) - len(events)))
        await self._welcome(actor_id, conversation_id, events)
        return events

    async def _join(
        self, actor_id: UserId, conversation_id: ConversationId, user_ids: Sequence[UserId]
    ) -> list[MemberChanged]:
        now = self._clock.now()
        adding = (self._members.add_member(conversation_id, user_id, actor_id, now) for user_id in user_ids)
        # Handed over together: one transaction numbers them all.
        return [event for event in await asyncio.gather(*adding) if event is not None]

    async def leave(self, user_id: UserId, conversation_id: ConversationId) -> None:
        """Leave a group; it is no longer sent to the user.

        Raises:
            Refused: ``NOT_FOUND``; ``INVALID_FIELDS`` for a direct conversation.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_conversation("leave"):
            summary = await self._group(user_id, conversation_id, Action.LEAVE, "conversation_id")
            await self._members.remove_member(conversation_id, user_id, user_id, self._clock.now())
        self._part(summary, user_id)
        record(AuditEvent.MEMBER_LEFT, account=user_id, conversation=conversation_id)

    async def remove(self, actor_id: UserId, conversation_id: ConversationId, user_id: UserId) -> None:
        """Remove a member; the group is no longer sent to them. For oneself this is leaving.

        Raises:
            Refused: ``NOT_FOUND``, also for a user who is no member; ``NOT_ALLOWED``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        if user_id == actor_id:
            return await self.leave(user_id, conversation_id)
        with self._usage.changing_conversation("remove_member"):
            summary = await self._conversations.get_summary(actor_id, conversation_id)
            await self._members.remove_member(conversation_id, user_id, actor_id, self._clock.now())
        self._part(summary, user_id)
        record(AuditEvent.MEMBER_REMOVED, account=user_id, by=actor_id, conversation=conversation_id)
        return None

    async def change_role(
        self, actor_id: UserId, conversation_id: ConversationId, user_id: UserId, role: Role
    ) -> Membership:
        """Give a member another role, and send the group to all members.

        Raises:
            Refused: ``NOT_FOUND``, also for a user who is no member; ``NOT_ALLOWED``, ``LAST_OWNER``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_conversation("change_role"):
            has_changed = await self._members.change_role(conversation_id, user_id, role, actor_id)
        if has_changed:
            record(AuditEvent.ROLE_CHANGED, account=user_id, by=actor_id, conversation=conversation_id, kind=role)
        # As that member sees it: the actor may have been removed since.
        summary = await self._conversations.get_summary(user_id, conversation_id)
        if has_changed:
            self._publisher.announce([member.user_id for member in summary.members], conversation_id)
        found = next((member for member in summary.members if member.user_id == user_id), None)
        if found is None:
            raise Refused(ErrorCode.NOT_FOUND)
        return found

    async def rename(self, actor_id: UserId, conversation_id: ConversationId, title: str) -> Summary:
        """Give a group another title; the present one changes nothing.

        Raises:
            Refused: ``NOT_FOUND``, ``NOT_ALLOWED``; ``INVALID_FIELDS`` with a sentence for ``title``.
            Unavailable: ``STORAGE_UNAVAILABLE``.
        """
        with self._usage.changing_conversation("rename"):
            before = await self._group(actor_id, conversation_id, Action.RENAME, "title")
            title = title.strip()
            check_title(title)
            event = await self._members.rename(conversation_id, title, actor_id, self._clock.now())
        if event is not None:
            record(AuditEvent.CONVERSATION_RENAMED, account=actor_id, conversation=conversation_id)
        with contextlib.suppress(Refused):
            return await self._conversations.get_summary(actor_id, conversation_id)
        return replace(before, title=title)  # removed since: renamed it is all the same

    async def _group(self, actor_id: UserId, conversation_id: ConversationId, action: Action, field: str) -> Summary:
        """Return the group that the actor may change so; a direct conversation is refused with a sentence."""
        summary = await self._conversations.get_summary(actor_id, conversation_id)
        if summary.kind is ConversationKind.DIRECT:
            raise invalid_field(field, _DIRECT_TEXTS[action])
        await self._conversations.authorize(actor_id, conversation_id, action)
        return summary

    async def _find_users(self, actor_id: UserId, usernames: Sequence[str], field: str) -> list[UserId]:
        """Return the ids of the names, each once."""
        typed: dict[str, str] = {}
        for text in usernames:
            typed.setdefault(named_user(text), text.strip())
        names = list(typed)
        if len(names) > MEMBERS_MAX:
            raise invalid_field(field, f"Add at most {MEMBERS_MAX} people at once.")
        people = await find_named(self._members, self._budgets, actor_id, names)
        unknown = [typed[name] for name in names if name not in people]
        if unknown or not names:
            raise invalid_field(field, unknown_names_text(unknown) if unknown else "Enter a user name.")
        return [people[name] for name in names]

    async def _welcome(
        self, actor_id: UserId, conversation_id: ConversationId, events: Sequence[MemberChanged]
    ) -> None:
        """Send the group to new members, and their profiles, of which the events hold only the names."""
        if not events:
            return
        joined = [event.user_id for event in events]
        self._publisher.announce(joined, conversation_id)
        for user_id in joined:
            record(AuditEvent.MEMBER_ADDED, account=user_id, by=actor_id, conversation=conversation_id)
        try:
            # As one of them sees it: the actor may have been removed since.
            members = (await self._conversations.get_summary(joined[0], conversation_id)).members
        except Refused:
            return  # and so may have been who came; whoever comes anew is sent all there is
        if is_circle(len(members) - len(joined)) and not is_circle(len(members)):
            # It has become too large for presence.
            self._publisher.announce([member.user_id for member in members], conversation_id)
        for person in (member.person for member in members if member.user_id in joined):
            if person.status or person.avatar_id:
                self._publisher.publish_profile([member.user_id for member in members], person)

    def _part(self, summary: Summary, user_id: UserId) -> None:
        """Take the group from a former member; send it to the others where more changed than its members.

        The event says who went, and neither who is the owner now nor that the group is small enough for presence.
        """
        others = [member.user_id for member in summary.members if member.user_id != user_id]
        was_owner = any(member.user_id == user_id and member.role is Role.OWNER for member in summary.members)
        is_small_now = is_circle(len(others)) and not is_circle(len(summary.members))
        self._publisher.announce([user_id, *(others if was_owner or is_small_now else [])], summary.id)


_DIRECT_TEXTS = {
    Action.ADD_MEMBER: "A direct chat stays between two people. Start a group instead.",
    Action.LEAVE: "A direct chat cannot be left.",
    Action.RENAME: "A direct chat has no name of its own.",
}

"""Insides of the ports without any outside; they pass the same contract tests as the real ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from nova_app.domain.account_events import KEPT
from nova_app.domain.arrivals import Arrival
from nova_app.domain.authorization import Action, Standing, authorize, may
from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import (
    ConversationRenamed,
    MemberChanged,
    Membership,
    MessagePosted,
    Page,
    Position,
    Posted,
    Quote,
    Summary,
)
from nova_app.domain.files import PostedFile
from nova_app.domain.graphemes import cut
from nova_app.domain.limits import PAGE_EVENTS_MAX
from nova_app.domain.mentions import find_mentions
from nova_app.domain.message_changes import Delete, MessageDeleted, MessageEdited, ReactionChanged, Version
from nova_app.domain.models import Access, ConversationKind, Notify, PasswordNotice, Role, to_text
from nova_app.domain.posts import PostFigures
from nova_app.domain.registration import Population, is_first, mode_of, refuse_registration
from nova_app.services.profiles import profile_of
from tests.log_model import ChangeModel, present_form


class FakePublisher:
    """Records what it received."""

    def __init__(self):
        self.batches = []
        self.announced = []
        self.relayed = []
        self.revoked = []
        self.reasons = {}
        self.shared = {}
        self.introduced = []
        self.account_events = []

    @property
    def events(self):
        return [event for batch in self.batches for event in batch]

    def publish(self, events):
        self.batches.append(list(events))

    def announce(self, user_ids, conversation_id):
        self.announced.append((list(user_ids), conversation_id))

    def relay(self, state):
        self.relayed.append(state)

    def share_presence(self, user_id, *, shares):
        self.shared[user_id] = shares

    def publish_profile(self, user_ids, person):
        self.introduced.append((sorted(user_ids), person))

    def publish_account_event(self, event, *, besides):
        self.account_events.append((event, besides))

    def revoke(self, session_id, code=ErrorCode.NOT_SIGNED_IN):
        self.revoked.append(session_id)
        self.reasons[session_id] = code


class FakeAccountEventLog:
    def __init__(self):
        self.events = []

    async def add(self, event):
        self.events.append(event)

    async def list_events(self, user_id):
        return [event for event in reversed(self.events) if event.user_id == user_id][:KEPT]


class FakeAccountRepository:
    def __init__(self):
        self.users = {}
        self.rooms = {}
        self.sessions = {}
        self.tokens = {}
        self.touches = 0

    async def add_user(self, user):
        if any(user.username == other.username for other in self.users.values()):
            raise Refused(ErrorCode.USERNAME_TAKEN)
        self.users[user.id] = user

    async def register(self, user, admission):
        population = await self.count_people()
        refuse_registration(mode_of(admission.setting, population), has_invite=False)
        admitted = replace(user, is_admin=is_first(population))
        await self.add_user(admitted)
        return admitted

    async def count_people(self):
        people = [user for user in self.users.values() if not user.is_service]
        return Population(len(people), sum(user.is_admin for user in people))

    async def find_user(self, user_id):
        return self.users.get(user_id)

    async def find_user_by_name(self, username):
        return next((user for user in self.users.values() if user.username == username), None)

    async def change_user(self, user_id, values):
        if user_id in self.users:
            self.users[user_id] = replace(self.users[user_id], **values)

    async def replace_password(self, user_id, *, was, password_hash, only_session=None, end_tokens=False):
        user = self.users.get(user_id)
        if user is None or user.password_hash != was:
            return None
        notice = user.password_notice if only_session is None else PasswordNotice.DONE
        self.users[user_id] = replace(user, password_hash=password_hash, password_notice=notice)
        mine = [session.id for session in self.sessions.values() if session.user_id == user_id]
        ended = [session_id for session_id in mine if only_session not in (None, session_id)]
        for session_id in ended:
            del self.sessions[session_id]
        tokens = [token.id for token in self.tokens.values() if end_tokens and token.user_id == user_id]
        for token_id in tokens:
            del self.tokens[token_id]
        return ended + tokens

    async def list_acquaintances(self, user_id):
        rooms = [room.members for room in self.rooms.values() if user_id in room.members]
        return list({user_id, *(other for members in rooms for other in members)})

    async def find_people(self, wanted, *, limit):
        found = [
            user
            for user in self.users.values()
            if user.disabled_at is None
            and not user.is_service
            and any(wanted.lower() in name.lower() for name in (user.username, user.display_name))
        ]
        return sorted(found, key=lambda user: (user.display_name.lower(), user.username))[:limit]

    async def add_session(self, session):
        self.sessions[session.id] = session

    async def find_session(self, secret_hash):
        return self._with_user(s for s in self.sessions.values() if s.secret_hash == secret_hash)

    async def find_access(self, ids):
        sessions = [(item, item.seen_at) for item in self.sessions.values() if item.id in ids]
        tokens = [(item, None) for item in self.tokens.values() if item.id in ids]
        return [
            Access(
                id=item.id,
                created_at=item.created_at,
                seen_at=seen_at,
                disabled_at=self.users[item.user_id].disabled_at,
                expires_at=getattr(item, "expires_at", None),
            )
            for item, seen_at in sessions + tokens
        ]

    async def touch_session(self, session_id, seen_at):
        self.touches += 1
        if session_id in self.sessions:
            self.sessions[session_id] = replace(self.sessions[session_id], seen_at=seen_at)

    async def delete_session(self, session_id, user_id):
        return _remove(self.sessions, session_id, user_id)

    async def list_sessions(self, user_id):
        return sorted(
            (s for s in self.sessions.values() if s.user_id == user_id), key=lambda s: s.seen_at, reverse=True
        )

    async def add_token(self, token):
        self.tokens[token.id] = token

    async def touch_token(self, token_id, used_at):
        self.tokens[token_id] = replace(self.tokens[token_id], used_at=used_at)

    async def find_token(self, secret_hash):
        return self._with_user(t for t in self.tokens.values() if t.secret_hash == secret_hash)

    async def list_tokens(self, user_id):
        return sorted(
            (t for t in self.tokens.values() if t.user_id == user_id), key=lambda t: t.created_at, reverse=True
        )

    async def delete_token(self, token_id, user_id):
        return _remove(self.tokens, token_id, user_id)

    def _with_user(self, found):
        one = next(iter(found), None)
        return None if one is None else (one, self.users[one.user_id])


def _remove(rows, row_id, user_id):
    if row_id not in rows or rows[row_id].user_id != user_id:
        return False
    del rows[row_id]
    return True


@dataclass
class FakeMember:
    joined_at: object
    delivered_seq: int = 0
    read_seq: int = 0
    joined_seq: int = 0
    receipt_seq: int = 0
    role: Role | None = None
    is_pinned: bool = False
    muted_until: str | None = None
    notify: Notify | None = None


@dataclass
class FakeConversation:
    kind: ConversationKind
    title: str
    creator_id: str
    creation_key: str | None
    created_at: object
    members: dict = field(default_factory=dict)
    events: list = field(default_factory=list)

    @property
    def messages(self):
        return [event for event in self.events if isinstance(event, MessagePosted)]


def role_of(kind, user_id, creator_id):
    """The role of a first member."""
    if kind == ConversationKind.DIRECT:
        return None
    return Role.OWNER if user_id == creator_id else Role.MEMBER


class FakeConversationRepository:
    def __init__(self, accounts, publisher):
        self.accounts = accounts
        self.publisher = publisher
        self.rooms = accounts.rooms

    async def create(self, *, conversation_id, kind, title, creator_id, member_ids, creation_key, created_at):
        everyone = list(dict.fromkeys((creator_id, *member_ids)))
        for found_id, room in self.rooms.items():
            is_repeat = creation_key is not None and (room.creator_id, room.creation_key) == (creator_id, creation_key)
            is_pair = kind == room.kind == ConversationKind.DIRECT and set(room.members) == set(everyone)
            if is_repeat or is_pair:
                return found_id, False
        members = {user_id: FakeMember(created_at, role=role_of(kind, user_id, creator_id)) for user_id in everyone}
        self.rooms[conversation_id] = FakeConversation(kind, title, creator_id, creation_key, created_at, members)
        return conversation_id, True

    async def add_member(self, conversation_id, user_id, actor_id, at):
        room = self.rooms[conversation_id]
        if user_id in room.members:
            return None
        event = self._number(conversation_id, user_id, "joined", actor_id, at)
        has_owner = any(member.role is Role.OWNER for member in room.members.values())
        role = Role.MEMBER if has_owner else Role.OWNER
        room.members[user_id] = FakeMember(at, event.seq, event.seq, event.seq, event.seq, role)
        return event

    async def remove_member(self, conversation_id, user_id, actor_id, at):
        room = self.rooms[conversation_id]
        if actor_id != user_id:
            self._authorize(conversation_id, actor_id, Action.REMOVE_MEMBER, room.members.get(user_id))
        member = room.members.pop(user_id, None)
        if member is None:
            return None
        if room.members and member.role is Role.OWNER and not self._has_owner(room):
            names = {member_id: self.accounts.users[member_id].username for member_id in room.members}
            heir = min(room.members.items(), key=lambda item: (item[1].joined_at, item[1].joined_seq, names[item[0]]))
            heir[1].role = Role.OWNER
        return self._number(conversation_id, user_id, "left" if actor_id == user_id else "removed", actor_id, at)

    async def rename(self, conversation_id, title, actor_id, at):
        authorize(self._standing(conversation_id, actor_id), Action.RENAME)
        room = self.rooms[conversation_id]
        if room.title == title:
            return None
        room.title = title
        event = ConversationRenamed(conversation_id, len(room.events) + 1, title, actor_id, to_text(at))
        return self._store(room, replace(event, actor_name=self.accounts.users[actor_id].display_name))

    async def change_role(self, conversation_id, user_id, role, actor_id):
        room = self.rooms.get(conversation_id)
        member = room.members.get(user_id) if room else None
        self._authorize(conversation_id, actor_id, Action.CHANGE_ROLE, member, role)
        if member.role is role:
            return False
        owners = [one for one in room.members.values() if one.role is Role.OWNER]
        if owners == [member]:
            raise Refused(ErrorCode.LAST_OWNER)
        member.role = role
        return True

    def _authorize(self, conversation_id, actor_id, action, member, new_role=None):
        standing = self._standing(conversation_id, actor_id)
        authorize(standing, action, subject=member.role if member else Role.MEMBER, new_role=new_role)
        if member is None:
            raise Refused(ErrorCode.NOT_FOUND)

    def _has_owner(self, room):
        return any(member.role is Role.OWNER for member in room.members.values())

    async def find_standing(self, conversation_id, user_id):
        return self._standing(conversation_id, user_id)

    def _standing(self, conversation_id, user_id):
        room = self.rooms.get(conversation_id)
        member = room.members.get(user_id) if room else None
        return Standing(room.kind, member.role) if member else None

    async def list_ids(self, user_id):
        return [conversation_id for conversation_id, room in self.rooms.items() if user_id in room.members]

    async def find_people(self, usernames):
        users = self.accounts.users.values()
        return {u.username: u.id for u in users if u.username in usernames and u.disabled_at is None}

    async def find_unaddable(self, user_ids, actor_id):
        users = self.accounts.users
        acquainted = {other for room in self.rooms.values() if actor_id in room.members for other in room.members}
        return [
            users[user_id].username
            for user_id in user_ids
            if users[user_id].only_acquaintances_add and user_id not in {actor_id, *acquainted}
        ]

    async def list_summaries(self, user_id, only=None):
        ids = [i for i in await self.list_ids(user_id) if only is None or i in only]
        found = [self._summary(conversation_id, user_id) for conversation_id in ids]
        return sorted(found, key=lambda summary: summary.place, reverse=True)

    async def list_page(self, user_id, before, limit):
        found = await self.list_summaries(user_id)
        return [summary for summary in found if before is None or summary.place < before][:limit]

    async def change_member(self, conversation_id, user_id, values):
        member = self.rooms[conversation_id].members.get(user_id)
        for name, value in values.items() if member else ():
            setattr(member, name, value)

    async def set_back(self, conversation_id, user_id, read_seq):
        member = self.rooms[conversation_id].members.get(user_id)
        if member:
            member.read_seq = min(member.read_seq, read_seq)

    async def advance(self, position):
        room = self.rooms.get(position.conversation_id)
        member = room.members.get(position.user_id) if room else None
        seq = min(position.seq, len(room.events)) if room else 0
        if member is None or seq <= (member.read_seq if position.kind == "read" else member.delivered_seq):
            return None
        was_delivered, was_read = seq <= member.delivered_seq, False
        if position.kind == "read":
            was_read = seq <= member.receipt_seq
            member.read_seq, member.receipt_seq = seq, max(seq, member.receipt_seq)
        member.delivered_seq = max(member.delivered_seq, seq)
        is_private = position.kind == "read" and not self.accounts.users[position.user_id].shares_read
        is_newest = seq == len(room.events)
        facts = {"was_delivered": was_delivered, "was_read": was_read, "is_newest": is_newest}
        return replace(position, seq=seq, is_private=is_private, **facts)

    def _summary(self, conversation_id, user_id):
        room = self.rooms[conversation_id]
        read_seq = room.members[user_id].read_seq
        people = [self.accounts.users[member_id] for member_id in room.members]
        people.sort(key=lambda user: (room.members[user.id].joined_at, user.username))
        events = present_form([self.named(event) for event in room.events])
        messages = [event for event in events if isinstance(event, MessagePosted)]
        unread = [m for m in messages if m.seq > read_seq and m.author_id != user_id and not m.is_deleted]
        return Summary(
            id=conversation_id,
            kind=room.kind,
            title=room.title,
            members=[
                Membership(profile_of(user).person, room.members[user.id].joined_seq, room.members[user.id].role)
                for user in people
            ],
            last_seq=len(room.events),
            read_seq=read_seq,
            unread=len(unread),
            unread_mentions=sum(user_id in message.mentions or message.mentions_all for message in unread),
            is_pinned=room.members[user_id].is_pinned,
            muted_until=room.members[user_id].muted_until or "",
            notify=room.members[user_id].notify,
            created_at=room.created_at,
            created_by=room.creator_id,
            last_message=messages[-1] if messages else None,
        )

    def named(self, event):
        """An event with the name that its author or actor has now."""
        if isinstance(event, MemberChanged | ConversationRenamed):
            return replace(event, actor_name=self.accounts.users[event.actor_id].display_name)
        author = self.accounts.users.get(event.author_id) if isinstance(event, MessagePosted) else None
        return replace(event, author_name=author.display_name) if author else event

    def _number(self, conversation_id, user_id, action, actor_id, at):
        room, user = self.rooms[conversation_id], self.accounts.users[user_id]
        event = MemberChanged(
            conversation_id,
            len(room.events) + 1,
            user_id,
            user.username,
            user.display_name,
            action,
            actor_id,
            to_text(at),
            self.accounts.users[actor_id].display_name,
        )
        return self._store(room, event)

    def _store(self, room, event):
        room.events.append(event)
        self.publisher.publish([event])
        return event


class FakeUploadRepository:
    """The part of the file storage that messages use."""

    def __init__(self):
        self.uploads = {}
        self.facts = {}

    async def add_upload(self, upload, *, quota_bytes, total_bytes=None):
        self.uploads[upload.id] = upload
        return upload.id

    async def finish(self, upload_id, facts):
        self.facts[upload_id] = facts

    def own(self, owner_id):
        return {
            upload_id: PostedFile(upload_id, self.uploads[upload_id].name, facts)
            for upload_id, facts in self.facts.items()
            if self.uploads[upload_id].owner_id == owner_id
        }


class FakeMessageLog:
    def __init__(self, conversations, uploads, publisher, clock):
        self.conversations = conversations
        self.uploads = uploads
        self.publisher = publisher
        self.clock = clock
        self.by_key = {}
        self.changes = ChangeModel()

    async def change(self, changes):
        outcomes = []
        for change in changes:
            room = self.conversations.rooms.get(change.conversation_id)
            events = room.events if room else []
            standing = await self.conversations.find_standing(change.conversation_id, change.actor_id)
            mentions = self._mentions(room, standing, getattr(change, "text", ""))
            count, now = len(events), to_text(self.clock.now())
            try:
                outcome = self.changes.change(change, events, standing, now, mentions)
            except Refused as refusal:
                outcomes.append(refusal)
                continue
            if len(events) > count:
                self.publisher.publish([events[-1]])
            if isinstance(change, Delete) and not outcome.duplicate:
                author_id = next(m.author_id for m in room.messages if m.message_id == change.message_id)
                by_admin = author_id if author_id != change.actor_id else None
                recounted = self._behind(room, change.message_id)
                outcome = replace(outcome, recounted=recounted, deleted_of=by_admin)
            outcomes.append(outcome)
        return outcomes

    async def read_changes(self, conversation_id, kinds, *, before_seq, after_seq, limit):
        names = {
            MemberChanged: "member",
            ConversationRenamed: "renamed",
            MessageEdited: "edited",
            MessageDeleted: "deleted",
            ReactionChanged: "reaction",
        }
        found = [
            event
            for event in self._events(conversation_id)
            if names.get(type(event)) in kinds
            and (before_seq is None or event.seq < before_seq)
            and (after_seq is None or event.seq > after_seq)
        ]
        return (found[-limit:] if after_seq is None else found[:limit]), len(found) > limit

    async def find_message(self, message_id):
        found = [e for room in self.conversations.rooms.values() for e in self._present(room)]
        return next((e for e in found if isinstance(e, MessagePosted) and e.message_id == message_id), None)

    async def read_versions(self, message_id):
        for room in self.conversations.rooms.values():
            versions = [
                Version(event.seq, event.text, event.created_at)
                for event in room.events
                if isinstance(event, MessagePosted | MessageEdited) and event.message_id == message_id
            ]
            if versions:
                message = await self.find_message(message_id)
                return [] if message.is_deleted else versions
        return []

    def _behind(self, room, message_id):
        message = next(m for m in room.messages if m.message_id == message_id)
        return tuple(u for u, m in room.members.items() if m.read_seq < message.seq and u != message.author_id)

    def _mentions(self, room, standing, text):
        names = {self.conversations.accounts.users[u].username: u for u in room.members} if room else {}
        return find_mentions(text, names, may_mention_all=may(standing, Action.MENTION_ALL))

    def _present(self, room):
        return present_form([self.conversations.named(event) for event in room.events])

    async def append(self, drafts):
        outcomes, fresh = [], []
        for draft in drafts:
            outcome = self._append(draft)
            outcomes.append(outcome)
            if isinstance(outcome, Posted) and not outcome.duplicate:
                fresh.append(outcome.message)
        if fresh:
            self.publisher.publish(fresh)
        await asyncio.sleep(0)
        return outcomes

    async def read_events(self, conversation_id, *, after_seq, until_seq=None, limit):
        events = self._events(conversation_id)
        until = len(events) if until_seq is None else until_seq
        return [event for event in events if after_seq < event.seq <= until][:limit]

    async def read_page(self, conversation_id, *, before_seq, after_seq, limit):
        found = [
            event
            for event in self._events(conversation_id)
            if isinstance(event, MessagePosted)
            and (before_seq is None or event.seq < before_seq)
            and (after_seq is None or event.seq > after_seq)
        ]
        items = found[-limit:] if after_seq is None else found[:limit]
        low = items[0].seq if items else (after_seq or -1) + 1
        high = items[-1].seq if items else (2**53 if before_seq is None else before_seq) - 1
        page = self._page(conversation_id, items, low, high, has_more=len(found) > limit)
        first = None if after_seq is None else after_seq + 1
        return self._with_events(conversation_id, page, first, None if before_seq is None else before_seq - 1)

    async def read_around(self, conversation_id, target, *, limit):
        messages = [event for event in self._events(conversation_id) if isinstance(event, MessagePosted)]
        is_number = isinstance(target, int)
        behind = [m for m in messages if (m.seq >= target if is_number else m.created_at >= to_text(target))]
        place = len(messages) - len(behind)
        start = max(0, min(place - limit // 2, len(messages) - limit))
        items = messages[start : start + limit]
        found = behind[0].seq if behind and (not is_number or behind[0].seq == target) else None
        low, high = (items[0].seq, items[-1].seq) if items else (0, 2**53)
        page = self._page(conversation_id, items, low, high, target_seq=found)
        return self._with_events(conversation_id, page, None, None)

    def _with_events(self, conversation_id, page, first, last):
        """The page with the memberships and renames from ``first`` to ``last``, by default from end to end of it."""
        if first is None:
            first = page.items[0].seq if page.items and page.has_older else 0
        if last is None:
            last = page.items[-1].seq if page.items and page.has_newer else 2**53
        events = [
            event
            for event in self._events(conversation_id)
            if isinstance(event, MemberChanged | ConversationRenamed) and first <= event.seq <= last
        ]
        return replace(page, events=events[-PAGE_EVENTS_MAX:])

    def _page(self, conversation_id, items, low, high, *, has_more=None, target_seq=None):
        events = self._events(conversation_id)
        seqs = [event.seq for event in events if isinstance(event, MessagePosted)]
        has_older, has_newer = any(seq < low for seq in seqs), any(seq > high for seq in seqs)
        if has_more is None:
            has_more = has_older or has_newer
        room = self.conversations.rooms.get(conversation_id)
        gone = sorted({message.author_id for message in items} - set(room.members)) if room else []
        former = [profile_of(self.conversations.accounts.users[user_id]).person for user_id in gone]
        return Page(items, has_more, len(events), has_older, has_newer, target_seq, former)

    def _events(self, conversation_id):
        room = self.conversations.rooms.get(conversation_id)
        return self._present(room) if room else []

    def _append(self, draft):
        key = (draft.author_id, draft.client_id)
        first = self.by_key.get(key)
        if first is not None:
            now = next(e for e in self._events(first.conversation_id) if e.seq == first.seq)
            is_same = self._sent(first) == (draft.conversation_id, draft.text, draft.upload_ids, draft.reply_to)
            is_kept = now.is_deleted and first.conversation_id == draft.conversation_id
            return Posted(now, duplicate=True) if is_same or is_kept else Refused(ErrorCode.KEY_REUSED)
        room = self.conversations.rooms.get(draft.conversation_id)
        if room is None or draft.author_id not in room.members:
            return Refused(ErrorCode.NOT_FOUND)
        own = self.uploads.own(draft.author_id)
        if not own.keys() >= set(draft.upload_ids):
            return Refused(ErrorCode.FILE_NOT_READY)
        quote = self._quote(draft, room)
        if draft.reply_to and quote is None:
            return Refused(ErrorCode.INVALID_FIELDS)
        standing = Standing(room.kind, room.members[draft.author_id].role)
        mentions = self._mentions(room, standing, draft.text)
        message = MessagePosted(
            draft.conversation_id,
            len(room.events) + 1,
            f"m{len(self.by_key)}",
            draft.client_id,
            draft.author_id,
            draft.text,
            to_text(self.clock.now()),
            tuple(own[upload_id] for upload_id in draft.upload_ids),
            version_seq=len(room.events) + 1,
            reply_to=quote,
            mentions=mentions.user_ids,
            mentions_all=mentions.everybody,
        )
        message = self.conversations.named(message)
        room.events.append(message)
        self.by_key[key] = message
        return Posted(message, duplicate=False)

    def _sent(self, message):
        upload_ids = tuple(file.upload_id for file in message.files)
        reply_to = message.reply_to and message.reply_to.message_id
        return message.conversation_id, message.text, upload_ids, reply_to

    def _quote(self, draft, room):
        for now in self._present(room) if draft.reply_to else ():
            if isinstance(now, MessagePosted) and now.message_id == draft.reply_to:
                return Quote(
                    now.message_id, now.seq, now.author_id, now.author_name, cut(now.text, 200), now.is_deleted
                )
        return None


class FakeArrivalReader:
    """An ``ArrivalReader`` over the memory of a ``FakeConversationRepository``; nobody has posts."""

    def __init__(self, conversations):
        self._conversations = conversations

    async def list_ids(self, user_id):
        return await self._conversations.list_ids(user_id)

    async def read(self, user_id, *, conversations=1):
        user = self._conversations.accounts.users.get(user_id)
        if user is None:
            raise Refused(ErrorCode.NOT_FOUND)
        summaries = await self._conversations.list_summaries(user_id)
        positions = await self._list_positions(user_id)
        return Arrival(summaries, positions, PostFigures(0, 0, 0), shares_presence=user.shares_presence)

    async def _list_positions(self, user_id):
        positions = []
        for conversation_id in await self.list_ids(user_id):
            for member_id, member in self._conversations.rooms[conversation_id].members.items():
                positions.append(Position("delivered", conversation_id, member_id, member.delivered_seq))
                read_seq = member.read_seq if member_id == user_id else member.receipt_seq
                if member_id == user_id or self._conversations.accounts.users[member_id].shares_read:
                    positions.append(Position("read", conversation_id, member_id, read_seq))
        return [position for position in positions if position.seq > 0]


class FakeStorage:
    """All repositories over one memory."""

    def __init__(self, publisher, clock):
        self.accounts = FakeAccountRepository()
        self.conversations = FakeConversationRepository(self.accounts, publisher)
        self.arrivals = FakeArrivalReader(self.conversations)
        self.uploads = FakeUploadRepository()
        self.log = FakeMessageLog(self.conversations, self.uploads, publisher, clock)

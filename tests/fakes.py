"""Insides of the ports without any outside; they pass the same contract tests as the real ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from nova_app.domain.errors import ErrorCode, Refused
from nova_app.domain.events import MemberChanged, Membership, MessagePosted, Page, Position, Posted, Summary
from nova_app.domain.files import PostedFile
from nova_app.domain.models import Access, ConversationKind, to_text
from nova_app.domain.registration import Population, is_first, mode_of, refuse_registration
from nova_app.services.profiles import profile_of


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

    def revoke(self, session_id, code=ErrorCode.NOT_SIGNED_IN):
        self.revoked.append(session_id)
        self.reasons[session_id] = code


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

    async def replace_password(self, user_id, *, was, password_hash, only_session=None):
        user = self.users.get(user_id)
        if user is None or user.password_hash != was:
            return None
        self.users[user_id] = replace(user, password_hash=password_hash)
        mine = [session.id for session in self.sessions.values() if session.user_id == user_id]
        ended = [session_id for session_id in mine if only_session not in (None, session_id)]
        for session_id in ended:
            del self.sessions[session_id]
        return ended

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
        members = {user_id: FakeMember(created_at) for user_id in everyone}
        self.rooms[conversation_id] = FakeConversation(kind, title, creator_id, creation_key, created_at, members)
        return conversation_id, True

    async def add_member(self, conversation_id, user_id, actor_id, at):
        room = self.rooms[conversation_id]
        if user_id in room.members:
            return None
        event = self._number(conversation_id, user_id, "joined", actor_id, at)
        room.members[user_id] = FakeMember(at, event.seq, event.seq, event.seq)
        return event

    async def remove_member(self, conversation_id, user_id, actor_id, at):
        if self.rooms[conversation_id].members.pop(user_id, None) is None:
            return None
        return self._number(conversation_id, user_id, "left", actor_id, at)

    async def is_member(self, conversation_id, user_id):
        return conversation_id in self.rooms and user_id in self.rooms[conversation_id].members

    async def list_ids(self, user_id):
        return [conversation_id for conversation_id, room in self.rooms.items() if user_id in room.members]

    async def find_people(self, usernames):
        users = self.accounts.users.values()
        return {u.username: u.id for u in users if u.username in usernames and u.disabled_at is None}

    async def list_summaries(self, user_id, only=None):
        ids = [i for i in await self.list_ids(user_id) if only is None or i in only]
        found = [self._summary(conversation_id, user_id) for conversation_id in ids]
        return sorted(
            found, key=lambda s: s.last_message.created_at if s.last_message else to_text(s.created_at), reverse=True
        )

    async def list_positions(self, user_id):
        positions = []
        for conversation_id in await self.list_ids(user_id):
            for member_id, member in self.rooms[conversation_id].members.items():
                positions.append(Position("delivered", conversation_id, member_id, member.delivered_seq))
                if member_id == user_id or self.accounts.users[member_id].shares_read:
                    positions.append(Position("read", conversation_id, member_id, member.read_seq))
        return [position for position in positions if position.seq > 0]

    async def advance(self, position):
        room = self.rooms.get(position.conversation_id)
        member = room.members.get(position.user_id) if room else None
        seq = min(position.seq, len(room.events)) if room else 0
        if member is None or seq <= (member.read_seq if position.kind == "read" else member.delivered_seq):
            return None
        was_delivered = seq <= member.delivered_seq
        member.read_seq = seq if position.kind == "read" else member.read_seq
        member.delivered_seq = max(member.delivered_seq, seq)
        is_private = position.kind == "read" and not self.accounts.users[position.user_id].shares_read
        is_newest = seq == len(room.events)
        return replace(position, seq=seq, is_private=is_private, was_delivered=was_delivered, is_newest=is_newest)

    def _summary(self, conversation_id, user_id):
        room = self.rooms[conversation_id]
        read_seq = room.members[user_id].read_seq
        people = [self.accounts.users[member_id] for member_id in room.members]
        people.sort(key=lambda user: (room.members[user.id].joined_at, user.username))
        return Summary(
            id=conversation_id,
            kind=room.kind,
            title=room.title,
            members=[Membership(profile_of(user).person, room.members[user.id].joined_seq) for user in people],
            last_seq=len(room.events),
            read_seq=read_seq,
            unread=sum(m.seq > read_seq and m.author_id != user_id for m in room.messages),
            created_at=room.created_at,
            created_by=room.creator_id,
            last_message=self.named(room.messages[-1]) if room.messages else None,
        )

    def named(self, event):
        """A message with the name that its author has now; any other event as it is."""
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
        )
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
        return self._page(conversation_id, items, low, high, has_more=len(found) > limit)

    async def read_around(self, conversation_id, target, *, limit):
        messages = [event for event in self._events(conversation_id) if isinstance(event, MessagePosted)]
        is_number = isinstance(target, int)
        behind = [m for m in messages if (m.seq >= target if is_number else m.created_at >= to_text(target))]
        place = len(messages) - len(behind)
        start = max(0, min(place - limit // 2, len(messages) - limit))
        items = messages[start : start + limit]
        found = behind[0].seq if behind and (not is_number or behind[0].seq == target) else None
        low, high = (items[0].seq, items[-1].seq) if items else (0, 2**53)
        return self._page(conversation_id, items, low, high, target_seq=found)

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
        return [self.conversations.named(event) for event in room.events] if room else []

    def _append(self, draft):
        key = (draft.author_id, draft.client_id)
        first = self.by_key.get(key)
        if first is not None:
            upload_ids = tuple(file.upload_id for file in first.files)
            first = self.conversations.named(first)
            is_same = (first.conversation_id, first.text, upload_ids) == (
                draft.conversation_id,
                draft.text,
                draft.upload_ids,
            )
            return Posted(first, duplicate=True) if is_same else Refused(ErrorCode.KEY_REUSED)
        room = self.conversations.rooms.get(draft.conversation_id)
        if room is None or draft.author_id not in room.members:
            return Refused(ErrorCode.NOT_FOUND)
        own = self.uploads.own(draft.author_id)
        if not own.keys() >= set(draft.upload_ids):
            return Refused(ErrorCode.FILE_NOT_READY)
        message = MessagePosted(
            draft.conversation_id,
            len(room.events) + 1,
            f"m{len(self.by_key)}",
            draft.client_id,
            draft.author_id,
            draft.text,
            to_text(self.clock.now()),
            tuple(own[upload_id] for upload_id in draft.upload_ids),
        )
        message = self.conversations.named(message)
        room.events.append(message)
        self.by_key[key] = message
        return Posted(message, duplicate=False)


class FakeStorage:
    """All repositories over one memory."""

    def __init__(self, publisher, clock):
        self.accounts = FakeAccountRepository()
        self.conversations = FakeConversationRepository(self.accounts, publisher)
        self.uploads = FakeUploadRepository()
        self.log = FakeMessageLog(self.conversations, self.uploads, publisher, clock)

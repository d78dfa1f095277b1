"""What people expect of a conversation, without any inside: a log, and devices with what waits in them.

Every message and change is known by a key of its own. Whatever happens to the line, each counts once and in the order
in which its device wrote it.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace


@dataclass
class Message:
    """A message as everybody should see it; ``version`` is the number of its newest text."""

    key: str
    author: str
    text: str
    seq: int
    version: int
    reply_to: str = ""
    is_deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Act:
    """Something that a device sends: a message, or a change of the message ``target``.

    Attributes:
        base: The version that an edit is of; 0 for that of a message which was not stored.
        has_left: The server may have it.
        seq: The number that the server answered with, once it has it; -1 if it refused.
    """

    kind: str
    key: str
    target: str = ""
    text: str = ""
    base: int = 0
    emoji: str = ""
    is_on: bool = False
    reply_to: str = ""
    has_left: bool = False
    seq: int = 0


class Log:
    """The conversation as the server has it."""

    def __init__(self, members):
        self.members = set(members)
        self.seq = 0
        self.messages = {}

    def count(self):
        """A further event, which is none of a message."""
        self.seq += 1
        return self.seq

    def take(self, user, act):
        """The number that answers an act; -1 if it is refused."""
        if act.kind == "send":
            seq = self.count()
            self.messages[act.key] = Message(act.key, user, act.text, seq, seq, act.reply_to)
            return seq
        message = self.messages[act.target]
        if act.kind == "delete":
            if not message.is_deleted:
                message.is_deleted, message.text, message.reactions = True, "", {}
                self.count()
            return self.seq
        if message.is_deleted or (act.kind == "edit" and act.base < message.version):
            return -1
        if act.kind == "edit":
            message.text, message.version = act.text, self.count()
            return message.version
        users = message.reactions.setdefault(act.emoji, [])
        if (user in users) != act.is_on:
            (users.append if act.is_on else users.remove)(user)
            self.count()
        return self.seq


class Device:
    """One device: what it has seen, what waits in it, and what failed and keeps its text."""

    def __init__(self, user, log):
        self.user = user
        self.log = log
        self.is_online = True
        self.seen = {}
        self.queue = []
        self.failed = []
        self.is_former = False
        self.versions = {}

    @property
    def shown(self):
        """The stored messages that this device shows: of a device without a connection, those that it has seen."""
        return self.log.messages if self.is_online and not self.is_former else self.seen

    def write(self, act):
        """Add what the person did here."""
        own = next((one for one in self.queue if one.key == act.target), None)
        if own and not own.has_left and act.kind == "edit":
            own.text = act.text
            self.queue = [one for one in self.queue if (one.kind, one.target) != ("edit", own.key)]
        elif own and not own.has_left and act.kind == "delete":
            self._withdraw(own)
        else:
            self._add(act)

    def _withdraw(self, own):
        self.queue = [one for one in self.queue if own.key not in (one.key, one.target)]
        orphans = [one for one in self.queue if one.reply_to == own.key]
        self._fail(orphans)

    def _add(self, act):
        about = [one for one in self.queue if one.target and one.target == act.target]
        same = [one for one in about if (one.kind, one.emoji) == (act.kind, act.emoji)]
        replaced = [one for one in same if not one.has_left]
        if act.kind in ("edit", "delete"):
            self.failed = [one for one in self.failed if not one.target or one.target != act.target]
        if act.kind == "edit" and same:
            act = replace(act, base=same[0].base)
        if act.kind == "delete":
            replaced = [one for one in about if not one.has_left]
        self.queue = [one for one in self.queue if one not in replaced]
        if act.kind == "react" and replaced:
            return  # on and off cancel each other
        self.queue.append(act)

    def lose(self):
        """The line is cut: what this device has seen stays on its screen."""
        if self.is_online and not self.is_former:
            self.seen = copy.deepcopy(self.log.messages)
        self.is_online = False

    def send(self, *, is_answered=True):
        """Send what waits, in order; without the answers it goes on waiting."""
        for act in list(self.queue):
            if act not in self.queue:
                continue
            if act.seq <= 0:
                self._follow(act)
                act.seq = self.log.take(self.user, act)
            act.has_left = True
            if is_answered:
                self._answer(act)

    def _answer(self, act):
        self.queue.remove(act)
        if act.kind == "edit" and act.seq > 0:
            self.versions[act.target] = act.seq
        elif act.kind == "edit":
            self.failed.append(act)

    def _follow(self, act):
        """An edit is of the version that this device made last, or of the message that it sent."""
        if act.kind != "edit":
            return
        if not act.base:
            act.base = self.log.messages[act.target].seq
        act.base = max(act.base, self.versions.get(act.target, 0))

    def connect(self):
        """The line is there again."""
        self.is_online = True
        if self.user in self.log.members:
            self.is_former = False
            # What failed with the membership may have been stored before.
            self.failed = [one for one in self.failed if one.key not in self.log.messages]
            self.send()
        else:
            self.leave()

    def leave(self):
        """The person is no member any more: what waits cannot be sent."""
        self.is_former = True
        self._fail([one for one in self.queue if one.kind in ("send", "edit")])
        self.queue = []

    def _fail(self, acts):
        self.queue = [one for one in self.queue if one not in acts]
        self.failed += acts

    def rows(self):
        """What the screen should show: stored messages as they will be, then those that are not stored."""
        rows = [self._row(message) for message in self.shown.values()]
        unsent = [act for act in [*self.failed, *self.queue] if act.kind == "send" and act.key not in self.shown]
        return rows + [self._row(Message(act.key, self.user, act.text, 0, 0)) for act in unsent]

    def _row(self, message):
        changes = [act for act in self.queue if act.target == message.key]
        text, is_deleted, is_edited = message.text, message.is_deleted, message.version > message.seq
        reactions = {emoji: set(users) for emoji, users in message.reactions.items()}
        for act in [] if is_deleted else changes:
            if act.kind == "edit":
                text, is_edited = act.text, message.seq > 0
            elif act.kind == "delete":
                text, is_deleted, reactions = "", True, {}
            else:
                users = reactions.setdefault(act.emoji, set())
                (users.add if act.is_on else users.discard)(self.user)
        chips = {emoji: (len(users), self.user in users) for emoji, users in reactions.items() if users}
        failed = [act.text for act in self.failed if act.kind == "edit" and act.target == message.key]
        return {
            "key": message.key,
            "text": text,
            "is_deleted": is_deleted,
            "is_edited": is_edited and not is_deleted,
            "is_pending": bool(changes),
            "reactions": chips,
            "failed_edit": failed[-1] if failed else "",
        }

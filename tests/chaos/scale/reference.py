"""The reference model: decides whether messages were lost, doubled or reordered. No I/O, no clock, no chance.

Everybody who hears of an event reports it here: those who sent it (by its ack) and all who read it. The first
report of a number fixes what it stands for; every later one has to agree. In the end the server's own history
is compared with what these events make of it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.scale.operations import HOSTILE_LANE, Kind, Operation, client_id_of, operation_of

EXAMPLES_MAX = 20
SENT, ACCEPTED, REFUSED, WAS_REFUSED_ONCE, WAS_SENT_AGAIN = 1, 2, 4, 8, 16


@dataclass
class Verdict:
    """What was found.

    Attributes:
        accepted: Acknowledged operations by kind.
        lost: Acknowledged, but not in the history, or never delivered to a member.
        doubled: Stored twice, or delivered twice on one line.
        reordered: Delivered or stored in another order than sent.
        invented: Stored though refused, though never sent, or by someone without the right.
        wrong: Another text, reaction or state than the events make.
        unanswered: Sent, and neither acknowledged nor refused.
        overtaken: Stored after a later one that was sent beside it, after both were sent again on another line:
            the refusal of the first may have been lost with the line. Not promised, but counted.
        examples: The first findings in words.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    invented: int = 0
    wrong: int = 0
    unanswered: int = 0
    overtaken: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost + self.doubled + self.reordered + self.invented + self.wrong + self.unanswered)

    def find(self, what: str, words: str, number: int = 1) -> None:
        """Count a finding."""
        setattr(self, what, getattr(self, what) + number)
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(f"{what}: {words}")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as the server's history shows it in the end."""

    seq: int
    code: int
    text: str
    is_deleted: bool = False
    reacted: frozenset[str] = frozenset()


class Lane:
    """What one device sent into one conversation: a state and a place for each number."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.states = bytearray(1)
        self.places = array("q", [0])

    def state(self, number: int) -> int:
        """Return the state of this number; 0 for what was never sent."""
        return self.states[number] if number < len(self.states) else 0

    def mark(self, number: int, flag: int) -> None:
        """Add a flag to the state of a number."""
        while number >= len(self.states):
            self.states.append(0)
            self.places.append(0)
        self.states[number] |= flag


class Conversation:
    """The log of one conversation, as it was reported."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.codes: list[int | None] = []

    @property
    def last_seq(self) -> int:
        """The newest number that anybody reported."""
        return self.base + len(self.codes)

    def code_at(self, seq: int) -> int | None:
        """Return what was reported at this number."""
        place = seq - self.base - 1
        return self.codes[place] if 0 <= place < len(self.codes) else None

    def set(self, seq: int, code: int) -> None:
        """Record the first report of a number."""
        self.codes.extend([None] * (seq - self.last_seq))
        self.codes[seq - self.base - 1] = code


class Reference:
    """All conversations and lanes of a run."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.lanes: dict[int, Lane] = {}
        self.verdict = Verdict()
        self.messages = 0

    def sent(self, operation: Operation) -> None:
        """Note that it is handed to the server."""
        self.lanes[operation.lane].mark(operation.number, SENT)

    def refused(self, operation: Operation, *, is_final: bool) -> None:
        """Note a refusal; what is sent again later has lost its place in the order."""
        self.lanes[operation.lane].mark(operation.number, REFUSED if is_final else WAS_REFUSED_ONCE)

    def sent_again(self, operation: Operation) -> None:
        """Note that its line broke before the answer."""
        self.lanes[operation.lane].mark(operation.number, WAS_SENT_AGAIN)

    def acked(self, operation: Operation, conversation: str, seq: int) -> None:
        """Note an acknowledgement; a repeat has to name the same number."""
        lane = self.lanes[operation.lane]
        if not lane.state(operation.number) & ACCEPTED:
            self.verdict.accepted[operation.kind.name.lower()] += 1
            self.messages += operation.kind is Kind.MESSAGE
        lane.mark(operation.number, ACCEPTED)
        self.report(conversation, seq, operation.code)

    def report(self, conversation: str, seq: int, code: int) -> None:
        """Note that somebody says: this stands at this number."""
        log = self.conversations[conversation]
        known = log.code_at(seq)
        if known == code:
            return
        if known is not None:
            self.verdict.find("wrong", f"{conversation} {seq} is {client_id_of(known)} and {client_id_of(code)}")
            return
        log.set(seq, code)
        if code:
            self._place(operation_of(code), seq)

    def _place(self, operation: Operation, seq: int) -> None:
        lane = self.lanes.get(operation.lane)
        state = lane.state(operation.number) if lane else 0
        if lane is None or operation.lane == HOSTILE_LANE or not state & SENT or state & REFUSED:
            self.verdict.find("invented", f"{operation} at {seq} was not sent, or refused")
        elif lane.places[operation.number]:
            self.verdict.find("doubled", f"{operation} at {lane.places[operation.number]} and {seq}")
        else:
            lane.places[operation.number] = seq

    def finish(self, conversation: str, last_seq: int, stored: list[StoredMessage]) -> None:
        """Compare a conversation with the server's own history of it."""
        log = self.conversations[conversation]
        if last_seq != log.last_seq:
            self.verdict.find("lost", f"{conversation} ends at {last_seq}, reported was {log.last_seq}")
        missing = sum(code is None for code in log.codes)
        if missing:
            self.verdict.find("lost", f"{conversation}: {missing} numbers were never reported", missing)
        self._check_order(log)
        expected = self._project(log)
        found = {message.seq: message for message in stored}
        if len(found) != len(stored):
            self.verdict.find("doubled", f"{conversation}: the history repeats numbers", len(stored) - len(found))
        if [message.seq for message in stored] != sorted(found):
            self.verdict.find("reordered", f"{conversation}: the history is not ascending")
        for seq, wanted in expected.items():
            if seq not in found:
                self.verdict.find("lost", f"{conversation} {seq}: {operation_of(wanted.code)}")
            elif found[seq] != wanted:
                self.verdict.find("wrong", f"{conversation}: expected {wanted}, found {found[seq]}")
        for seq in found.keys() - expected.keys():
            self.verdict.find("invented", f"{conversation} {seq}: {found[seq]}")

    def finish_lanes(self) -> None:
        """Find what was acknowledged and has no place, and what was never answered."""
        for number_of_lane, lane in self.lanes.items():
            for number, state in enumerate(lane.states):
                if state & ACCEPTED and not lane.places[number]:
                    self.verdict.find("lost", f"lane {number_of_lane}, number {number}")
                if state & SENT and not state & (ACCEPTED | REFUSED):
                    self.verdict.find("unanswered", f"lane {number_of_lane}, number {number}")

    def _check_order(self, log: Conversation) -> None:
        """Messages of one lane stand in the order they were sent, but for those that were refused in between."""
        furthest: dict[int, int] = {}
        for code in log.codes:
            operation = operation_of(code) if code else None
            if operation is None or operation.kind is not Kind.MESSAGE or operation.lane not in self.lanes:
                continue
            state = self.lanes[operation.lane].state(operation.number)
            if state & WAS_REFUSED_ONCE:
                continue
            if operation.number < furthest.get(operation.lane, 0):
                if state & WAS_SENT_AGAIN:
                    self.verdict.overtaken += 1
                    continue
                self.verdict.find("reordered", f"{operation} after number {furthest[operation.lane]}")
            furthest[operation.lane] = max(operation.number, furthest.get(operation.lane, 0))

    def _project(self, log: Conversation) -> dict[int, StoredMessage]:
        """Return the messages that these events make, by number."""
        messages: dict[tuple[int, int], StoredMessage] = {}
        for seq, code in enumerate(log.codes, log.base + 1):
            if not code:
                continue
            operation = operation_of(code)
            if operation.kind is Kind.MESSAGE:
                messages[operation.lane, operation.number] = StoredMessage(seq, code, operation.text)
            elif before := messages.get((operation.target_lane, operation.target)):
                account = self.lanes[operation.lane].account if operation.lane in self.lanes else ""
                messages[operation.target_lane, operation.target] = after(before, operation, account)
            else:
                self.verdict.find("wrong", f"{operation} changes a message that is not there")
        return {message.seq: message for message in messages.values()}


def after(before: StoredMessage, operation: Operation, account: str) -> StoredMessage:
    """Return what a change makes of a message."""
    if before.is_deleted:
        return before
    if operation.kind is Kind.EDIT:
        return StoredMessage(before.seq, before.code, operation.text, reacted=before.reacted)
    if operation.kind is Kind.DELETE:
        return StoredMessage(before.seq, before.code, "", is_deleted=True)
    return StoredMessage(before.seq, before.code, before.text, reacted=before.reacted | {account})


class Reading:
    """How far one device has read one conversation, by the rules of the protocol.

        live --reset, or a gap--> repairing up to a number, while live goes on behind it --reached--> live

    Attributes:
        held: Everything up to here was received.
        live: The next number that is to come by itself.
    """

    def __init__(self, held: int, verdict: Verdict, name: str = "") -> None:
        self.held = held
        self.live = held + 1
        self._verdict = verdict
        self._name = name
        self._asked_until = 0

    @property
    def repair_until(self) -> int:
        """The last number that has to be asked for; 0 if there is none."""
        return self.live - 1 if self.held < self.live - 1 else 0

    def ask(self, until: int) -> None:
        """Note that the events up to here are asked for."""
        self._asked_until = max(self._asked_until, until)

    def reconnect(self) -> None:
        """Begin again from what is held."""
        self.live = self.held + 1
        self._asked_until = 0

    def reset(self, last_seq: int) -> None:
        """Note that the server does not replay the gap up to here."""
        if last_seq < self.held:
            self._verdict.find("lost", f"{self._name} held {self.held}, the server only has {last_seq}")
        self.live = last_seq + 1

    def receive(self, seq: int) -> None:
        """Take an event."""
        if seq < self.live:
            # What was asked for twice may come twice; what nobody asked for may not.
            if seq == self.held + 1:
                self.held = seq
            elif seq > self._asked_until:
                self._verdict.find("doubled", f"{self._name} got {seq} again")
            return
        if seq > self.live:
            self._verdict.find("reordered", f"{self._name} got {seq} before {self.live}")
        if self.held == seq - 1:
            self.held = seq
        self.live = seq + 1

    def finish(self, last_seq: int) -> None:
        """Find what never came."""
        if self.held < last_seq:
            missing = last_seq - self.held
            self._verdict.find("lost", f"{self._name} never got {self.held + 1} to {last_seq}", missing)

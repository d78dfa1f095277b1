"""A load client: one device of an account, with an outbox, cursors, repairs and reconnects."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque

from tests.chaos.scale.line import open_line
from tests.chaos.scale.operations import EMOJI, Kind, Operation, client_id_of, code_of, operation_of
from tests.chaos.scale.outbox import RETRY_SECONDS, Outbox
from tests.chaos.scale.reference import Conversation, Reading

EVENTS = {"message", "edited", "deleted", "reaction", "member", "renamed"}
RANGE_MAX = 500
REPAIR_SECONDS = 5.0
PING_SECONDS = 10.0
ANSWER_SECONDS = 30.0
WELCOME_SECONDS = 20.0
RECENT_MAX = 30


class Device:
    """Sends what it is told to and reads everything; the reference hears of both."""

    def __init__(self, world, account, number):
        self.world, self.account, self.name = world, account, f"{account.name}/{number}"
        self.chance = world.chance
        self.outbox = Outbox()
        self.line = None
        self.is_welcomed = False
        self.lanes = {room: world.lane_of(account) for room in account.rooms}
        self.numbers = dict.fromkeys(account.rooms, 0)
        self.readings: dict[str, Reading] = {}
        self.mine = {room: deque(maxlen=RECENT_MAX) for room in account.rooms}
        self.latencies: list[float] = []
        self.is_impatient = False
        self._asked: dict[str, tuple[int, float]] = {}
        self._ended = asyncio.Event()
        self._retry = 0.2
        self._hello_at = 0.0

    async def live(self):
        """Stay connected until the world ends."""
        while not self.world.is_over:
            self._ended.clear()
            self.line = await open_line(self.world.port, self.account.token, self._take, self._over)
            if self.line is not None and not self.line.is_over:
                cursors = {room: reading.held for room, reading in self.readings.items()}
                self.line.send(json.dumps({"type": "hello", "protocol": 1, "cursors": cursors}).encode())
                await self._beat()
                self.world.reconnects += 1
            await asyncio.sleep(self._retry * (0.5 + self.chance.random()))

    async def _beat(self):
        self._hello_at = self.world.now()
        while not await self._has_ended(PING_SECONDS):
            self.line.send(b'{"type":"ping","id":1}')
            self._cut_if_silent()

    async def _has_ended(self, seconds):
        """Whether the line has ended, or does within so many seconds."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ended.wait(), seconds)
        return self._ended.is_set()

    def _cut_if_silent(self):
        """Break a line on which nothing comes that has to."""
        now, oldest = self.world.now(), self.outbox.oldest()
        if not self.is_welcomed and now - self._hello_at > WELCOME_SECONDS:
            self.world.unwelcomed += 1
            self.line.cut()
        elif oldest is not None and now - oldest > ANSWER_SECONDS:
            self.world.silences += 1
            self.line.cut()

    def _over(self, line):
        if line is self.line:
            self.is_welcomed = False
            for code in self.outbox.lost():
                self.world.reference.sent_again(operation_of(code))
            self._ended.set()

    # Sending

    def write(self, kind, room):
        """Queue an operation; False if there is nothing to change."""
        made = self._message(room) if kind is Kind.MESSAGE else self._change(kind, room)
        if made is None:
            return False
        operation, frame = made
        frame |= {"client_id": client_id_of(operation.code), "conversation_id": room}
        self.outbox.add(operation.code, room, json.dumps(frame).encode())
        return True

    def flush(self):
        """Send what is due."""
        if not self.is_welcomed:
            return
        due = self.outbox.take(self.world.now())
        for code in due:
            self.world.reference.sent(operation_of(code))
        if due:
            self.line.send(*(self.outbox.frames[code][1] for code in due))

    def read(self, room):
        """Tell the server that everything that is held was read."""
        if self.is_welcomed:
            frame = {"type": "read", "conversation_id": room, "seq": self.readings[room].held}
            self.line.send(json.dumps(frame).encode())

    def _number(self, room):
        self.numbers[room] += 1
        return self.lanes[room], self.numbers[room]

    def _message(self, room):
        operation = Operation(Kind.MESSAGE, *self._number(room))
        return operation, {"type": "send", "text": operation.text}

    def _change(self, kind, room):
        known = self.account.seen.get(room) if kind is Kind.REACTION else self.mine[room]
        if not known:
            return None
        # A message is changed by one operation at a time, and never again after it was deleted.
        target, message_id, version = known.popleft()
        operation = Operation(kind, *self._number(room), target.lane, target.number)
        frame = {"message_id": message_id}
        if kind is Kind.EDIT:
            return operation, frame | {"type": "edit", "text": operation.text, "base_seq": version}
        if kind is Kind.DELETE:
            return operation, frame | {"type": "delete"}
        return operation, frame | {"type": "react", "emoji": EMOJI, "on": True}

    # What the server says

    def _take(self, line, frame):
        if line is not self.line or line.is_over:
            return
        if frame.type in EVENTS:
            self._on_event(frame)
        elif frame.type == "ack":
            self._on_ack(frame)
        elif frame.type == "nack":
            self._on_nack(frame)
        elif frame.type == "welcome":
            self._on_welcome(frame)
        elif frame.type == "reset":
            self.world.resets += 1
            self.readings[frame.conversation_id].reset(frame.last_seq)
            self._repair(frame.conversation_id)
        elif frame.type == "ping":
            line.send(json.dumps({"type": "pong", "id": frame.id}).encode())
        elif frame.type == "bye":
            self._retry = (frame.retry_min_ms + frame.retry_window_ms / 2) / 1_000
        elif frame.type == "error":
            self.world.errors[frame.error.code] += 1
            self._retry = max(0.2, (frame.error.retry_after_ms or 0) / 1_000)

    def _on_welcome(self, frame):
        self._retry = 0.2
        self.world.welcome_longest = max(self.world.welcome_longest, self.world.now() - self._hello_at)
        for summary in frame.conversations:
            if summary.id not in self.lanes:
                continue
            self.world.reference.conversations.setdefault(summary.id, Conversation(summary.last_seq))
            if summary.id in self.readings:
                self.readings[summary.id].reconnect()
            else:
                verdict = self.world.reference.verdict
                self.readings[summary.id] = Reading(summary.last_seq, verdict, f"{self.name} in {summary.id}")
        self._asked.clear()
        self.is_welcomed = True
        self.flush()

    def _on_event(self, frame):
        self.world.deliveries += 1
        reading = self.readings.get(frame.conversation_id)
        if reading is None:
            return
        code = code_of(frame.client_id)
        reading.receive(frame.seq)
        self.world.reference.report(frame.conversation_id, frame.seq, code)
        if frame.type == "message" and code and code % 50 == 0:
            # One device of the account is enough: what both react to is stored once.
            self.account.see(frame.conversation_id, (operation_of(code), frame.message_id, frame.seq))
        if reading.repair_until:
            self._repair(frame.conversation_id)

    def _repair(self, room):
        reading, now = self.readings[room], self.world.now()
        upto = min(reading.repair_until, reading.held + RANGE_MAX)
        asked, at = self._asked.get(room, (0, 0.0))
        if upto and (reading.held >= asked or now - at > REPAIR_SECONDS):
            self._asked[room] = (upto, now)
            reading.ask(upto)
            wanted = {"type": "events", "conversation_id": room, "after_seq": reading.held, "until_seq": upto}
            self.line.send(json.dumps(wanted).encode())

    def _on_ack(self, frame):
        code = code_of(frame.client_id)
        sent_at = self.outbox.in_flight.get(code)
        operation = operation_of(code)
        self.world.reference.acked(operation, frame.conversation_id, frame.seq)
        if not self.outbox.settle(code):
            return
        if sent_at is not None:
            self.latencies.append(self.world.now() - sent_at)
        if operation.kind is Kind.MESSAGE:
            self.mine[frame.conversation_id].append((operation, frame.message_id, frame.seq))
        elif operation.kind is Kind.EDIT:
            target = Operation(Kind.MESSAGE, operation.target_lane, operation.target)
            self.mine[frame.conversation_id].append((target, frame.message_id, frame.seq))

    def _on_nack(self, frame):
        code, error = code_of(frame.client_id), frame.error
        operation = operation_of(code)
        self.world.refusals[error.code] += 1
        if error.retryable and error.retry_after_ms is None:
            self.world.refusals_without_time += 1
        # What was sent on two lines may have been stored on the first: only its ack tells.
        is_final = not error.retryable or (self.is_impatient and code not in self.outbox.sent_again)
        self.world.reference.refused(operation, is_final=is_final)
        if is_final:
            self.outbox.settle(code)
        else:
            wait = RETRY_SECONDS if error.retry_after_ms is None else error.retry_after_ms / 1_000
            self.outbox.hold(code, self.world.now() + max(wait, 0.1))

    def tend(self):
        """Ask again for what was asked for and did not come."""
        for room, reading in self.readings.items():
            if self.is_welcomed and reading.repair_until:
                self._repair(room)

    def state(self):
        """Where it is, for failures."""
        return self.name, self.is_welcomed, self.line and self.line.is_over, self.outbox

    @property
    def is_settled(self):
        """Whether nothing is on its way to the server."""
        return not self.outbox.frames

    def has_read(self, room, last_seq):
        """Whether it holds everything up to this number."""
        return room in self.readings and self.readings[room].held >= last_seq

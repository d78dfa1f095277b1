"""A TCP proxy between client and server that can be broken in every way a line breaks.

Faults act on bytes, not on events of a browser: Chromium's own offline switch leaves open
WebSockets alive, so only a wire shows what a dead line does.

    pass         everything goes through
    hole         bytes vanish in both directions, nobody is told
    hole_up      bytes to the server vanish; the server's still arrive
    hole_down    bytes of the server vanish; the server still hears
    refuse       open connections are reset, new ones too
    tarpit       new connections are accepted and never answered
    delay        everything arrives later, in order
    truncate     each connection is reset after its next bytes, in the middle of them

A connection that met a hole or a tarpit stays dead: TCP would have noticed the missing bytes.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time

MODES = ("pass", "hole", "hole_up", "hole_down", "refuse", "tarpit", "delay", "truncate")


class Wire:
    """Listens on a port of its own, or on the one given, and passes on to ``target_port`` of this machine."""

    def __init__(self, target_port, *, port=0, delay_seconds=0.5, on_fault=lambda mode: None):
        self.target_port = target_port
        self._on_fault = on_fault
        self.delay_seconds = delay_seconds
        self.mode = "pass"
        self.dials = []
        """When each connection was accepted, by ``time.monotonic``."""
        self._lock = threading.Lock()
        self._pairs = set()
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def set(self, mode):
        """Behave like this from now on; ``refuse`` also resets what is open."""
        assert mode in MODES, f"expected one of {MODES}, got {mode!r}"
        self.mode = mode
        if mode != "pass":
            self._on_fault(mode)
        if mode == "refuse":
            self._reset_all()

    def heal(self):
        """Let everything through again."""
        self.set("pass")

    def hole(self):
        """Swallow every byte from now on, in both directions."""
        self.set("hole")

    def cut(self):
        """Reset what is open and refuse what comes."""
        self.set("refuse")

    def reset(self):
        """Reset every open connection (RST); new ones are treated as before."""
        self._on_fault("reset")
        self._reset_all()

    def _reset_all(self):
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            self._drop(pair)

    def run(self, schedule):
        """Follow a schedule of ``(seconds, mode)``, then heal."""
        for seconds, mode in schedule:
            self.set(mode)
            if self._closed.wait(seconds):
                return
        self.heal()

    def close(self):
        """Reset everything and stop listening; the port is free afterwards."""
        self._closed.set()
        self.mode = "refuse"
        self._reset_all()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts, which holds the port
        self._accepting.join()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.dials.append(time.monotonic())
            if self.mode == "refuse":
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                _reset(near)
                continue
            pair = (near, far)
            with self._lock:
                self._pairs.add(pair)
            is_dead = self.mode == "tarpit"
            for source, sink, direction in ((near, far, "up"), (far, near, "down")):
                pump = threading.Thread(target=self._pump, args=(pair, source, sink, direction, is_dead), daemon=True)
                pump.start()

    def _pump(self, pair, source, sink, direction, is_dead):
        late = _Late(sink)
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                is_dead = is_dead or self.mode in ("hole", f"hole_{direction}")
                if is_dead:
                    continue
                if self.mode == "truncate":
                    sink.sendall(data[: len(data) // 2])
                    break
                late.send(data, self.delay_seconds if self.mode == "delay" else 0)
        late.stop()
        if self.mode == "truncate" and not is_dead:
            self._drop(pair)
        elif not is_dead:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _drop(self, pair):
        with self._lock:
            self._pairs.discard(pair)
        for end in pair:
            _reset(end)


class _Late:
    """Hands bytes on after a delay, in order; at once while there is none."""

    def __init__(self, sink):
        self._sink = sink
        self._waiting = None

    def send(self, data, delay_seconds):
        if self._waiting is None:
            if not delay_seconds:
                self._sink.sendall(data)
                return
            self._waiting = queue.SimpleQueue()
            threading.Thread(target=self._forward, daemon=True).start()
        self._waiting.put((time.monotonic() + delay_seconds, data))

    def stop(self):
        if self._waiting is not None:
            self._waiting.put((0, b""))

    def _forward(self):
        with contextlib.suppress(OSError):
            while True:
                due, data = self._waiting.get()
                if not data:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                self._sink.sendall(data)


def _reset(end):
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    with contextlib.suppress(OSError):
        # A thread that still reads keeps the descriptor alive; this wakes it and sends nothing.
        end.shutdown(socket.SHUT_RD)
    end.close()

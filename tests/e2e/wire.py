"""A TCP proxy between browser and server that can be cut: real faults, not simulated ones."""

from __future__ import annotations

import contextlib
import socket
import threading


class Wire:
    """Passes bytes on until it is told otherwise.

    ``pass``: everything goes through. ``hole``: bytes vanish, nobody is told.
    ``refuse``: connections are reset and new ones are refused at once.
    """

    def __init__(self, target_port):
        self._target_port = target_port
        self._mode = "pass"
        self._lock = threading.Lock()
        self._pairs = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.origin = f"http://localhost:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self):
        """Let everything through again; connections that met a hole stay dead."""
        self._mode = "pass"

    def hole(self):
        """Swallow every byte from now on, in both directions."""
        self._mode = "hole"

    def cut(self):
        """Reset what is open and refuse what comes."""
        self._mode = "refuse"
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                _reset(end)

    def close(self):
        self.cut()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._mode == "refuse":
                _reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._target_port))
            except OSError:
                _reset(near)
                continue
            with self._lock:
                self._pairs.add((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source, sink):
        lost = False
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                lost = lost or self._mode == "hole"
                if not lost:
                    sink.sendall(data)
        if not lost:
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)


def _reset(end):
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        end.close()

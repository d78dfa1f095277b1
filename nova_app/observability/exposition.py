"""The metrics page: in the requested format, compressed, and rendered off the event loop."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Iterator

from prometheus_client import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from nova_app.observability.metrics import Metrics

COMPRESSION = 4
"""Higher levels cost twice the time for a twentieth of the size."""
LINES_PER_SLICE, SLICE_PAUSE_SECONDS = 100, 0.0002
"""After so many lines (a millisecond) the event loop may run; Python would switch threads only after five."""
_END = b"# EOF\n"


async def render(metrics: Metrics, accept: str, *, compress: bool) -> tuple[bytes, str]:
    """Return the metrics as text.

    The gauges are looked up on the event loop, the text (12 ms for some 1,700 series)
    is made in a thread.

    Args:
        accept: The request's Accept header: OpenMetrics where it is asked for.

    Returns:
        The body, gzipped if ``compress``, and its content type.
    """
    metrics.refresh()
    encode, content_type = choose_encoder(accept)
    return await asyncio.to_thread(_encode, encode, metrics, compress=compress), content_type


def _encode(encode: Callable[[Collector], bytes], metrics: Metrics, *, compress: bool) -> bytes:
    pieces, end, lines = [], b"", 0
    for family in metrics.registry.collect():
        piece = encode(_Only(family))
        pieces.append(piece.removesuffix(_END))
        end = piece[len(pieces[-1]) :]
        lines += len(family.samples)
        if lines >= LINES_PER_SLICE:
            time.sleep(SLICE_PAUSE_SECONDS)
            lines = 0
    text = b"".join([*pieces, end])
    return gzip.compress(text, COMPRESSION, mtime=0) if compress else text


class _Only(Collector):
    """One family, in the form that the encoders expect."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        yield self._family

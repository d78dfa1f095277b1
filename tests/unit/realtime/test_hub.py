"""The hub wakes every socket that has something to send, whatever happens to another."""

import asyncio

from nova_app.observability.instruments import create_instruments
from nova_app.protocol.published import encode_published
from nova_app.protocol.server_frames import EncodedFrame
from nova_app.realtime.hub import MemoryHub
from nova_app.realtime.send_queue import SendQueue


def a_queue(hub, wake):
    send_queue = SendQueue("ana", "session", wake=wake, on_conversation=lambda _: None)
    hub.add(send_queue)
    send_queue.reply(EncodedFrame(b"{}", "system"))
    return send_queue


def test_a_socket_that_cannot_be_woken_keeps_no_other_asleep():
    async def scenario():
        hub, woken = MemoryHub(create_instruments().deliveries, encode_published), []

        def fail():
            raise OSError("the transport is gone")

        queues = [a_queue(hub, fail), a_queue(hub, lambda: woken.append("second"))]
        for send_queue in queues:
            hub.wake_later(send_queue)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return woken

    assert asyncio.run(scenario()) == ["second"]

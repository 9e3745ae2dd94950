from __future__ import annotations

import asyncio

from tests.engine.raw import NO_KEY, shaken_client
from tests.patience import PATIENCE
from wsgui.engine import Options, connect, serve
from wsgui.engine.options import Compression


async def test_everybody_gets_frames_of_his_own_kind() -> None:
    """Plain ones are shared; who agreed on compression, or is to be sent masked frames, has his own."""
    options = Options(compression=Compression())
    async with (
        asyncio.timeout(PATIENCE),
        serve(port=0, behaviour="broadcast", options=options) as server,
        shaken_client(server) as plain,
        shaken_client(server) as masked,
        connect(server.url, options=Options(compression=Compression())) as small,
    ):
        server.connections[2].policy.mask = True
        server.connections[2].use_policy(server.connections[2].policy)
        plain.send(b"\x81\x82" + NO_KEY + b"hi" + b"\x82\x81" + NO_KEY + b"\x00" + b"\x89\x80" + NO_KEY)
        assert await plain.read(9) == b"\x8a\x00" + b"\x81\x02hi" + b"\x82\x01\x00"
        assert await masked.read(2) == b"\x81\x82"
        key = await masked.read(4)
        assert bytes(a ^ b for a, b in zip(await masked.read(2), key, strict=False)) == b"hi"
        assert [await small.receive(), await small.receive()] == ["hi", b"\x00"]
        assert server.connections[3].connection.deflate is not None

"""Attacks on a running server by a crowd: hostile files, texts and addresses, and visitors who just leave."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
from collections.abc import Awaitable, Callable

import websockets

from benchmarks.attacking import FaultError, Place, damaged
from benchmarks.visiting import Seen, Visitor, Watch, serving

CROWD = 6
MOST_MB = 1500
PAGES = ("", "Catalogues", "Dataset", "Embeddings", "Models", "Predict", "Review", "Tour")
TEXTS = ("<img src=x>", "$x$", "\x00", "a" * 20_000, "![](//x)", "\u202egum", "'; drop", "ば" * 300)
QUERIES = ("catalogue=../../x", "tab=%00", "sku=<b>", "step=99999999999", "kind=x&grid=y", "=&&=", "x" * 5000)


def load(place: Place, chance: random.Random) -> None:
    """Have a crowd come at once; afterwards the server answers the next visitor as if nothing had been."""
    if place.server is None:
        served = place.folder / "served"
        shutil.copytree(place.bundle, served / place.bundle.name)
        place.server = place.held.enter_context(serving(served, place.folder / "log.txt"))
        asyncio.run(_write(place.server[0], place, random.Random(0)))  # encoders are exported at first use
    port, process = place.server
    with Watch(process.pid) as watch:
        problems = asyncio.run(_crowd(port, place, chance))
    if problems:
        raise FaultError(problems[0])
    if watch.peak > MOST_MB:
        raise FaultError(f"the server took {watch.peak:.0f} MB")


async def _crowd(port: int, place: Place, chance: random.Random) -> list[str]:
    coming = [
        chance.choice(VISITS)(port, place, random.Random(chance.randrange(1 << 30))) for _ in range(CROWD)
    ]
    problems = [problem for each in await asyncio.gather(*coming) for problem in each]
    async with Visitor(port) as visitor:
        return problems + _problems(await visitor.open(""))


async def _write(port: int, place: Place, chance: random.Random) -> list[str]:
    async with Visitor(port) as visitor:
        problems = _problems(await visitor.open("Predict"))
        problems += _problems(await visitor.write("Name", chance.choice(TEXTS)))
        return problems + _problems(await visitor.press("button", "Classify"))


async def _upload(port: int, place: Place, chance: random.Random) -> list[str]:
    name, content = chance.choice(
        [*place.tables, *((f"{n}.png", each) for n, each in enumerate(place.images))]
    )
    async with Visitor(port) as visitor:
        problems = _problems(await visitor.open("Catalogues"))
        _, seen = await visitor.upload("Product table", name, damaged(content, chance))
        return problems + _problems(seen)


async def _look(port: int, place: Place, chance: random.Random) -> list[str]:
    async with Visitor(port) as visitor:
        return _problems(await visitor.open(chance.choice(PAGES), chance.choice(QUERIES)))


async def _leave(port: int, place: Place, chance: random.Random) -> list[str]:
    async with Visitor(port) as visitor:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(visitor.open(chance.choice(PAGES)), chance.random())
    return []


async def _mumble(port: int, place: Place, chance: random.Random) -> list[str]:
    address = f"ws://localhost:{port}/_stcore/stream"
    with contextlib.suppress(websockets.ConnectionClosed):
        async with websockets.connect(address, subprotocols=[websockets.Subprotocol("streamlit")]) as socket:
            for _ in range(20):
                await socket.send(chance.randbytes(chance.randint(1, 2000)))
    return []


VISITS: tuple[Callable[[int, Place, random.Random], Awaitable[list[str]]], ...] = (
    _write,
    _upload,
    _look,
    _leave,
    _mumble,
)


def _problems(seen: Seen) -> list[str]:
    return [f"a traceback: {each}" for each in seen.exceptions] + [
        f"an error of several lines: {each!r}" for each in seen.errors if "\n" in each.strip()
    ]

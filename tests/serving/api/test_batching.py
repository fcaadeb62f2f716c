"""Requests that arrive together are answered together, each with its own answer."""

import asyncio
import threading

import pytest

from core.serving.api.batching import Batcher, Busy


def run(work):
    return asyncio.run(work)


def test_those_that_come_while_others_are_answered_are_answered_together():
    sizes, entered, go_on = [], threading.Event(), threading.Event()

    def answer(questions):
        sizes.append(len(questions))
        entered.set()
        assert go_on.wait(10)
        return [10 * question for question in questions]

    async def work():
        batcher = Batcher(answer, most=4)
        first = asyncio.create_task(batcher.ask([0]))
        await asyncio.to_thread(entered.wait, 10)
        later = [asyncio.create_task(batcher.ask([n])) for n in range(1, 7)]
        await asyncio.sleep(0)
        assert batcher.waiting == 6
        go_on.set()
        return await asyncio.gather(first, *later)

    assert run(work()) == [[10 * n] for n in range(7)]
    assert sizes == [1, 4, 2]


def test_an_error_reaches_those_who_asked_and_nobody_later():
    def answer(questions):
        if "bad" in questions:
            raise ValueError("bad")
        return questions

    async def work():
        batcher = Batcher(answer)
        with pytest.raises(ValueError, match="bad"):
            await batcher.ask(["good", "bad"])
        return await batcher.ask(["good"])

    assert run(work()) == ["good"]


def test_who_stops_waiting_holds_up_nobody():
    entered, go_on = threading.Event(), threading.Event()

    def answer(questions):
        entered.set()
        assert go_on.wait(10)
        return questions

    async def work():
        batcher = Batcher(answer, most=1)
        gone, other = (asyncio.create_task(batcher.ask([n])) for n in (1, 2))
        await asyncio.to_thread(entered.wait, 10)
        gone.cancel()
        go_on.set()
        return await other

    assert run(work()) == [2]


def test_too_many_that_wait_are_refused_but_never_the_first():
    go_on = threading.Event()

    def answer(questions):
        assert go_on.wait(10)
        return questions

    async def work():
        batcher = Batcher(answer, most=1, most_waiting=3)
        waiting = asyncio.create_task(batcher.ask(list(range(8))))  # alone, so however many
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="too many products are waiting"):
            await batcher.ask([8])
        go_on.set()
        return await waiting

    assert run(work()) == list(range(8))


def test_several_event_loops_share_it():
    batcher = Batcher(lambda questions: questions, most=3)
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append((n, run(batcher.ask([n, n]))))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == [(n, [n, n]) for n in range(8)]

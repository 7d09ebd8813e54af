"""Which work a thread is given: the urgent first, and bulk while there is room for it."""

import threading
from dataclasses import dataclass, field
from queue import Empty

import pytest

from domain.jobs import BULK, LIVE
from workers.lanes import Lanes, most_bulk


@dataclass(order=True)
class Item:
    priority: int
    name: str = field(compare=False, default="")


def filled(threads, *priorities):
    lanes = Lanes(threads)
    for number, priority in enumerate(priorities):
        lanes.put(Item(priority, f"{number}"))
    return lanes


def taken_by_another(lanes):
    """What a thread that ends afterwards was given, without its saying that it is through."""
    found = []
    thread = threading.Thread(target=lambda: found.append(lanes.get(timeout=5)))
    thread.start()
    thread.join()
    return found[0]


def test_a_quarter_of_the_hands_are_for_live_work_and_one_at_least_where_there_are_two():
    assert [most_bulk(hands) for hands in (1, 2, 3, 4, 8, 16)] == [1, 1, 2, 3, 6, 12]


def test_bulk_is_not_there_while_as_many_are_busy_with_it_as_may_be():
    lanes = filled(2, BULK, BULK, BULK)
    taken_by_another(lanes)

    with pytest.raises(Empty):
        lanes.get_nowait()
    lanes.put(Item(LIVE))
    assert lanes.get_nowait().priority == LIVE
    lanes.task_done()
    with pytest.raises(Empty):
        lanes.get_nowait()


def test_who_waits_for_bulk_is_woken_when_another_is_through_with_it():
    lanes = filled(2, BULK, BULK)
    lanes.get()
    waiting = threading.Thread(target=lambda: lanes.get(timeout=30))
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()

    lanes.task_done()
    waiting.join(5)

    assert not waiting.is_alive()


def test_one_thread_does_everything():
    lanes = filled(1, BULK, LIVE, BULK)
    found = []
    for _ in range(3):
        found.append(lanes.get_nowait().priority)
        lanes.task_done()

    assert found == [LIVE, BULK, BULK]


def test_in_the_end_everything_is_given_back():
    lanes = filled(2, BULK, BULK, BULK, LIVE)
    taken_by_another(lanes)
    taken_by_another(lanes)

    lanes.open_up()

    assert [lanes.get_nowait().priority for _ in range(2)] == [BULK, BULK]
    assert lanes.empty()

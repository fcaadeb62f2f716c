import threading
import time

from core.common.budget import Budget


def test_what_does_not_fit_waits_and_what_never_fits_runs_alone():
    budget, running, most, lock = Budget(10), [0], [0], threading.Lock()

    def work(cost: int) -> None:
        with budget.spend(cost):
            with lock:
                running[0] += cost
                most[0] = max(most[0], running[0])
            time.sleep(0.01)
            with lock:
                running[0] -= cost

    threads = [threading.Thread(target=work, args=(cost,)) for cost in (5, 5, 5, 4, 1, 10, 3) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert most[0] == 10
    alone = threading.Thread(target=work, args=(50,))
    alone.start()
    alone.join(timeout=10)
    assert most[0] == 50 and not alone.is_alive()


def test_room_is_given_back_after_an_error():
    budget = Budget(1)
    for _ in range(2):
        try:
            with budget.spend(1):
                raise ValueError
        except ValueError:
            pass
    with budget.spend(1):
        pass

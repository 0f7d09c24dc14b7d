"""The clock that benchmarks of plain function calls share."""

from timeit import Timer

SECONDS_PER_TURN = 0.02


def seconds_per_call(calls, rounds, least=1):
    """Let the contestants take turns; give the best time of each, by name.

    A turn is as many calls as fit into `SECONDS_PER_TURN`, at least `least`, and before them, unless
    one call fills the turn, an untimed one, because the previous contestant has filled the caches.
    A result stays alive until the next one replaces it, as in a training loop. Otherwise the C
    library would return large arrays to the system after each call, and the clock would measure
    how quickly the system allocates them again.
    """
    once = {name: Timer(call).timeit(1) for name, call in calls.items()}
    repeats = {
        name: max(least, round(SECONDS_PER_TURN / seconds))
        for name, seconds in once.items()
    }
    timers = {
        name: Timer(
            "result = call()",
            setup="result = call()" if repeats[name] > 1 else "pass",
            globals={"call": call},
        )
        for name, call in calls.items()
    }
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, timer in timers.items():
            seconds = timer.timeit(repeats[name]) / repeats[name]
            best[name] = min(best[name], seconds)
    return best

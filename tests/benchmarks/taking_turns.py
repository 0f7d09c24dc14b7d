"""The clock that benchmarks of plain function calls share."""

from timeit import Timer

SECONDS_PER_TURN = 0.02


def seconds_per_call(calls, rounds):
    """Let the contestants take turns; give the best time of each, by name."""
    timers = {name: Timer(call) for name, call in calls.items()}
    repeats = {
        name: max(1, round(SECONDS_PER_TURN / timer.timeit(1)))
        for name, timer in timers.items()
    }
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, timer in timers.items():
            if repeats[name] > 1:
                timer.timeit(1)
            seconds = timer.timeit(repeats[name]) / repeats[name]
            best[name] = min(best[name], seconds)
    return best

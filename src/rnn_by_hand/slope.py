r"""Measure a slope together with how far it may be off.

A difference has two errors: its step is too long (truncation) or too short (rounding). Differences
at several steps show both. Extrapolating them to a step of zero removes most of the truncation
(Richardson; Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering
Software 4, 1982). How far the extrapolations disagree bounds what is left of it, and the noise of
the function, divided by the step, bounds the rounding.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

__all__ = ["Slope", "measure_slope", "noise_of"]

#: Neighbouring steps differ by this factor. It is no simple number, so that a function that
#: oscillates is not met at the same phase by several of them.
RATIO = 2.9
#: Steps to begin with, and at most.
FEWEST, MOST = 4, 40
#: Differences that are extrapolated together, at most.
ORDERS = 4
#: From one order to the next, no greater gain is believed: the agreement may be luck.
GAIN = 32
#: The noise is a root mean square; this many of them bound it.
SIGMAS = 6
#: Slopes on both sides that change by less than this over three steps do not come together.
TOGETHER = 1.5
#: What is so many times smaller closer up was no noise; nor is so many times the least.
SMOOTH = 5000
#: No step is shorter than this, in units of the first.
SHORTEST = 1e-17
#: For the noise: how often a distance is tried, and by how much it changes.
TRIES, STRIDE = 8, 30


@dataclass(frozen=True)
class Slope:
    """A measured slope.

    Attributes
    ----------
    value : float
        The slope; on a kink, the mean of both sides.
    bar : float
        How far it may be off; infinite if nothing could be measured.
    rounding : float
        The part of the bar that comes from the noise of the function.
    jump : float
        By how much the slopes on both sides differ if they do not come together; otherwise 0.
    still : float
        The longest step, if the function had the same value at every step; otherwise 0.
    torn : bool
        Whether the function itself jumps.
    step : float
        The shortest step that the value rests on.
    """

    value: float
    bar: float
    rounding: float = math.inf
    jump: float = 0.0
    still: float = 0.0
    torn: bool = False
    step: float = 0.0


@dataclass(frozen=True)
class _Difference:
    """The difference between two places, with what it says about both sides."""

    step: float
    slope: float
    rounding: float
    jump: float = 0.0
    still: bool = False


def measure_slope(change, noise, first, longest, enough, claim):
    """Measure the slope of a function at 0.

    Parameters
    ----------
    change : callable
        ``change(s)`` returns the step really taken, and by how much the function changes from 0
        to there; not finite where there is no function.
    noise : callable
        ``noise(c)`` returns the root mean square of the noise of such a change.
    first : float
        The longest of the first steps.
    longest : float
        No step is longer.
    enough : callable
        ``enough(value)`` returns how wide the bar of such a slope may be.
    claim : float
        What the slope should be, or NaN. Before it is contradicted, steps are tried that are so
        short that such a slope could hide between the others.

    Returns
    -------
    Slope
        The slope with its bar.
    """
    ladder = _Ladder(change, noise)
    ladder.climb(first, longest, enough)
    best = ladder.best()
    shorter = best.step
    while (
        math.isfinite(claim)
        and abs(claim - best.value) > best.bar
        and shorter > SHORTEST * first
    ):
        shorter /= RATIO**4
        difference = ladder.take(shorter)
        if not difference or difference.rounding > abs(claim - best.value) / 4:
            break
        if abs(difference.slope - best.value) > best.bar + difference.rounding:
            ladder.climb(shorter, longest, enough)
            best = ladder.best()
            shorter = min(shorter, best.step)
    return best


class _Ladder:
    """Differences at several steps."""

    def __init__(self, change, noise):
        self.change, self.noise = change, noise
        self.taken = 0
        self.two_sided, self.one_sided = [], []

    def climb(self, first, longest, enough):
        """Take steps from `first` on, shorter and longer, until the bar is narrow enough."""
        for k in range(FEWEST):
            self.take(first / RATIO**k)
        shortest, widest = first / RATIO ** (FEWEST - 1), first
        while self.taken < MOST and shortest > SHORTEST * first:
            best = self.best()
            rounding = self.finest_rounding() * RATIO
            finer = self.few() or 10 * rounding < abs(best.jump)
            if not finer:
                if best.bar <= enough(best.value):
                    break
                finer = rounding < best.bar
            if finer:
                shortest /= RATIO**3 if self.few() else RATIO
                self.take(shortest)
            elif 2 * best.rounding > best.bar and widest * RATIO <= longest:
                widest *= RATIO
                self.take(widest)
            else:
                break

    def take(self, step):
        """Step to both sides, as far as there is a function; gives the difference."""
        self.taken += 1
        places = [self.change(s) for s in (step, -step)]
        places = [(s, c) for s, c in places if s and math.isfinite(c)]
        for s, c in places:
            shake = SIGMAS * math.hypot(self.noise(c), self.noise(0))
            side = _Difference(abs(s), c / s, shake / abs(s), 0.0, c == 0)
            _insert(self.one_sided, side)
        if len(places) < 2:
            return None
        (above, up), (below, down) = places
        shake = SIGMAS * math.hypot(self.noise(up), self.noise(down))
        difference = _Difference(
            (above - below) / 2,
            (up - down) / (above - below),
            shake / (above - below),
            up / above - down / below,
            up == down == 0,
        )
        _insert(self.two_sided, difference)
        return difference

    def few(self):
        """Whether there is too little to extrapolate from on both sides."""
        return len(self.two_sided) < 3

    def finest_rounding(self):
        """The rounding at the shortest step."""
        return self.two_sided[-1].rounding if self.two_sided else 0.0

    def best(self):
        """Extrapolate what there is."""
        found, power = self.two_sided, 2
        if self.few():
            found, power = self.one_sided, 1
        best = _extrapolate(found, power)
        jump = _jump(self.two_sided)
        return replace(
            best,
            still=_still(found),
            torn=_torn(self.two_sided),
            jump=jump,
            bar=max(best.bar, abs(jump) / 2),
        )


def _insert(found, difference):
    """Keep differences from long steps to short ones, and none of nearly the same step."""
    if not any(
        abs(d.step - difference.step) < 0.5 * difference.step for d in found
    ):
        found.append(difference)
        found.sort(key=lambda d: -d.step)


def _still(found):
    """The longest of the shortest steps at which nothing moved, if there are three."""
    still = []
    for difference in reversed(found):
        if not difference.still:
            break
        still.append(difference.step)
    return still[-1] if len(still) >= 3 else 0.0


def _torn(found):
    """Whether the function changes by as much however short the step is."""
    last = found[-4:]
    changes = [d.slope * d.step for d in last]
    sizes = [abs(change) for change in changes]
    return (
        len(last) == 4
        and min(changes) * max(changes) > 0
        and max(sizes) < TOGETHER * min(sizes)
        and all(abs(d.slope) > 4 * d.rounding for d in last)
    )


def _extrapolate(found, power):
    """Extrapolate to a step of zero, by Neville's table.

    Of all extrapolations that those from shorter steps do not contradict, the one with the
    narrowest bar is taken.
    """
    steps = [d.step for d in found]
    values = [d.slope for d in found]
    roundings = [d.rounding for d in found]
    gaps = [math.inf] * len(found)
    slopes = []
    for order in range(1, min(ORDERS, len(found))):
        new = [], [], []
        for k in range(1, len(values)):
            step = steps[k + order - 1]
            ratio = (steps[k - 1] / step) ** power
            gap = values[k] - values[k - 1]
            value = values[k] + gap / (ratio - 1)
            rounding = math.hypot(roundings[k] * ratio, roundings[k - 1])
            rounding /= ratio - 1
            bar = max(abs(gap), gaps[k] / GAIN, gaps[k - 1] / GAIN**2)
            if order > 1:
                shortest = found[k + order - 1].step
                slopes.append(
                    Slope(value, bar + rounding, rounding, step=shortest)
                )
            for column, item in zip(new, (value, rounding, abs(gap))):
                column.append(item)
        values, roundings, gaps = new
    slopes.sort(key=lambda slope: slope.step)
    best, kept = Slope(math.nan, math.inf), []
    for slope in slopes:
        if all(abs(slope.value - s.value) <= slope.bar + s.bar for s in kept):
            kept.append(slope)
            if slope.bar < best.bar:
                best = slope
    return best


def _jump(found):
    """By how much the slopes on both sides differ however short the step is."""
    for k in range(len(found) - 1, 1, -1):
        here = found[k].jump
        if abs(here) > 4 * found[k].rounding:
            jumps = [d.jump for d in found[k - 2 : k + 1]]
            sizes = [abs(jump) for jump in jumps]
            together = max(sizes) > TOGETHER * min(sizes)
            if together or min(jumps) * max(jumps) < 0:
                return 0.0
            ruled_out = any(
                abs(d.jump - here) > 4 * d.rounding for d in found[k + 1 :]
            )
            if ruled_out:
                return 0.0
            return _clearest(found[: k + 1])
    return 0.0


def _clearest(found):
    """The jump at the shortest step at which noise hides little of it."""
    here = found[-1].jump
    for difference in reversed(found):
        if abs(difference.jump - here) > 4 * found[-1].rounding:
            break
        here = difference.jump
        if difference.rounding < 1e-6 * abs(here):
            break
    return here


def noise_of(change, step, longest, least):
    """Estimate the noise of a function from its differences of high order.

    What is smooth leaves them fast; what stays is noise. See Moré and Wild, "Estimating
    computational noise", SIAM Journal on Scientific Computing 33 (2011).

    Parameters
    ----------
    change : callable
        As in `measure_slope`.
    step : float
        The distance between places to begin with. It grows until the function moves, and shrinks
        where the function looks smooth.
    longest : float
        No distance is longer.
    least : float
        The noise is no less than this.

    Returns
    -------
    float
        The root mean square of the noise.
    """
    lowest, turned, looked = math.inf, False, False
    for _ in range(TRIES):
        values = _row(change, step)
        if not all(map(math.isfinite, values)):
            step, turned = step / STRIDE, True
            continue
        equal = sum(a == b for a, b in pairwise(values))
        if equal >= 4:
            if lowest < math.inf or step * STRIDE > longest:
                break
            step, turned = step * STRIDE, True
            continue
        level, settled = _noise_level(values)
        moves = max(values) - min(values) > lowest / STRIDE
        if looked and not (moves and level * SMOOTH < lowest):
            break
        lowest = min(lowest, level)
        if turned or (settled and level <= SMOOTH * least):
            break
        # What turns within this distance looks like noise, but moves smoothly closer up; a
        # staircase does not move.
        looked = settled
        step /= STRIDE
    return max(least, lowest) if lowest < math.inf else least


def _row(change, step):
    # Not from 0 on: a function may have its only step there.
    return [change(k * step)[1] for k in range(1, 10)]


def _noise_level(values):
    """The level at which differences of rising order settle, and whether they do."""
    levels, signs = [], []
    weight = 1.0
    for order in range(1, len(values) - 1):
        values = [b - a for a, b in pairwise(values)]
        weight *= order / (2 * (2 * order - 1))
        length = math.hypot(*values)  # its square may be out of range
        levels.append(math.sqrt(weight / len(values)) * length)
        signs.append(min(values) < 0 < max(values))
    for k in range(len(levels) - 2):
        three = levels[k : k + 3]
        if signs[k] and max(three) <= 4 * min(three):
            return levels[k], True
    return min(levels), False

"""Measure what a gradient predicts: single entries, and random directions over many.

A directional derivative is linear in its direction. So what is measured over a region and over one
half of it is also known over the other half.
"""

import copy
import math
import sys
import time

import numpy as np

from rnn_by_hand.slope import measure_slope, noise_of

__all__ = ["Measurement", "Prober", "norm"]

#: The longest of the first steps, in units of the size of a parameter.
FIRST = 0.037
#: A bar this narrow is narrow enough, relative to the slope, and none is narrower.
ENOUGH = 1e-9
#: Units in the last place by which a right gradient may be off through its own rounding.
OWN_ROUNDING = 64
#: And how many times the change that the last digit of the parameters makes.
SHAKES = 8
#: Up to so many entries, each steps by its own size; beyond, none by much less than the others.
FEW_ENTRIES = 256
#: The loss does not depend on an entry if it stands still and its slope is smaller than this share
#: of the loss for the size of the entry.
STILL = 1e-6
#: If all changes of a loss are multiples of the smallest, it may be rounded to this share of it.
ROUNDED = 1e-2
#: How far an entry is moved, in units of its size, to see whether the loss depends on it at all.
FAR = 1e4
#: The smallest share that an entry has in a direction.
SHORTEST = 0.5


def norm(array):
    """The square root of the sum of squares, which themselves may be out of range.

    Parameters
    ----------
    array : ndarray
        The numbers.

    Returns
    -------
    float
        Their norm.
    """
    largest = float(np.max(np.abs(array), initial=0.0))
    if not 0 < largest < math.inf:
        return largest
    return largest * float(np.linalg.norm(array.astype(float) / largest))


class Measurement:
    """A slope of the loss in one direction, beside what the gradient says about it.

    Attributes
    ----------
    parts : list of tuple
        For each array that the direction moves: its position, the flat indices of the entries,
        and by how much each moves.
    predicted : float
        The slope by the gradient under test.
    slope : Slope
        The slope as measured.
    own : float
        How far the prediction may be off through the rounding of the gradient itself.
    floor : float
        No error bar is narrower.
    """

    def __init__(self, parts, predicted, slope, own, floor):
        self.parts, self.predicted = parts, predicted
        self.slope, self.own, self.floor = slope, own, floor

    @property
    def tolerance(self):
        """How far prediction and measurement may be apart."""
        return max(self.slope.bar, self.floor) + self.own

    @property
    def wrong(self):
        """Whether they are further apart than that."""
        if self.slope.jump or self.slope.torn:
            return False
        return not abs(self.predicted - self.slope.value) <= self.tolerance

    @property
    def trusted(self):
        """Whether there is a slope to compare with."""
        return (
            math.isfinite(self.slope.bar)
            and not self.slope.jump
            and not self.slope.torn
        )

    def by(self, gradient):
        """What another gradient would predict.

        Parameters
        ----------
        gradient : sequence of ndarray
            One array for each parameter.

        Returns
        -------
        float
            The slope in this direction.
        """
        return sum(
            float(np.dot(gradient[k].reshape(-1)[where], step))
            for k, where, step in self.parts
        )

    def agrees_with(self, gradient, slack=0.0):
        """Whether another gradient is right about this slope.

        Parameters
        ----------
        gradient : sequence of ndarray
            One array for each parameter.
        slack : float
            By how much each entry may be off.

        Returns
        -------
        bool
            Whether it predicts the slope within the error.
        """
        length = max(norm(step) for _, _, step in self.parts)
        apart = abs(self.by(gradient) - self.slope.value)
        return apart <= self.tolerance + slack * length


class Prober:
    """The loss at one place and around it.

    Parameters
    ----------
    place : Place
        Where to measure.
    loss_at : callable
        Takes a list of arrays and returns the loss.
    loss : float
        The loss at the place itself.
    gradient : list of ndarray
        The gradient under test.
    own : list of ndarray
        By how much it changes when the parameters move by their last digit.
    rng : numpy.random.Generator
        The source of the random directions.
    shake : float
        By how much the loss differed when it was taken twice at the same place.
    """

    def __init__(self, place, loss_at, loss, gradient, own, rng, shake):
        self.place, self.loss_at = place, loss_at
        self.loss, self.gradient, self.rng = loss, gradient, rng
        self.losses, self.progress = 0, _Progress()
        few = sum(a.size for a in place.arrays) <= FEW_ENTRIES
        self.steps = [_steps(a.reshape(-1), few) for a in place.arrays]
        #: The unit roundoff of the coarsest type among parameters and loss.
        self.u = max(map(_unit, (*place.arrays, loss)))
        largest = [
            float(np.max(np.abs(g.reshape(-1)) * steps, initial=0.0))
            for g, steps in zip(gradient, self.steps)
        ]
        scale = max(abs(float(loss)), *largest)
        self._last_digit = [
            _typical(change.reshape(-1) * steps, scale, self.u) / steps
            for change, steps in zip(own, self.steps)
        ]
        self._units = [max(_unit(g), _fitting(g)) for g in gradient]
        # Of different lengths, or two opposite errors would cancel in half of all directions.
        self.directions = [
            rng.choice([-1.0, 1.0], g.size)
            * rng.uniform(SHORTEST, 1.0, g.size)
            for g in gradient
        ]
        #: What the loss raised, until it gave a number.
        self.error, self.seen = None, False
        #: The smallest change of the loss that was seen, and its largest size.
        self.quantum, self.scale = math.inf, abs(float(loss))
        self.changes = []
        self.noise = self._estimate_noise(shake)

    def _estimate_noise(self, shake):
        """The noise of the loss, at two distances, of which one may hide it."""
        change = self._along(
            self._parts(
                [(k, np.arange(a.size)) for k, a in enumerate(self.steps)]
            )
        )
        loss = abs(float(self.loss))
        info = np.finfo(np.asarray(self.loss).dtype)
        smallest = float(info.smallest_subnormal)
        least = max(float(info.eps) / 2 * loss, shake, smallest)
        short = 8 * math.sqrt(self.u)
        level = max(
            noise_of(change, step, 0.1, least)
            for step in (short, short / math.e)
        )
        if self.quantum == math.inf:
            for far in (-FAR, FAR):
                change(far)
            self.scale = loss or self.scale
        return level

    def noise_at(self, change):
        """Give the noise of the loss where it has changed.

        Parameters
        ----------
        change : float
            By how much the loss has changed.

        Returns
        -------
        float
            The root mean square of the noise there.
        """
        return math.hypot(self.noise, self.u * (float(self.loss) + change))

    def hides(self, value, measured):
        """Whether a slope could hide where nothing moved, because the loss is so coarse.

        Parameters
        ----------
        value : float
            The slope.
        measured : Measurement
            What was measured.

        Returns
        -------
        bool
            Whether the loss would have changed by less than it ever did, or, if it never did, by
            less than it could show in single precision.
        """
        if self.quantum == math.inf:
            grain = STILL * self.scale
        elif self.quantum > self._coarsest() * self.scale:
            return False  # steps of the function itself
        else:
            grain = self.quantum
        return abs(value) * measured.slope.still < grain

    def _coarsest(self):
        """The coarsest that a loss may be, as a share of it; more if it is plainly rounded."""
        multiples = np.array(self.changes) / self.quantum
        rounded = len(set(self.changes)) >= 5 and np.all(
            np.abs(multiples - np.round(multiples)) < 1e-3
        )
        return ROUNDED if rounded else max(STILL, 4 * self.u)

    def entry(self, k, flat, doubt=True):
        """Measure one entry.

        Parameters
        ----------
        k : int
            The position of its parameter.
        flat : int
            Its index in the flattened array.
        doubt : bool
            Whether to look for the claimed slope at very short steps before contradicting it.

        Returns
        -------
        Measurement
            The slope in that entry.
        """
        array, size = self.place.arrays[k], float(self.steps[k][flat])
        index = np.unravel_index(flat, array.shape)
        here = array[index]

        def change(s):
            moved = array.copy()
            with np.errstate(over="ignore"):
                moved[index] = here + array.dtype.type(s)
            taken = float(moved[index]) - float(here)
            return taken, self._change([(k, moved)]) if taken else 0.0

        predicted = float(self.gradient[k][index])
        longest = max(size, float(np.max(self.steps[k])), 1.0)
        slope = self._slope(change, size, longest, predicted, doubt, 0.0)
        return Measurement(
            [(k, np.array([flat]), np.array([1.0]))],
            predicted,
            slope,
            self._own(k, flat),
            ENOUGH * abs(slope.value),
        )

    def region(self, region, doubt=False):
        """Measure a random direction over many entries.

        Parameters
        ----------
        region : list of tuple
            For each parameter, its position and the flat indices of its entries.
        doubt : bool
            As for `entry`.

        Returns
        -------
        Measurement
            The slope in that direction.
        """
        parts = self._parts(region)
        predicted, length, own = 0.0, 0.0, 0.0
        for k, where, step in parts:
            products = self.gradient[k].reshape(-1)[where].astype(float) * step
            predicted += float(np.sum(products))
            length = math.hypot(length, norm(products))
            shaken = norm(self._last_digit[k][where] * step)
            own = math.hypot(
                own,
                SHAKES * shaken,
                OWN_ROUNDING * self._units[k] * norm(products),
            )
        # What one wrong entry adds is small beside the sum of all.
        floor = ENOUGH * length
        slope = self._slope(
            self._along(parts), 1.0, 10.0, predicted, doubt, floor
        )
        return Measurement(parts, predicted, slope, own, floor)

    def missed_by(self, measured, k):
        """How large an error of one entry a direction could have missed.

        Parameters
        ----------
        measured : Measurement
            A direction that agrees.
        k : int
            The position of the parameter that the entry is in.

        Returns
        -------
        float
            The error of that entry, in absolute terms.
        """
        apart = abs(measured.predicted - measured.slope.value)
        least = min(
            float(np.min(np.abs(step)))
            for j, _, step in measured.parts
            if j == k
        )
        return (apart + measured.tolerance) / least

    def align(self, k):
        """Let the direction of a parameter go with its gradient, more often than against it.

        The slope is then much larger, and shows an error that all entries share.

        Parameters
        ----------
        k : int
            The position of the parameter.
        """
        direction = self.directions[k]
        signs = np.sign(self.gradient[k].reshape(-1))
        turned = (self.rng.random(direction.size) < 0.5) & (signs != 0)
        direction[turned] = np.abs(direction[turned]) * signs[turned]

    def whole(self):
        """Measure a random direction over everything.

        Returns
        -------
        Measurement
            The slope in that direction.
        """
        return self.region(
            [(k, np.arange(a.size)) for k, a in enumerate(self.place.arrays)],
            doubt=True,
        )

    def at(self, arrays, loss):
        """Measure the same gradient at another place.

        Parameters
        ----------
        arrays : list of ndarray
            The parameters there.
        loss : float
            The loss there.

        Returns
        -------
        Prober
            The loss around that place.
        """
        there = copy.copy(self)
        there.place = self.place.moved_to(arrays)
        there.loss = loss
        return there

    @property
    def is_noisy(self):
        """Whether the loss is much noisier than the rounding of its type."""
        return self.noise > 1e3 * self.u * self.scale

    def is_still(self, k, flat, measured):
        """Whether the loss does not depend on an entry at all.

        Parameters
        ----------
        k : int
            The position of its parameter.
        flat : int
            Its index in the flattened array.
        measured : Measurement
            What was measured of the entry.

        Returns
        -------
        bool
            Whether the loss is the same at every short step, and either these would have shown a
            very small slope, or steps ten thousand times as long make no difference.
        """
        if not measured.slope.still:
            return False
        size = float(self.steps[k][flat])
        if measured.slope.bar * size <= STILL * self.scale:
            return True
        array = self.place.arrays[k]
        index = np.unravel_index(flat, array.shape)
        for far in (-FAR, FAR):
            moved = array.copy()
            moved[index] += array.dtype.type(far * size)
            if self._change([(k, moved)]) != 0:
                return False
        return True

    def _parts(self, region):
        return [
            (k, where, self.directions[k][where] * self.steps[k][where])
            for k, where in region
        ]

    def _along(self, parts):
        """The change of the loss along a direction.

        Rounding moves each entry a little more or less than it should. What the gradient says of
        that difference is taken off: a second-order correction where the gradient is wrong.
        """
        arrays = self.place.arrays

        def change(s):
            moved, excess = [], 0.0
            for k, where, step in parts:
                array = arrays[k].copy()
                flat = array.reshape(-1)
                before = flat[where].astype(float)
                flat[where] = before + s * step
                rounded = flat[where].astype(float) - before - s * step
                excess += float(
                    np.dot(
                        np.nan_to_num(self.gradient[k].reshape(-1)[where]),
                        rounded,
                    )
                )
                moved.append((k, array))
            change = self._change(moved)
            return s, change - excess if change else 0.0

        return change

    def _change(self, moved):
        """By how much the loss changes when some arrays are replaced; NaN where there is none."""
        arrays = list(self.place.arrays)
        for k, array in moved:
            arrays[k] = array
        self.losses += 1
        self.progress.tick(self.losses)
        with np.errstate(all="ignore"):
            try:
                loss = self.loss_at(arrays)
            except (ValueError, ArithmeticError) as error:
                if not self.seen:
                    self.error = error
                return math.nan
        # A move that is smaller than the last digit stays where it was.
        self.seen = self.seen or any(
            not np.array_equal(array, self.place.arrays[k])
            for k, array in moved
        )
        change = float(loss - self.loss)
        if change:
            self.quantum = min(self.quantum, abs(change))
            if len(self.changes) < 100:
                self.changes.append(abs(change))
            self.scale = max(self.scale, abs(change))
        return change

    def _own(self, k, flat):
        """How far a right entry may be off through its own rounding."""
        value = abs(float(self.gradient[k].reshape(-1)[flat]))
        shaken = float(self._last_digit[k][flat])
        return OWN_ROUNDING * self._units[k] * value + SHAKES * shaken

    def _slope(self, change, size, longest, predicted, doubt, floor):
        def enough(value):
            return floor or ENOUGH * max(abs(value), abs(predicted))

        return measure_slope(
            change,
            self.noise_at,
            FIRST * size,
            longest,
            enough,
            predicted if doubt else math.nan,
        )


class _Progress:
    """Says on a terminal how many losses have been taken, after two seconds."""

    def __init__(self):
        self.start, self.said = time.monotonic(), False
        self.next = self.start + 2

    def tick(self, losses):
        now = time.monotonic()
        if now >= self.next and sys.stderr is not None and sys.stderr.isatty():
            self.next, self.said = now + 0.5, True
            print(
                f"\rchecking the gradient: {losses} losses, {now - self.start:.0f} s",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def clear(self):
        if self.said:
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)


def _unit(array):
    return float(np.finfo(np.asarray(array).dtype).eps) / 2


def _typical(changes, scale, unit):
    """What the last digit changes: in one entry as much as in another, but for kinks."""
    changes = np.where(changes < math.sqrt(unit) * scale, changes, 0.0)
    typical = float(np.median(changes)) if changes.size else 0.0
    return np.clip(changes, typical, 10 * typical)


def _fitting(array):
    """The unit roundoff of single precision, if all numbers fit into it and not into half."""
    numbers = array[array != 0]
    with np.errstate(over="ignore", under="ignore"):
        single = np.array_equal(numbers, numbers.astype(np.float32))
        half = np.array_equal(numbers, numbers.astype(np.float16))
    return _unit(np.float32(0)) if single and not half else 0.0


def _steps(flat, few):
    """The size of each entry; of one that is 0, that of the others, or 1."""
    sizes = np.abs(flat).astype(float)
    moving = sizes[sizes > 0]
    typical = float(np.median(moving)) if moving.size else 1.0
    if few:
        return np.where(sizes == 0, typical, sizes)
    return np.maximum(sizes, typical / 10)

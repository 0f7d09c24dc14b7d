"""Find out where a gradient is wrong, with few losses however large it is."""

import math

import numpy as np

from rnn_by_hand.gradient_report import (
    RIGHT,
    UNDECIDED,
    WRONG,
    GradientRow,
    ParameterRow,
    parameter_of,
    pattern,
)
from rnn_by_hand.prober import Measurement, norm
from rnn_by_hand.slope import Slope

__all__ = ["Evidence", "gather"]

#: Up to so many entries each one is measured; beyond that, random directions.
EACH = 256
#: A verdict is given if the error is no more than this share of the gradient.
SHARE = 0.1
#: Entries this much smaller than the largest of their array are measured by themselves if the
#: others drown them.
SMALL = 1e-3
#: Up to so many parameters, each has a direction of its own; more only if they need one.
FEW = 16
#: After so many losses, nothing is narrowed down any further.
BUDGET = 800
#: Entries of a wrong region to measure one by one.
SAMPLE = 12
#: An error bar this many times narrower than one that is narrow enough needs no second look.
FINE = 1e4
#: Parts that are measured to find the way around a kink, at most.
TRIES = 40
#: Separate places that are looked for in one array, at most.
PLACES = 6


def gather(prober, claimed):
    """Measure as much of a gradient as its verdict takes.

    Parameters
    ----------
    prober : Prober
        The loss, and the gradient with zeros for what is not finite.
    claimed : list of ndarray
        The gradient under test as it came.

    Returns
    -------
    Evidence
        What was measured, with the verdicts on it.
    """
    few = sum(array.size for array in claimed) <= EACH
    return (_Every if few else _Search)(prober, claimed)


class Evidence:
    """What was measured of a gradient, with the verdicts on it.

    Attributes
    ----------
    prober : Prober
        The loss and the gradient under test.
    claimed : list of ndarray
        The gradient as it came, one array for each parameter.
    entries : dict of Measurement
        The entries that were measured, by the position of their parameter and the flat index.
    directions : list of Measurement
        Random directions over many entries.
    rows : dict of GradientRow
        The verdicts on the entries, with the same keys as `entries`.
    parameters : list of ParameterRow
        The verdicts on the parameters.
    """

    def __init__(self, prober, claimed):
        self.prober, self.claimed = prober, claimed
        self.entries, self.directions, self.rows = {}, [], {}
        self.measure()
        self.parameters = [self._parameter(k) for k in range(len(claimed))]

    def of(self, k):
        """All that was measured of one parameter alone.

        Parameters
        ----------
        k : int
            The position of the parameter.

        Returns
        -------
        list of Measurement
            The measurements that can be trusted.
        """
        entries = [m for (j, _), m in self.entries.items() if j == k]
        alone = [m for m in self.directions if {p[0] for p in m.parts} == {k}]
        return [m for m in entries + alone if m.trusted]

    def wrong_entries(self, k):
        """The flat indices of the entries found wrong.

        Parameters
        ----------
        k : int
            The position of the parameter.

        Returns
        -------
        list of int
            In rising order.
        """
        return sorted(
            flat
            for (j, flat), row in self.rows.items()
            if j == k and row.verdict == WRONG
        )

    def _entry(self, k, flat):
        """Measure one entry, once."""
        flat = int(flat)
        if (k, flat) not in self.entries:
            measured = self.prober.entry(k, flat, self.doubts)
            self.entries[k, flat] = measured
            array = self.claimed[k]
            index = tuple(map(int, np.unravel_index(flat, array.shape)))
            value = float(array[index])
            verdict, reason = self._judge(k, flat, value, measured)
            self.rows[k, flat] = GradientRow(
                self.prober.place.names[k],
                index,
                value,
                measured.slope.value,
                measured.tolerance,
                verdict,
                reason,
            )
        return self.entries[k, flat]

    def _judge(self, k, flat, value, measured):
        if not math.isfinite(value):
            return WRONG, ""
        if self.undecidable(measured):
            return UNDECIDED, self.undecidable(measured)
        if measured.wrong:
            if measured.slope.still and self.prober.hides(value, measured):
                return UNDECIDED, self.too_small(value)
            return WRONG, ""
        largest = max(abs(value), abs(measured.slope.value))
        if measured.tolerance <= SHARE * largest:
            return RIGHT, ""
        if value == 0 and self.prober.is_still(k, flat, measured):
            if self.prober.quantum < math.inf:
                return RIGHT, ""
            return UNDECIDED, "zero, as the loss does not move at all"
        return UNDECIDED, self.too_small(value)

    @staticmethod
    def undecidable(measured):
        """Why a slope cannot be compared with anything, if it cannot."""
        if not math.isfinite(measured.slope.bar):
            return "where there is no loss beside it"
        if measured.slope.torn:
            return "where the loss jumps"
        return "on a kink" if measured.slope.jump else ""

    def too_small(self, value):
        """Why a slope says nothing, though it agrees."""
        if value == 0:
            return "zero, as a wrong gradient would be"
        if self.prober.is_noisy:
            return "too small for so noisy a loss"
        return "too small for so coarse a loss"


class _Every(Evidence):
    """Each entry by itself."""

    doubts = True

    def measure(self):
        for k, array in enumerate(self.claimed):
            for flat in range(array.size):
                self._entry(k, flat)

    def _parameter(self, k):
        rows = [row for (j, _), row in self.rows.items() if j == k]
        return parameter_of(
            self.prober.place.names[k], self.claimed[k].shape, rows
        )


class _Search(Evidence):
    """Random directions, and halving where one disagrees.

    `own` has for each parameter the direction that tells most about it; `regions` for each wrong
    one the flat indices outside of which all agrees, and whether all inside seem to be wrong;
    `untold` the number of entries that a kink hides, and why; `missed` the largest error of one
    entry that could have been missed.
    """

    #: The directions over everything have been doubted already.
    doubts = False

    def measure(self):
        self.own, self.regions, self.untold, self.missed = [], {}, {}, []
        for k, array in enumerate(self.claimed):
            for flat in np.flatnonzero(~np.isfinite(array))[:SAMPLE]:
                self._entry(k, flat)
        wholes = [np.arange(array.size) for array in self.claimed]
        everything = self.prober.whole()
        self.directions.append(everything)
        doubtful = everything.wrong or not everything.trusted
        for k, whole in enumerate(wholes):
            alone = (
                len(wholes) > 1
                and whole.size
                and not self._spent()
                and (
                    len(wholes) <= FEW
                    or doubtful
                    or self._drowned(k, whole, everything)
                )
            )
            self.own.append(
                self._direction([(k, whole)]) if alone else everything
            )
        for k, whole in enumerate(wholes):
            self.missed.append(self._settle(k, whole, self.own[k]))
            if k not in {*self.regions, *self.untold} and whole.size:
                self._look_along(k, whole)

    def _look_along(self, k, whole):
        """Where the error is not small, look for one that all entries share."""
        if self._drowned(k, whole, self.own[k], SHARE / FINE):
            self.prober.align(k)
            measured = self._direction([(k, whole)])
            if measured.trusted and measured.wrong:
                self._locate(k, whole, measured)
            elif measured.trusted:
                self.own[k] = measured

    def _parameter(self, k):
        array, own = self.claimed[k], self.own[k]
        whole = np.arange(array.size)
        found = {
            "name": self.prober.place.names[k],
            "shape": array.shape,
            "verdict": RIGHT,
        }
        n_infinite = int(np.sum(~np.isfinite(array)))
        if k in self.regions or n_infinite:
            return ParameterRow(
                **found | {"verdict": WRONG}, **self._wrong(k, n_infinite)
            )
        if k in self.untold:
            n_untold, reason = self.untold[k]
        elif whole.size and self._drowned(k, whole, own):
            n_untold = whole.size
            reason = self.too_small(float(np.max(np.abs(array))))
        elif whole.size:
            rms = norm(array) / math.sqrt(array.size)
            return ParameterRow(
                **found,
                missed=self.missed[k] / rms,
                whole=own.tolerance / abs(own.predicted),
            )
        else:
            return ParameterRow(**found)
        return ParameterRow(
            **found | {"verdict": UNDECIDED},
            n_undecided=n_untold,
            reason=reason,
        )

    def _wrong(self, k, n_infinite):
        """How many entries are wrong, and where, as far as is known."""
        regions = self.regions.get(k, [])
        shape = self.claimed[k].shape
        if not regions:
            infinite = np.flatnonzero(~np.isfinite(self.claimed[k]))
            return {"n_wrong": n_infinite, "where": pattern(shape, infinite)}
        where = pattern(shape, np.concatenate([r for r, _ in regions]))
        if (
            all(solid for _, solid in regions)
            and not n_infinite
            and k not in self.untold
        ):
            return {"n_wrong": sum(r.size for r, _ in regions), "where": where}
        wrong = {*self.wrong_entries(k)}
        wrong |= {*np.flatnonzero(~np.isfinite(self.claimed[k]))}
        inside = f", all within {where.strip()}" * bool(where)
        return {"n_wrong": len(wrong), "at_least": True, "where": inside}

    def _direction(self, region):
        measured = self.prober.region(region)
        self.directions.append(measured)
        return measured

    def _drowned(self, k, where, measured, share=SHARE):
        gradient = self.prober.gradient[k].reshape(-1)[where].astype(float)
        expected = norm(gradient * self.prober.steps[k][where])
        return measured.tolerance > share * expected

    def _settle(self, k, where, measured):
        """Find what is wrong among some entries; gives the largest error it could have missed."""
        if not where.size:
            return 0.0
        if measured.wrong and len({part[0] for part in measured.parts}) > 1:
            self.untold[k] = where.size, "not measured, as so much is wrong"
            return math.inf
        if not measured.trusted:
            return self._around_kinks(k, where, measured)
        if measured.wrong:
            self._locate(k, where, measured)
            return math.inf
        missed = self.prober.missed_by(measured, k)
        sizes = np.abs(self.prober.gradient[k].reshape(-1))
        small = where[sizes[where] < SMALL * np.max(sizes[where])]
        if small.size and self._drowned(k, small, measured):
            part = self._direction([(k, small)])
            if part.trusted and (
                part.wrong or not self._drowned(k, small, part)
            ):
                return max(missed, self._settle(k, small, part))
            missed = max(missed, self.prober.missed_by(part, k))
        return missed

    def _around_kinks(self, k, where, measured):
        """Set apart the entries at which there is no slope, and settle the others."""
        reason, missed, hidden = self.undecidable(measured), 0.0, 0
        shape = self.claimed[k].shape
        waiting, tries = [where], 0
        while waiting:
            region = waiting.pop()
            if region.size == 1:
                self._entry(k, region[0])
            if region.size == 1 or tries >= TRIES or self._spent():
                hidden += region.size
                continue
            for half in next(_splits(region, shape)):
                tries += 1
                part = self._direction([(k, half)])
                if part.trusted:
                    missed = max(missed, self._settle(k, half, part))
                else:
                    waiting.append(half)
        if hidden:
            self.untold[k] = hidden, reason
        return missed

    # ------------------------------------------------------------------ narrowing down

    def _locate(self, k, where, measured):
        """Take away one region after another, until what remains agrees."""
        found = self.regions.setdefault(k, [])
        for _ in range(PLACES):
            if self._spent():
                break
            region, part, solid = self._narrow(k, where, measured)
            found.append((region, solid))
            for flat in self._sample(k, region):
                self._entry(k, flat)
            where = np.setdiff1d(where, region)
            if not where.size:
                return
            measured = _rest(measured, part, k, where)
            if measured.wrong:
                # What is left of a large difference may be its error.
                measured = self._direction([(k, where)])
            if not measured.wrong:
                return
        found.append((where, False))

    def _narrow(self, k, where, measured):
        """Leave out what agrees; gives the rest, its slope, and whether all of it seems wrong."""
        while where.size > 1 and not self._spent():
            smaller, fallback = self._half(k, where, measured)
            if smaller is None:
                wrong = [
                    self._entry(k, i).wrong for i in self._sample(k, where)
                ]
                if all(wrong):
                    return where, measured, True
                smaller = self._pattern(k, where, measured) or self._trim(
                    k, where
                )
                if smaller is None and any(wrong):
                    return where, measured, False
            where, measured = smaller or fallback
        if where.size == 1:
            measured = self._along(measured, self._entry(k, where[0]))
        return where, measured, where.size == 1

    def _half(self, k, where, measured):
        """Leave out a half that agrees, and remember one that does not."""
        fallback = None
        for one, other in _splits(where, self.claimed[k].shape):
            part = self._direction([(k, one)])
            rest = _rest(measured, part, k, other)
            if not part.wrong:
                return (other, rest), fallback
            if not rest.wrong:
                return (one, part), fallback
            fallback = fallback or (one, part)
        return None, fallback

    def _trim(self, k, where):
        """Leave out what agrees at both ends of each axis."""
        n, shape = where.size, self.claimed[k].shape
        for axis in range(len(shape)):
            for side in (1, -1):
                index = np.unravel_index(where, shape)[axis]
                values = np.unique(index)[::side]
                right, wrong = 0, len(values)
                while wrong - right > 1 and not self._spent():
                    middle = (right + wrong) // 2
                    inside = np.isin(index, values[right:middle])
                    if self._direction([(k, where[inside])]).wrong:
                        wrong = middle
                    else:
                        right = middle
                where = where[~np.isin(index, values[:right])]
        if where.size == n:
            return None
        return where, self._direction([(k, where)])

    @staticmethod
    def _along(measured, entry):
        """Express an entry's measurement in the step of a direction over it alone."""
        ((_, _, step),) = measured.parts
        step = float(step[0])
        slope = Slope(entry.slope.value * step, entry.slope.bar * abs(step))
        return Measurement(
            measured.parts,
            entry.predicted * step,
            slope,
            entry.own * abs(step),
            entry.floor * abs(step),
        )

    def _pattern(self, k, where, measured):
        """Try whether all that is wrong is on the diagonal, or on one side of it."""
        shape = self.prober.gradient[k].shape
        if len(shape) != 2 or where.size < shape[0] * shape[1]:
            return None
        row, column = np.unravel_index(where, shape)
        for inside in (row == column, row < column, row > column):
            if not inside.any() or inside.all():
                continue
            part = self._direction([(k, where[inside])])
            rest = _rest(measured, part, k, where[~inside])
            if part.wrong and not rest.wrong:
                return where[inside], part
        return None

    def _sample(self, k, where):
        if where.size <= SAMPLE:
            return where
        largest = np.argsort(
            -np.abs(self.prober.gradient[k].reshape(-1)[where])
        )
        chosen = set(where[largest[: SAMPLE // 3]])
        for flat in self.prober.rng.permutation(where):
            if len(chosen) == SAMPLE:
                break
            chosen.add(flat)
        return sorted(chosen)

    def _spent(self):
        return self.prober.losses > BUDGET


def _splits(where, shape):
    """Halve a region along each axis on which it has more than one index, longest first."""
    indices = np.unravel_index(where, shape)
    different = [np.unique(index) for index in indices]
    for axis in sorted(range(len(shape)), key=lambda a: -different[a].size):
        n = different[axis].size
        if n > 1:
            first = indices[axis] < different[axis][n // 2]
            yield where[first], where[~first]


def _rest(whole, part, k, where):
    """The measurement over what is left when a part is taken away: a slope is linear."""
    steps = np.concatenate([step for j, _, step in whole.parts if j == k])
    places = np.concatenate([at for j, at, _ in whole.parts if j == k])
    order = np.argsort(places)
    found = order[np.searchsorted(places, where, sorter=order)]
    slope = Slope(
        whole.slope.value - part.slope.value, whole.slope.bar + part.slope.bar
    )
    return Measurement(
        [(k, where, steps[found])],
        whole.predicted - part.predicted,
        slope,
        whole.own + part.own,
        whole.floor + part.floor,
    )

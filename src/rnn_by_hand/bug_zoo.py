"""Wrong backward passes, each one small edit away from the right one."""

import inspect
from typing import NamedTuple

from rnn_by_hand import model
from rnn_by_hand.model import bptt

__all__ = ["BUGS", "MYSTERIES", "Bug", "with_bug"]


class Bug(NamedTuple):
    """A bug of `rnn_by_hand.model.bptt`.

    Attributes
    ----------
    right, wrong : str
        The right code, and what stands in its place.
    clue : str
        What gives the bug away, for ratios taken on ``make_dataset()``.
    """

    right: str
    wrong: str
    clue: str


#: The bugs by name. Sequences need at least three steps: "stops after three" would run past the
#: beginning of shorter ones.
BUGS = {
    "forgot the 2": Bug(
        "= 2 * (",
        "= (",
        "Both ratios are 0.5 at every point: the 2 of the squared error is missing.",
    ),
    "1/N twice": Bug(
        "= 2 * (",
        "= 2 / len(X) * (",
        "Both ratios are 1/50 at every point: the mean over the 50 samples is taken twice.",
    ),
    "1/N never": Bug(
        "np.mean",
        "np.sum",
        "Both ratios are 50 at every point: the mean over the 50 samples is never taken.",
    ),
    "sign": Bug(
        "(S[:, -1] - t)",
        "(t - S[:, -1])",
        "Both ratios are −1 at every point: t − y stands where y − t belongs.",
    ),
    "wx for wRec": Bug(
        "k] * wRec",
        "k] * wx",
        "Both ratios change with the point, and both are 1 wherever the two weights are equal: "
        "the step back multiplies by wx.",
    ),
    "no wRec": Bug(
        "k] * wRec",
        "k]",
        "Both ratios change with the point, and both are 1 wherever wRec is 1: "
        "the step back multiplies by nothing.",
    ),
    "S[k] for S[k-1]": Bug(
        "S[:, k - 1]",
        "S[:, k]",
        "wx is right at every point and wRec is not. They share the step back, "
        "so the fault is in the state that wRec was multiplied by.",
    ),
    "stops one early": Bug(
        "n_steps, 0,",
        "n_steps, 1,",
        "wRec is right at every point and wx is not. Only step 1 is missing, "
        "and there S₀ = 0 hides it from wRec.",
    ),
    "= for +=": Bug(
        "+=",
        "=",
        "The ratio of wRec is 0 at every point: all that is left is step 1, "
        "and its state is S₀ = 0.",
    ),
    "stops after three": Bug(
        "n_steps, 0,",
        "n_steps, n_steps - 3,",
        "Both ratios are 1 where wRec is 0, and go wrong as the old inputs begin to count: "
        "the old steps are missing.",
    ),
}

# Published links name a mystery, so each hides the same bug for good; new ones
# go to the end.
_HIDDEN = (
    *("forgot the 2", "stops one early", "wx for wRec", "1/N twice"),
    *("= for +=", "no wRec", "1/N never", "stops after three"),
    *("S[k] for S[k-1]", "sign"),
)

#: The bug that each mystery hides, both by name.
MYSTERIES = {f"mystery {i}": bug for i, bug in enumerate(_HIDDEN, start=1)}


def with_bug(bug):
    """Make a copy of `bptt` with a bug in it.

    Parameters
    ----------
    bug : str or tuple of two str
        A name from `BUGS` or `MYSTERIES`, or the code to look for in the source of `bptt` and its
        replacement.

    Returns
    -------
    function
        It takes the arguments of `bptt`.

    Raises
    ------
    KeyError
        If there is no bug of that name.
    ValueError
        If the source does not contain that code.
    """
    if isinstance(bug, str):
        bug = BUGS[MYSTERIES.get(bug, bug)]
    right, wrong, *_ = bug
    source = inspect.getsource(bptt)
    if right not in source:
        raise ValueError(
            f"bug looks for {right!r}; the source of bptt must hold it"
        )
    namespace = dict(vars(model))
    exec(source.replace(right, wrong), namespace)
    return namespace["bptt"]

"""Gradients as people write them, right and wrong, to judge the check by.

`CASES` holds them all. Each was written without a look at the check, and
says what is true of its gradient, and how that is known.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

ALL = "all"
#: The name of a parameter that is passed alone, as one array.
ALONE = "the array"
CASES = []


@dataclass(frozen=True, eq=False)
class Case:
    """One gradient, and what is true of it.

    Parameters go by the names that `places` gives. Entries are "all", or a
    list of what NumPy can index with: (2, 3), (slice(None), 17), a mask.
    """

    name: str
    kind: str
    build: Callable  # () -> what to call check_gradients with, made afresh
    truth: str  # "right", "wrong" or "undecided"
    why: str
    # Name of a parameter -> its wrong entries; empty if none is.
    wrong: dict = field(default_factory=dict)
    # Causes that would be true here; where the numbers allow several, all.
    causes: frozenset = frozenset()
    # Name of a parameter -> the entries that may be called undecided.
    unsure: dict = field(default_factory=dict)
    # Other verdicts on the whole that could be defended, as where numbers
    # are right, but the function changes its arguments.
    also: frozenset = frozenset()


def registering(cases):
    """Make a decorator that adds what builds a case to a list of cases."""

    def case(name, *, truth=None, wrong=None, unsure=None, **facts):
        """Register what builds the case; it is wrong if any entry is."""
        facts["truth"] = truth or ("wrong" if wrong else "right")
        for key in ("causes", "also"):
            facts[key] = frozenset(facts.get(key, ()))

        def register(build):
            cases.append(
                Case(
                    name=name,
                    build=build,
                    wrong=wrong or {},
                    unsure=unsure or {},
                    **facts,
                )
            )
            return build

        return register

    return case


case = registering(CASES)


def places(kwargs):
    """The names of the parameters and their values, in order."""

    def leaves(part, path):
        if isinstance(part, dict):
            keys = part.keys()
        elif isinstance(part, (list, tuple)):
            keys = range(len(part))
        else:
            return {".".join(map(str, path)) or ALONE: part}
        found = {}
        for key in keys:
            found |= leaves(part[key], [*path, key])
        return found

    found = leaves(kwargs.get("params", kwargs.get("live")), [])
    return dict(zip(kwargs.get("names") or found, found.values()))


def mask(entries, shape):
    """Where the entries are in an array of this shape."""
    found = np.full(shape, isinstance(entries, str))
    if not isinstance(entries, str):
        for index in entries:
            found[index] = True
    return found


# What a gradient can suffer, whatever it is the gradient of.


def every(kwargs, change):
    """Change the gradient of every parameter in a list."""
    right = kwargs["gradient_at"]
    return kwargs | {"gradient_at": lambda *p: [change(g) for g in right(*p)]}


def but(kwargs, **changes):
    """Change only the gradients of the parameters with these names."""
    right, names = kwargs["gradient_at"], kwargs["names"]

    def gradient_at(*params):
        return [
            changes.get(name, lambda g: g)(g)
            for name, g in zip(names, right(*params))
        ]

    return kwargs | {"gradient_at": gradient_at}


def together(kwargs, change):
    """Change all the gradients at once, as clipping does."""
    right = kwargs["gradient_at"]
    return kwargs | {"gradient_at": lambda *p: change(right(*p))}


def as_dict(kwargs):
    """The same case, with its list of parameters in a dict."""
    loss_at, gradient_at = kwargs["loss_at"], kwargs["gradient_at"]
    names = kwargs["names"]

    def values(params):
        return [params[name] for name in names]

    return {
        "params": dict(zip(names, kwargs["params"])),
        "loss_at": lambda params: loss_at(*values(params)),
        "gradient_at": lambda params: dict(
            zip(names, gradient_at(*values(params)))
        ),
    }


def scaled(factor):
    return lambda g: factor * g


def negative(g):
    return -g


def transposed(g):
    return g.T.copy()


def changed_at(index, factor):
    def change(g):
        g = np.array(g)
        g[index] *= factor
        return g

    return change


# A wrong factor can have many origins, which the numbers do not tell apart.
TOO_SMALL = {"factor", "mean for sum", "learning rate", "clipped by norm"}
TOO_LARGE = {"factor", "sum for mean"}

rng = np.random.default_rng

# The next five are all that is imprecise in the losses.


def plain(loss):
    return float(loss)


def rounded_to(digits, loss):
    return round(float(loss), digits)


def rounded(a, dtype):
    return a if dtype is None else np.asarray(a).astype(dtype)


def jitter(*params):
    """A number within ±0.5 that looks random, but depends on params only."""
    seen = b"".join(np.asarray(p, float).tobytes() for p in params)
    return zlib.crc32(seen) / 2**32 - 0.5


def rounds_until(tolerance, improve, x):
    """Improve x until it hardly changes any more."""
    for _ in range(1000):
        x, before = improve(x), x
        if np.max(np.abs(x - before)) < tolerance:
            break
    return x


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


# The network that counts: S_k = S_{k-1} wRec + x_k wx

counter_case = partial(case, kind="counter")


def counter(wx, wRec, *, n_samples=20, n_steps=10, X=None, t=None, bug=None):
    if X is None:
        X = (rng(10).random((n_samples, n_steps)) < 0.5).astype(float)
    if t is None:
        t = X.sum(axis=1)
    n_samples, n_steps = X.shape

    def states(wx, wRec):
        S = [np.zeros(n_samples)]
        for x in X.T:
            S.append(S[-1] * wRec + x * wx)
        return S

    def loss_at(wx, wRec):
        return np.mean((states(wx, wRec)[-1] - t) ** 2)

    def gradient_at(wx, wRec):
        S = states(wx, wRec)
        g = (1 if bug == "no 2" else 2) * (S[-1] - t)
        if bug != "sum":
            g = g / n_samples
        first = 2 if bug == "first step" else 1
        dwx = dwRec = 0.0
        for k in range(n_steps, first - 1, -1):
            if bug == "=":
                dwx, dwRec = g @ X[:, k - 1], g @ S[k - 1]
            else:
                dwx += g @ X[:, k - 1]
                dwRec += g @ S[k if bug == "S[k]" else k - 1]
            if bug == "last only" or (bug == "3 steps" and k == n_steps - 2):
                break
            g = g * (wx if bug == "wx" else wRec)
        return dwx, dwRec

    return {
        "params": [wx, wRec],
        "names": ["wx", "wRec"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@counter_case("a counter", why="Backpropagation as in the textbook.")
def _():
    return counter(1.2, 0.8)


@counter_case(
    "a counter with whole-number parameters",
    why="2 and 1 are numbers like any other; the loss makes floats of them.",
)
def _():
    return counter(2, 1)


@counter_case(
    "a counter that counts perfectly",
    truth="undecided",
    also={"right"},
    causes={"zero"},
    unsure={"wx": ALL, "wRec": ALL},
    why="At the minimum both gradients are 0, and so are those of most bugs.",
)
def _():
    return counter(1.0, 1.0)


@counter_case(
    "a counter that counts perfectly, whose gradient says otherwise",
    wrong={"wx": ALL},
    unsure={"wRec": ALL},
    causes={"zero"},
    why="The loss is at its minimum, 0, so no slope can be 0.3.",
)
def _():
    return but(counter(1.0, 1.0), wx=lambda g: g + 0.3)


@counter_case(
    "a counter without the 2 of the square",
    wrong={"wx": ALL, "wRec": ALL},
    causes=TOO_SMALL,
    why="Half the gradient.",
)
def _():
    return counter(1.2, 0.8, bug="no 2")


@counter_case(
    "a counter whose gradient is summed over 20 samples",
    wrong={"wx": ALL, "wRec": ALL},
    causes=TOO_LARGE,
    why="The loss is a mean over 20 samples, the gradient a sum.",
)
def _():
    return counter(1.2, 0.8, bug="sum")


@counter_case(
    "a counter that multiplies by the state after the step",
    wrong={"wRec": ALL},
    why="dwRec needs S[k-1], but takes S[k].",
)
def _():
    return counter(1.2, 0.8, bug="S[k]")


@counter_case(
    "a counter that goes back through wx instead of wRec",
    wrong={"wx": ALL, "wRec": ALL},
    why="Every step back multiplies by the wrong weight.",
)
def _():
    return counter(1.2, 0.8, bug="wx")


@counter_case(
    "a counter that looks at the last step only",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"nothing sent back in time"},
    why="The loop ends after one step.",
)
def _():
    return counter(1.2, 0.8, bug="last only")


@counter_case(
    "a counter that goes back three steps of ten",
    wrong={"wx": ALL, "wRec": ALL},
    why="Truncated; the seven steps before matter at wRec = 0.8.",
)
def _():
    return counter(1.2, 0.8, bug="3 steps")


@counter_case(
    "a counter that never reaches the first step",
    wrong={"wx": ALL},
    why="range stops too early; wRec is spared, since the state before is 0.",
)
def _():
    return counter(1.2, 0.8, bug="first step")


@counter_case(
    "a counter that assigns instead of adding",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"nothing arrives"},
    why="Only the first step is left, where the state before is 0.",
)
def _():
    return counter(1.2, 0.8, bug="=")


@counter_case(
    "a counter with both gradients exchanged",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"swapped"},
    why="Returned as (dwRec, dwx).",
)
def _():
    return together(counter(1.2, 0.8), lambda g: g[::-1])


@counter_case(
    "a counter that returns its step, not its gradient",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"learning rate", "factor", "sign"},
    why="-0.01 times the gradient.",
)
def _():
    return every(counter(1.2, 0.8), scaled(-0.01))


# The same recurrence where numbers grow and shrink

scale_case = partial(case, kind="exploding and vanishing")


def real_inputs(n_samples, n_steps):
    return rng(11).normal(size=(n_samples, n_steps))


def exploding(wRec, n_steps, **bug):
    return counter(0.7, wRec, X=real_inputs(5, n_steps), **bug)


def vanishing(**bug):
    """Only the first of 50 inputs is not 0, and half is lost at each step."""
    X = np.zeros((4, 50))
    X[:, 0] = [1, -2, 0.5, 3]
    return counter(1.3, 0.5, X=X, t=np.zeros(4), **bug)


@scale_case(
    "a loss above 1e200", why="wRec = 10 and 102 steps, all as it should."
)
def _():
    return exploding(10.0, 102)


@scale_case(
    "a loss above 1e200, and the wrong state",
    wrong={"wRec": ALL},
    why="S[k] for S[k-1] is ten times too large.",
    causes=TOO_LARGE,
)
def _():
    return exploding(10.0, 102, bug="S[k]")


@scale_case("a loss above 1e100", why="The same with -10 and 52 steps.")
def _():
    return exploding(-10.0, 52)


@scale_case(
    "a loss above 1e100, doubled",
    wrong={"wx": ALL, "wRec": ALL},
    causes=TOO_LARGE,
    why="Twice the gradient.",
)
def _():
    return every(exploding(-10.0, 52), scaled(2))


@scale_case(
    "a loss above 1e200, cut off at 5",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"clipped by entry"},
    why="Both gradients are clipped to ±5.",
)
def _():
    return every(exploding(10.0, 102), lambda g: np.clip(g, -5, 5))


@scale_case(
    "a loss of 1e-29",
    why="All of the loss is small, so that its last digits are smaller still.",
)
def _():
    return vanishing()


@scale_case(
    "a loss of 1e-29, and the wrong sign",
    wrong={"wx": ALL, "wRec": ALL},
    causes={"sign"},
    why="Downhill is uphill, however small the hill.",
)
def _():
    return every(vanishing(), negative)


@scale_case(
    "a loss of 1e-29, and nothing for wx",
    wrong={"wx": ALL},
    causes={"nothing arrives", "clipped by entry"},
    why="A gradient of 1e-29 is not 0 where the loss is 1e-29.",
)
def _():
    return but(vanishing(), wx=scaled(0))


@scale_case("gradients of 1e-30 and 1e30", why="A sum of two squares.")
def _():
    return two_scales()


@scale_case(
    "gradients of 1e-30 and 1e30, the larger 1 % off",
    wrong={"b": ALL},
    # b itself is in proportion to its gradient.
    causes={"factor", "forgotten term"},
    why="1.01 times the gradient of b.",
)
def _():
    return but(two_scales(), b=scaled(1.01))


def two_scales():
    # A step of 1 would be far too small for a, and far too large for b.
    return {
        "params": [np.array([1e30, -2e30]), np.array([3e-30, 1e-30])],
        "names": ["a", "b"],
        "loss_at": lambda a, b: np.sum((a * 1e-30) ** 2 + (b * 1e30) ** 2),
        "gradient_at": lambda a, b: [2e-60 * a, 2e60 * b],
    }


def weight_per_step(wRec=0.1, n_steps=32, change=lambda g: g):
    """Each step has its own input weight; the early ones hardly matter."""
    x = rng(12).uniform(1, 2, size=n_steps)
    passed_on = wRec ** np.arange(n_steps - 1, -1, -1) * x
    return {
        "params": rng(13).normal(size=n_steps),
        "loss_at": lambda w: (w @ passed_on - 3) ** 2,
        "gradient_at": lambda w: change(2 * (w @ passed_on - 3) * passed_on),
    }


@scale_case(
    "input weights that matter from 1 down to 1e-31",
    # A loss near 10 has digits down to 1e-15.
    unsure={ALONE: [slice(0, 22)]},
    causes={"too coarse", "independent"},
    why="Linear in each weight; those of the first steps are out of sight.",
)
def _():
    return weight_per_step()


@scale_case(
    "input weights that matter from 1 down to 1e-31, one step late",
    wrong={ALONE: ALL},
    unsure={ALONE: [slice(0, 22)]},
    causes={"too coarse", "independent"},
    why="Shifted by one step, so that each is about ten times too large.",
)
def _():
    return weight_per_step(change=lambda g: np.append(g[1:], g[0]))


# Chains of single numbers

chain_case = partial(case, kind="deep chain")


def chain(*, depth=30, target=0.5, bug=None, strength=1.3):
    def states(w):
        h = [np.array(0.4)]
        for weight in w:
            h.append(np.tanh(weight * h[-1]))
        return h

    def loss_at(w):
        return (states(w)[-1] - target) ** 2

    def gradient_at(w):
        h = states(w)
        g, dw = 2 * (h[-1] - target), np.zeros_like(w)
        for k in range(len(w) - 1, -1, -1):
            if bug == "of the input":
                g = g * (1 - np.tanh(h[k]) ** 2)
            elif bug != "no tanh'":
                g = g * (1 - h[k + 1] ** 2)
            dw[k] = g * h[k]
            g = g * w[k - 1 if bug == "w[k-1]" else k]
        return dw

    return {
        "params": strength + 0.2 * rng(14).normal(size=depth),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@chain_case("a chain of 30 tanh", why="The chain rule, 30 times.")
def _():
    return chain()


@chain_case(
    "a chain of 30 tanh without the derivative of tanh",
    wrong={ALONE: ALL},
    why="The factor 1 - h² is missing at each link.",
)
def _():
    return chain(bug="no tanh'")


@chain_case(
    "a chain of 30 tanh with the derivative taken at the wrong place",
    wrong={ALONE: ALL},
    why="1 - tanh² of the state instead of its product with the weight.",
)
def _():
    return chain(bug="of the input")


@chain_case(
    "a chain of 30 tanh that goes back through the neighbour",
    wrong={ALONE: [slice(0, 29)]},
    why="w[k-1] for w[k] on the way back; only the last link comes before it.",
)
def _():
    return chain(bug="w[k-1]")


def product(w, gradient_at):
    return {
        "params": np.array(w),
        "loss_at": lambda w: np.prod(w),
        "gradient_at": gradient_at,
    }


def by_division(w):
    with np.errstate(invalid="ignore"):
        return np.prod(w) / w


@chain_case("a product, by division", why="No factor is 0 here.")
def _():
    return product([1.5, -2.0, 0.5, 3.0], by_division)


@chain_case(
    "a product with a factor of 0, by division",
    wrong={ALONE: [(1,)]},
    causes={"not finite"},
    why="0/0 is nan, where the slope is the product of the others, 2.25.",
)
def _():
    return product([1.5, 0.0, 0.5, 3.0], by_division)


@chain_case(
    "a product of 60 factors near 0.3",
    why="The whole loss is 1e-30 or so, and linear in each factor.",
)
def _():
    return product(rng(15).uniform(0.25, 0.4, 60), by_division)


@chain_case(
    "a product of 60 factors near 0.3, one of them twice",
    wrong={ALONE: [(41,)]},
    why="One entry of 60 is doubled.",
)
def _():
    return product(
        rng(15).uniform(0.25, 0.4, 60),
        lambda w: changed_at(41, 2)(by_division(w)),
    )


# Softmax and cross-entropy

softmax_case = partial(case, kind="softmax")


def classifier(*, n_inputs=6, n_classes=4, size=1.0, offset=0.0, bug=None):
    n = 24
    r = rng(20)
    X = r.normal(size=(n, n_inputs))
    labels = np.arange(n) % n_classes
    rows = np.arange(n)

    def loss_at(W, b):
        return -np.mean(log_softmax(X @ W + b)[rows, labels])

    def gradient_at(W, b):
        P = softmax((X @ W + b).T).T if bug == "axis" else softmax(X @ W + b)
        if bug != "no minus 1":
            P[rows, labels] -= 1
        if bug == "plus 1":
            P[rows, labels] += 2
        if bug != "sum":
            P /= n
        return X.T @ P, P.sum(axis=0)

    return {
        "params": [
            size * r.normal(size=(n_inputs, n_classes)),
            offset + size * r.normal(size=n_classes),
        ],
        "names": ["W", "b"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@softmax_case("a classifier", why="Probabilities minus targets, as it should.")
def _():
    return classifier()


@softmax_case(
    "a classifier with logits near 800",
    why="The largest is subtracted first, or exp would overflow.",
)
def _():
    return classifier(offset=800.0)


@softmax_case(
    "a classifier that forgets to subtract 1 at the target",
    wrong={"W": ALL, "b": ALL},
    why="The gradient of the sum of the exponentials alone.",
)
def _():
    return classifier(bug="no minus 1")


@softmax_case(
    "a classifier that adds 1 at the target",
    wrong={"W": ALL, "b": ALL},
    why="p + y for p - y.",
)
def _():
    return classifier(bug="plus 1")


@softmax_case(
    "a classifier with the softmax over samples",
    wrong={"W": ALL, "b": ALL},
    why="Along the wrong axis in the gradient, though not in the loss.",
)
def _():
    return classifier(bug="axis")


@softmax_case(
    "a classifier summed over 24 samples",
    wrong={"W": ALL, "b": ALL},
    causes=TOO_LARGE,
    why="The loss is the mean.",
)
def _():
    return classifier(bug="sum")


@softmax_case(
    "a square classifier with its weights transposed",
    wrong={"W": [~np.eye(4, dtype=bool)]},
    causes={"transposed"},
    why="P.T @ X has the same shape, and only the same diagonal.",
)
def _():
    return but(classifier(n_inputs=4), W=transposed)


@softmax_case(
    "a classifier whose biases go uphill",
    wrong={"b": ALL},
    causes={"sign"},
    why="-b instead of b; the weights are right.",
)
def _():
    return but(classifier(), b=negative)


def certain(change=lambda g: g):
    """So sure of the first class that 1 + 1e-20 is rounded to 1."""
    return {
        "params": np.array([50.0, 3.0, 2.0, 0.0]),
        "loss_at": lambda z: -log_softmax(z)[0],
        "gradient_at": lambda z: change(softmax(z) - [1, 0, 0, 0]),
    }


@softmax_case(
    "a softmax that is certain",
    truth="undecided",
    also={"right"},
    unsure={ALONE: ALL},
    causes={"too coarse", "zero", "independent"},
    why="The loss, 1e-20, is rounded to 0, and so are those next to it.",
)
def _():
    return certain()


def logits_alone(gradient_at):
    y = np.array([0.0, 0.2, 0.5, 0.3])
    return {
        "params": np.array([0.3, -1.2, 2.0, 0.1]),
        "loss_at": lambda z: -np.sum(y * log_softmax(z)),
        "gradient_at": lambda z: gradient_at(z, y),
    }


@softmax_case("soft targets", why="They sum to 1, so it is p - y again.")
def _():
    return logits_alone(lambda z, y: softmax(z) - y)


@softmax_case(
    "a softmax taken for independent sigmoids",
    wrong={ALONE: ALL},
    why="-y/p times p (1 - p): only the diagonal of the Jacobian.",
)
def _():
    # At the first entry y = 0, and the slope is p rather than 0.
    return logits_alone(lambda z, y: -y * (1 - softmax(z)))


# A small network without recurrence, for what happens to gradients elsewhere

net_case = partial(case, kind="small network")


def net(*, sizes=(5, 8, 3), n=16, decay=0.0, offset=0.0, total="mean", gain=1):
    """Two layers with tanh between them, and the square of the error."""
    r = rng(30)
    X = r.normal(size=(n, sizes[0]))
    T = r.normal(size=(n, sizes[2]))
    share = 1 if total == "sum" else 1 / n

    def hidden(W1, b1):
        return np.tanh(X @ W1 + b1)

    def loss_at(W1, b1, W2, b2):
        error = hidden(W1, b1) @ W2 + b2 - T
        penalty = 0.5 * decay * (np.sum(W1**2) + np.sum(W2**2))
        return gain * share * np.sum(error**2) + penalty + offset

    def gradient_at(W1, b1, W2, b2):
        H = hidden(W1, b1)
        dY = 2 * gain * share * (H @ W2 + b2 - T)
        dA = dY @ W2.T * (1 - H**2)
        return [
            X.T @ dA + decay * W1,
            dA.sum(axis=0),
            H.T @ dY + decay * W2,
            dY.sum(axis=0),
        ]

    return {
        "params": [
            r.normal(size=sizes[:2]) / 2,
            r.normal(size=sizes[1]) / 2,
            r.normal(size=sizes[1:]) / 2,
            r.normal(size=sizes[2]) / 2,
        ],
        "names": ["W1", "b1", "W2", "b2"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


NET = {"W1": ALL, "b1": ALL, "W2": ALL, "b2": ALL}
AT_NET = net()["gradient_at"](*net()["params"])


def clipped(gradients, limit):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * min(1, limit / norm) for g in gradients]


@net_case("a small network", why="Backpropagation as in the textbook.")
def _():
    return net()


@net_case("a small network in a dict", why="The same, by name.")
def _():
    return as_dict(net())


@net_case("a small network with weight decay", why="Its term is there, too.")
def _():
    return net(decay=0.1)


@net_case(
    "a small network that forgets the weight decay",
    wrong={"W1": ALL, "W2": ALL},
    causes={"forgotten term"},
    why="0.1 W is missing; the biases have no decay.",
)
def _():
    return net(decay=0.1) | {"gradient_at": net()["gradient_at"]}


@net_case(
    "a small network with weight decay in the gradient only",
    wrong={"W1": ALL, "W2": ALL},
    causes={"forgotten term"},
    why="0.02 W too much, since the loss has no such term.",
)
def _():
    return net() | {"gradient_at": net(decay=0.02)["gradient_at"]}


@net_case(
    "a small network with a decay of W² rather than W²/2",
    wrong={"W1": ALL, "W2": ALL},
    causes={"forgotten term"},
    why="The term of the gradient is half of what the loss has.",
)
def _():
    return net(decay=0.2) | {"gradient_at": net(decay=0.1)["gradient_at"]}


@net_case(
    "a small network, clipped to norm 1",
    wrong=NET,
    causes=TOO_SMALL,
    why="The norm of all gradients is above 1 before.",
)
def _():
    return together(net(), partial(clipped, limit=1))


@net_case(
    "a small network, each gradient clipped to norm 0.5",
    wrong=NET,
    causes=TOO_SMALL,
    why="Each on its own, so that the factors differ.",
)
def _():
    return every(net(), lambda g: clipped([g], 0.5)[0])


@net_case(
    "a small network, clipped to norm 100",
    why="The norm is far below, so that nothing happens.",
)
def _():
    return together(net(), partial(clipped, limit=100))


@net_case(
    "a small network, its entries clipped to ±0.3",
    wrong={
        name: [np.abs(g) > 0.3]
        for name, g in zip(NET, AT_NET)
        if np.any(np.abs(g) > 0.3)
    },
    causes={"clipped by entry"},
    why="Entries beyond ±0.3 are ±0.3, the others are right.",
)
def _():
    return every(net(), lambda g: np.clip(g, -0.3, 0.3))


@net_case(
    "a small network with the learning rate left in",
    wrong=NET,
    causes=TOO_SMALL,
    why="0.01 times the gradient.",
)
def _():
    return every(net(), scaled(0.01))


@net_case(
    "a small network whose gradient is the mean, and its loss the sum",
    wrong=NET,
    causes=TOO_SMALL,
    why="A sixteenth of the gradient.",
)
def _():
    return net(total="sum") | {"gradient_at": net()["gradient_at"]}


@net_case(
    "a small network whose gradient is the sum, and its loss the mean",
    wrong=NET,
    causes=TOO_LARGE,
    why="16 times the gradient.",
)
def _():
    return net() | {"gradient_at": net(total="sum")["gradient_at"]}


@net_case(
    "a small network with the sign of an ascent",
    wrong=NET,
    causes={"sign"},
    why="T - Y for Y - T.",
)
def _():
    return every(net(), negative)


@net_case(
    "a small network in which one bias has the wrong sign",
    wrong={"b1": [(5,)]},
    why="One entry of 75.",
)
def _():
    return but(net(), b1=changed_at(5, -1))


@net_case(
    "a small network that is off by 0.01 %",
    wrong=NET,
    causes={"factor"},
    why="1.0001 times the gradient, which a double can see.",
)
def _():
    return every(net(), scaled(1.0001))


@net_case(
    "a small network with the derivative of tanh at the sum",
    wrong={"W1": ALL, "b1": ALL},
    why="1 - a² for 1 - tanh(a)².",
)
def _():
    kwargs = net()
    r = rng(30)
    X, T = r.normal(size=(16, 5)), r.normal(size=(16, 3))

    def gradient_at(W1, b1, W2, b2):
        A = X @ W1 + b1
        dY = 2 / 16 * (np.tanh(A) @ W2 + b2 - T)
        dA = dY @ W2.T * (1 - A**2)
        return X.T @ dA, dA.sum(axis=0), np.tanh(A).T @ dY, dY.sum(axis=0)

    return kwargs | {"gradient_at": gradient_at}


@net_case(
    "a small network with zeros for its first layer",
    wrong={"W1": ALL, "b1": ALL},
    causes={"nothing arrives"},
    why="The gradient stops at the second layer.",
)
def _():
    return but(net(), W1=np.zeros_like, b1=np.zeros_like)


@net_case(
    "a small network with noise in its gradient",
    wrong=NET,
    why="Each entry is off by up to 20 %, each by another factor.",
)
def _():
    def shaken(g):
        return g * (1 + 0.05 + 0.15 * rng(31).random(np.shape(g)))

    return every(net(), shaken)


@net_case(
    "a small network whose parameters are all 0",
    why="tanh(0) = 0, so that only the last biases have a gradient.",
    unsure={"W1": ALL, "b1": ALL, "W2": ALL},
    causes={"zero"},
)
def _():
    kwargs = net()
    return kwargs | {"params": [0 * p for p in kwargs["params"]]}


@net_case(
    "a small network whose second layer is 0",
    unsure={"W1": ALL, "b1": ALL},
    causes={"zero", "independent", "sign"},
    wrong={"W2": ALL},
    why="dW2 has the opposite sign; dW1 is rightly 0.",
)
def _():
    kwargs = but(net(), W2=negative)
    W1, b1, W2, b2 = kwargs["params"]
    return kwargs | {"params": [W1, b1, 0 * W2, b2]}


@net_case(
    "a small network in whole numbers",
    why="Arrays of integers, which the network reads as floats.",
)
def _():
    kwargs = net()
    return kwargs | {
        "params": [np.rint(2 * p).astype(int) for p in kwargs["params"]]
    }


@net_case(
    "a small network in whole numbers, of which one gradient is rounded",
    wrong={"b2": ALL},
    causes={"nothing arrives"},
    why="Written into an array of integers, which cannot hold fractions.",
)
def _():
    kwargs = but(net(gain=0.1), b2=lambda g: g.astype(int))
    return kwargs | {
        "params": [np.rint(2 * p).astype(int) for p in kwargs["params"]]
    }


def tied(both=True):
    """An autoencoder, which decodes with the weights it encodes with."""
    r = rng(32)
    X = r.normal(size=(10, 6))

    def loss_at(W):
        return np.mean((np.tanh(X @ W) @ W.T - X) ** 2)

    def gradient_at(W):
        H = np.tanh(X @ W)
        dY = 2 * (H @ W.T - X) / X.size
        decoding = dY.T @ H
        encoding = X.T @ (dY @ W * (1 - H**2))
        return decoding + encoding if both else decoding

    return {
        "params": r.normal(size=(6, 3)) / 2,
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@net_case("tied weights", why="The sum over both places of the weights.")
def _():
    return tied()


@net_case(
    "tied weights that hear from one place only",
    wrong={ALONE: ALL},
    causes={"nothing arrives"},
    why="What comes from the encoder is missing.",
)
def _():
    return tied(both=False)


def filtered(change=lambda g: g):
    """A signal, filtered by five weights."""
    r = rng(33)
    x, t = r.normal(size=40), r.normal(size=36)

    def error(w):
        return np.tanh(np.correlate(x, w, "valid")) - t

    def gradient_at(w):
        e = error(w)
        return change(np.correlate(x, 2 * e * (1 - (e + t) ** 2), "valid"))

    return {
        "params": r.normal(size=5) / 2,
        "loss_at": lambda w: np.sum(error(w) ** 2),
        "gradient_at": gradient_at,
    }


@net_case("a filter", why="Its gradient is a correlation, too.")
def _():
    return filtered()


@net_case(
    "a filter that is flipped",
    wrong={ALONE: [(0,), (1,), (3,), (4,)]},
    why="A convolution for a correlation; only the middle weight stays.",
)
def _():
    return filtered(lambda g: g[::-1])


# Vanilla recurrent networks with vectors

rnn_case = partial(case, kind="tanh RNN")


def rnn(*, sizes=(3, 5, 2), n_steps=6, bug=None, strength=0.6):
    """h_k = tanh(x_k Wx + h_{k-1} Wh + b), and an output at each step."""
    n = 4
    n_in, n_h, n_out = sizes
    r = rng(40)
    X = r.normal(size=(n_steps, n, n_in))
    T = r.normal(size=(n_steps, n, n_out))

    def states(Wx, Wh, b):
        h = [np.zeros((n, n_h))]
        for x in X:
            h.append(np.tanh(x @ Wx + h[-1] @ Wh + b))
        return h

    def loss_at(Wx, Wh, b, Wo, c):
        h = states(Wx, Wh, b)
        return sum(
            np.sum((h[k + 1] @ Wo + c - T[k]) ** 2) / n for k in range(n_steps)
        )

    def gradient_at(Wx, Wh, b, Wo, c):
        h = states(Wx, Wh, b)
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        dWo, dc = np.zeros_like(Wo), np.zeros_like(c)
        back = np.zeros((n, n_h))
        for k in range(n_steps, 0, -1):
            dy = 2 / n * (h[k] @ Wo + c - T[k - 1])
            dWo += h[k].T @ dy
            dc += dy.sum(axis=0)
            g = dy @ Wo.T + back
            if bug != "no tanh'":
                g = g * (1 - h[k] ** 2)
            if bug == "=":
                dWx, dWh, db = X[k - 1].T @ g, h[k - 1].T @ g, g.sum(axis=0)
            else:
                dWx += X[k - 1].T @ g
                dWh += h[k if bug == "h[k]" else k - 1].T @ g
                db += g.sum(axis=0) if bug != "mean of b" else g.mean(axis=0)
            back = g @ (Wh if bug == "not transposed" else Wh.T)
            if bug == "not sent" or (bug == "2 steps" and k % 2 == 0):
                back = 0 * back
        if bug == "b of first":
            db = g.sum(axis=0)
        return dWx, dWh, db, dWo, dc

    return {
        "params": [
            strength * r.normal(size=shape)
            for shape in [(n_in, n_h), (n_h, n_h), n_h, (n_h, n_out), n_out]
        ],
        "names": ["Wx", "Wh", "b", "Wo", "c"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


RECURRENT = {"Wx": ALL, "Wh": ALL, "b": ALL}


@rnn_case("a vanilla RNN", why="Backpropagation through time.")
def _():
    return rnn()


@rnn_case("a vanilla RNN over 40 steps", why="The same, and longer.")
def _():
    return rnn(n_steps=40)


@rnn_case(
    "a vanilla RNN that multiplies by the state after the step",
    wrong={"Wh": ALL},
    why="dWh takes h[k] for h[k-1].",
)
def _():
    return rnn(bug="h[k]")


@rnn_case(
    "a vanilla RNN without the derivative of tanh",
    wrong=RECURRENT,
    why="1 - h² is missing; the output layer does not need it.",
)
def _():
    return rnn(bug="no tanh'")


@rnn_case(
    "a vanilla RNN with nothing sent back",
    wrong=RECURRENT,
    causes={"nothing sent back in time"},
    why="Each step only hears from its own output.",
)
def _():
    return rnn(bug="not sent")


@rnn_case(
    "a vanilla RNN cut into pieces of two steps",
    wrong=RECURRENT,
    why="Truncated, which the loss is not.",
)
def _():
    return rnn(bug="2 steps")


@rnn_case(
    "a vanilla RNN whose last bias overwrites the others",
    wrong={"b": ALL},
    causes={"nothing arrives"},
    why="db is that of the first step only.",
)
def _():
    return rnn(bug="b of first")


@rnn_case(
    "a vanilla RNN whose bias is averaged over the samples",
    wrong={"b": ALL},
    causes=TOO_SMALL,
    why="A quarter, for the mean of four samples was taken before.",
)
def _():
    return rnn(bug="mean of b")


@rnn_case(
    "a vanilla RNN that assigns instead of adding",
    wrong=RECURRENT,
    causes={"nothing arrives"},
    why="Only the first step is left, at which the state before is 0.",
)
def _():
    return rnn(bug="=")


@rnn_case(
    "a vanilla RNN that goes back through Wh rather than its transpose",
    wrong=RECURRENT,
    why="The shapes fit, for Wh is square.",
)
def _():
    return rnn(bug="not transposed")


@rnn_case(
    "a vanilla RNN with dWx and dWh exchanged",
    wrong={"Wx": ALL, "Wh": ALL},
    causes={"swapped"},
    why="Both are 4 x 4.",
)
def _():
    return together(rnn(sizes=(4, 4, 2)), lambda g: [g[1], g[0], *g[2:]])


@rnn_case(
    "a vanilla RNN with dWh transposed",
    wrong={"Wh": [~np.eye(5, dtype=bool)]},
    causes={"transposed"},
    why="g.T @ h for h.T @ g.",
)
def _():
    return but(rnn(), Wh=transposed)


@rnn_case(
    "a vanilla RNN with one wrong entry of 60",
    wrong={"Wh": [(1, 4)]},
    why="0.1 % too much in one place.",
)
def _():
    return but(rnn(), Wh=changed_at((1, 4), 1.001))


@rnn_case(
    "a vanilla RNN with strong weights",
    why="Chaotic and saturated, but smooth where it is.",
)
def _():
    return rnn(n_steps=10, strength=2.0)


@rnn_case(
    "a vanilla RNN with strong weights and the wrong state",
    wrong={"Wh": ALL},
    why="h[k] for h[k-1] again.",
)
def _():
    return rnn(n_steps=10, strength=2.0, bug="h[k]")


# LSTM and GRU

gated_case = partial(case, kind="LSTM and GRU")


def lstm(bug=None):
    """One matrix for all gates, in the order f, i, g, o."""
    n, n_in, n_h, n_steps = 3, 2, 3, 6
    r = rng(50)
    X = r.normal(size=(n_steps, n, n_in))
    T = r.normal(size=(n, n_h))

    def forward(W, b):
        h, c, tape = np.zeros((n, n_h)), np.zeros((n, n_h)), []
        for x in X:
            xh = np.concatenate([x, h], axis=1)
            z = np.split(xh @ W + b, 4, axis=1)
            f, i, o = sigmoid(z[0]), sigmoid(z[1]), sigmoid(z[3])
            g = np.tanh(z[2])
            before, c = c, f * c + i * g
            h = o * np.tanh(c)
            tape.append((xh, f, i, g, o, before, c))
        return h, tape

    def loss_at(W, b):
        return np.mean((forward(W, b)[0] - T) ** 2)

    def gradient_at(W, b):
        h, tape = forward(W, b)
        dW, db = np.zeros_like(W), np.zeros_like(b)
        dh, dc = 2 * (h - T) / h.size, np.zeros_like(h)
        for xh, f, i, g, o, before, c in reversed(tape):
            th = np.tanh(c)
            do = dh * th * o * (1 - o)
            dc = dc + dh * o * (1 if bug == "no tanh'" else 1 - th**2)
            df = dc * before * f * (1 - f)
            di = dc * g * i * (1 - i)
            dg = dc * i * (1 - g**2)
            if bug == "no f":
                df = 0 * df
            if bug == "sigmoid for g":
                dg = dc * i * g * (1 - g)
            order = [di, df, dg, do] if bug == "order" else [df, di, dg, do]
            dz = np.concatenate(order, axis=1)
            dW += xh.T @ dz
            db += dz.sum(axis=0)
            dh = (dz @ W.T)[:, n_in:]
            dc = 0 * dc if bug == "no c" else dc * f
            if bug == "no h":
                dh = 0 * dh
        return {"W": dW, "b": db}

    return {
        "params": {
            "W": 0.8 * r.normal(size=(n_in + n_h, 4 * n_h)),
            "b": 0.5 * r.normal(size=4 * n_h),
        },
        "loss_at": lambda p: loss_at(p["W"], p["b"]),
        "gradient_at": lambda p: gradient_at(p["W"], p["b"]),
    }


@gated_case("an LSTM", why="All paths, through h and through c.")
def _():
    return lstm()


@gated_case(
    "an LSTM whose cell sends nothing back",
    wrong={"W": ALL, "b": ALL},
    why="dc is not carried on to the step before.",
)
def _():
    return lstm("no c")


@gated_case(
    "an LSTM whose state sends nothing back",
    wrong={"W": ALL, "b": ALL},
    why="dh is not carried on to the step before, dc is.",
)
def _():
    return lstm("no h")


@gated_case(
    "an LSTM that forgets the forget gate",
    wrong={"W": ALL, "b": ALL},
    causes={"nothing arrives"},
    why="Its columns are 0, and what passes through it is missing elsewhere.",
)
def _():
    return lstm("no f")


@gated_case(
    "an LSTM with the gates in another order",
    wrong={"W": ALL, "b": ALL},
    why="i, f for f, i; what goes back through W is wrong everywhere.",
)
def _():
    return lstm("order")


@gated_case(
    "an LSTM without the derivative of tanh(c)",
    wrong={"W": ALL, "b": ALL},
    why="1 - tanh(c)² is missing on the way to the cell.",
)
def _():
    return lstm("no tanh'")


@gated_case(
    "an LSTM with the derivative of a sigmoid for its tanh",
    wrong={"W": ALL, "b": ALL},
    why="g (1 - g) for 1 - g².",
)
def _():
    return lstm("sigmoid for g")


def gru(bug=None):
    """h = (1 - z) h + z tanh(x Wh + (r h) Uh + bh)"""
    n, n_in, n_h, n_steps = 3, 2, 3, 5
    r_ = rng(51)
    X = r_.normal(size=(n_steps, n, n_in))
    T = r_.normal(size=(n, n_h))

    def forward(Wz, Uz, bz, Wr, Ur, br, Wh, Uh, bh):
        h, tape = np.zeros((n, n_h)), []
        for x in X:
            z = sigmoid(x @ Wz + h @ Uz + bz)
            r = sigmoid(x @ Wr + h @ Ur + br)
            new = np.tanh(x @ Wh + (r * h) @ Uh + bh)
            tape.append((x, h, z, r, new))
            h = (1 - z) * h + z * new
        return h, tape

    def loss_at(*params):
        return np.mean((forward(*params)[0] - T) ** 2)

    def gradient_at(*params):
        _, Uz, _, _, Ur, _, _, Uh, _ = params
        last, tape = forward(*params)
        total = [np.zeros_like(p) for p in params]
        dh = 2 * (last - T) / last.size
        for x, h, z, r, new in reversed(tape):
            dnew = dh * z * (1 - new**2)
            dz = dh * (h - new if bug == "z upside down" else new - h)
            dz = dz * z * (1 - z)
            drh = dnew @ Uh.T
            dr = drh * h * r * (1 - r)
            rh = h if bug == "no r in dUh" else r * h
            step = [
                *(x.T @ dz, h.T @ dz, dz.sum(axis=0)),
                *(x.T @ dr, h.T @ dr, dr.sum(axis=0)),
                *(x.T @ dnew, rh.T @ dnew, dnew.sum(axis=0)),
            ]
            total = [a + b for a, b in zip(total, step)]
            kept = 0 if bug == "no 1 - z" else dh * (1 - z)
            passed = drh * (1 if bug == "no r in dh" else r)
            dh = kept + dz @ Uz.T + dr @ Ur.T + passed
        return total

    shapes = [(n_in, n_h), (n_h, n_h), n_h] * 3
    return {
        "params": [0.9 * r_.normal(size=shape) for shape in shapes],
        "names": ["Wz", "Uz", "bz", "Wr", "Ur", "br", "Wh", "Uh", "bh"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


GRU = dict.fromkeys(gru()["names"], ALL)


@gated_case("a GRU", why="All four paths to the state before.")
def _():
    return gru()


@gated_case(
    "a GRU whose reset gate is left out of dUh",
    wrong={"Uh": ALL},
    why="h for r h; what goes further back is right.",
)
def _():
    return gru("no r in dUh")


@gated_case(
    "a GRU whose reset gate is left out on the way back",
    wrong=GRU,
    why="drh is passed on without r.",
)
def _():
    return gru("no r in dh")


@gated_case(
    "a GRU that does not pass on what it keeps",
    wrong=GRU,
    why="The path through 1 - z is missing.",
)
def _():
    return gru("no 1 - z")


@gated_case(
    "a GRU whose update gate is upside down in the gradient",
    wrong=GRU,
    why="h - new for new - h.",
)
def _():
    return gru("z upside down")


@gated_case(
    "a GRU with its matrices Uz and Ur exchanged",
    wrong={"Uz": ALL, "Ur": ALL},
    causes={"swapped"},
    why="All three U have the same shape.",
)
def _():
    def swap(g):
        return [g[0], g[4], g[2], g[3], g[1], *g[5:]]

    return together(gru(), swap)


# Attention

attention_case = partial(case, kind="attention")


def attention(bug=None, *, causal=False):
    n, n_in, d = 5, 6, 4
    r = rng(60)
    X, T = r.normal(size=(n, n_in)), r.normal(size=(n, d))
    hidden = np.triu(np.full((n, n), causal), 1)

    def forward(Wq, Wk, Wv):
        Q, K, V = X @ Wq, X @ Wk, X @ Wv
        scores = np.where(hidden, -1e9, Q @ K.T / np.sqrt(d))
        return Q, K, V, softmax(scores)

    def loss_at(Wq, Wk, Wv):
        *_, V, A = forward(Wq, Wk, Wv)
        return np.mean((A @ V - T) ** 2)

    def gradient_at(Wq, Wk, Wv):
        Q, K, V, A = forward(Wq, Wk, Wv)
        dO = 2 * (A @ V - T) / T.size
        dV = (A if bug == "A" else A.T) @ dO
        dA = dO @ V.T
        if bug == "diagonal":
            dS = dA * A * (1 - A)
        elif bug == "other axis":
            dS = A * (dA - np.sum(dA * A, axis=0, keepdims=True))
        else:
            dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
        if bug != "no root":
            dS = dS / np.sqrt(d)
        return X.T @ (dS @ K), X.T @ (dS.T @ Q), X.T @ dV

    return {
        "params": [0.6 * r.normal(size=(n_in, d)) for _ in range(3)],
        "names": ["Wq", "Wk", "Wv"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@attention_case("attention", why="With the whole Jacobian of the softmax.")
def _():
    return attention()


@attention_case(
    "attention that cannot look ahead",
    why="Weights of 0 need no mask on the way back.",
)
def _():
    return attention(causal=True)


@attention_case(
    "attention with the diagonal of the softmax only",
    wrong={"Wq": ALL, "Wk": ALL},
    why="A (1 - A) is not the Jacobian.",
)
def _():
    return attention("diagonal")


@attention_case(
    "attention with the Jacobian along the other axis",
    wrong={"Wq": ALL, "Wk": ALL},
    why="The weights sum to 1 along rows, not along columns.",
)
def _():
    return attention("other axis")


@attention_case(
    "attention without 1/√d on the way back",
    wrong={"Wq": ALL, "Wk": ALL},
    causes=TOO_LARGE,
    why="d = 4, so that two of the three are doubled.",
)
def _():
    return attention("no root")


@attention_case(
    "attention with its weights not transposed for the values",
    wrong={"Wv": ALL},
    why="A for A.T; both are 5 x 5.",
)
def _():
    return attention("A")


@attention_case(
    "attention with queries and keys exchanged",
    wrong={"Wq": ALL, "Wk": ALL},
    causes={"swapped"},
    why="Returned in the wrong order.",
)
def _():
    return together(attention(), lambda g: [g[1], g[0], g[2]])


# Normalisation

norm_case = partial(case, kind="normalisation")


def normalised(bug=None, *, axis=1, gamma=None):
    """Layer norm along axis 1, batch norm along axis 0."""
    n, n_in, n_h = 7, 4, 5
    r = rng(70)
    X, T = r.normal(size=(n, n_in)), r.normal(size=n)
    average = partial(np.mean, axis=axis, keepdims=True)

    def forward(W, b, gamma, beta):
        A = X @ W + b
        s = np.sqrt(average((A - average(A)) ** 2) + 1e-5)
        Z = (A - average(A)) / s
        return s, Z, np.tanh(gamma * Z + beta)

    def loss_at(W, b, gamma, beta, v):
        return np.mean((forward(W, b, gamma, beta)[-1] @ v - T) ** 2)

    def gradient_at(W, b, gamma, beta, v):
        s, Z, Y = forward(W, b, gamma, beta)
        e = 2 * (Y @ v - T) / n
        dY = np.outer(e, v) * (1 - Y**2)
        dZ = dY if bug == "no gamma" else dY * gamma
        dA = dZ
        if bug != "no mean":
            dA = dA - average(dZ)
        if bug != "no variance":
            dA = dA - Z * average(dZ * Z)
        dA = dA / s
        dgamma, dbeta = (dY * Z).sum(axis=0), dY.sum(axis=0)
        return X.T @ dA, dA.sum(axis=0), dgamma, dbeta, Y.T @ e

    return {
        "params": [
            r.normal(size=(n_in, n_h)),
            r.normal(size=n_h),
            r.uniform(0.5, 2, size=n_h) if gamma is None else gamma,
            0.3 * r.normal(size=n_h),
            r.normal(size=n_h),
        ],
        "names": ["W", "b", "gamma", "beta", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@norm_case("layer norm", why="With both terms, of the mean and the variance.")
def _():
    return normalised()


@norm_case(
    "layer norm that forgets gamma, where gamma is 1",
    why="The code is wrong, but a factor of 1 does not show here.",
)
def _():
    return normalised("no gamma", gamma=np.ones(5))


@norm_case(
    "layer norm that forgets gamma",
    wrong={"W": ALL, "b": ALL},
    why="dZ is dY without its factor; gamma itself gets what it should.",
)
def _():
    return normalised("no gamma")


@norm_case(
    "layer norm without the term of the mean",
    wrong={"W": ALL, "b": ALL},
    why="The mean of dZ is not subtracted.",
)
def _():
    return normalised("no mean")


@norm_case(
    "layer norm without the term of the variance",
    wrong={"W": ALL, "b": ALL},
    why="The deviation is taken for a constant.",
)
def _():
    return normalised("no variance")


@norm_case(
    "batch norm after a bias",
    unsure={"b": ALL},
    causes={"zero", "independent"},
    why="The bias cancels; its gradient is 0 but for its last digits.",
)
def _():
    return normalised(axis=0)


@norm_case(
    "batch norm without the term of the mean",
    wrong={"W": ALL, "b": ALL},
    causes={"independent"},
    why="So the bias gets a gradient, though the loss does not depend on it.",
)
def _():
    return normalised("no mean", axis=0)


@norm_case(
    "batch norm without the term of the variance",
    wrong={"W": ALL},
    unsure={"b": ALL},
    causes={"zero", "independent"},
    why="The deviation is taken for a constant.",
)
def _():
    return normalised("no variance", axis=0)


# Embeddings

word_case = partial(case, kind="embedding")

# Word 2 comes twice in the first sentence, and word 5 in two of them; words
# 0, 8 and 9 never come.
SENTENCES = np.array([[2, 2, 1], [5, 3, 4], [5, 6, 7]])
ONCE, OFTEN, NEVER = [1, 3, 4, 6, 7], [2, 5], [0, 8, 9]


def words(bug=None, *, padding=None):
    r = rng(80)
    t = r.normal(size=3)
    weight = np.ones(SENTENCES.shape) / 3
    if padding is not None:
        weight[padding == SENTENCES] = 0

    def means(E):
        return np.sum(E[SENTENCES] * weight[..., None], axis=1)

    def loss_at(E, v):
        return np.mean((np.tanh(means(E)) @ v - t) ** 2)

    def gradient_at(E, v):
        H = np.tanh(means(E))
        e = 2 * (H @ v - t) / 3
        dH = np.outer(e, v) * (1 - H**2)
        share = np.full_like(weight, 1 / 3) if bug == "padding" else weight
        dwords = dH[:, None] * share[..., None]
        dE = np.zeros_like(E)
        if bug == "=":
            dE[SENTENCES] = dwords
        elif bug == "+=":
            dE[SENTENCES] += dwords
        else:
            np.add.at(dE, SENTENCES, dwords)
        if bug == "decay":
            dE += 0.1 * E
        return dE, H.T @ e

    return {
        "params": [r.normal(size=(10, 4)), r.normal(size=4)],
        "names": ["E", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@word_case(
    "an embedding with repeated words",
    why="np.add.at adds each time; words that never come get 0.",
)
def _():
    return words()


@word_case(
    "an embedding with = for repeated words",
    wrong={"E": [OFTEN]},
    causes={"nothing arrives"},
    why="The last of several overwrites the others.",
)
def _():
    return words("=")


@word_case(
    "an embedding with += for repeated words",
    wrong={"E": [OFTEN]},
    causes={"nothing arrives"},
    why="NumPy adds only once for a repeated index.",
)
def _():
    return words("+=")


@word_case(
    "an embedding whose padding is left out",
    why="Word 5 has no weight in the loss, and a gradient of 0.",
)
def _():
    return words(padding=5)


@word_case(
    "an embedding whose padding gets a gradient",
    wrong={"E": [5]},
    causes={"independent"},
    why="Word 5 has no weight in the loss.",
)
def _():
    return words("padding", padding=5)


@word_case(
    "an embedding that decays in the gradient only",
    wrong={"E": ALL},
    causes={"forgotten term", "independent"},
    why="0.1 E is added, even for words that never come.",
)
def _():
    return words("decay")


# Large arrays, of which a check can only see a part

large_case = partial(case, kind="large")


def recurrent_matrix(change=lambda g: g):
    """300 states, four steps, one matrix."""
    n, n_h = 8, 300
    r = rng(90)
    H0, T = r.normal(size=(2, n, n_h))

    def states(W):
        h = [H0]
        for _ in range(4):
            h.append(np.tanh(h[-1] @ W))
        return h

    def loss_at(W):
        return np.sum((states(W)[-1] - T) ** 2) / n

    def gradient_at(W):
        h = states(W)
        dW, g = np.zeros_like(W), 2 / n * (h[-1] - T)
        for k in range(4, 0, -1):
            g = g * (1 - h[k] ** 2)
            dW += h[k - 1].T @ g
            g = g @ W.T
        return change(dW)

    return {
        "params": r.normal(size=(n_h, n_h)) / np.sqrt(n_h),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@large_case("a 300 x 300 matrix", why="Backpropagation through four steps.")
def _():
    return recurrent_matrix()


@large_case(
    "a 300 x 300 matrix with one wrong column",
    wrong={ALONE: [(slice(None), 171)]},
    why="One unit of 300 lacks a part of its gradient.",
)
def _():
    return recurrent_matrix(changed_at((slice(None), 171), 0.7))


@large_case(
    "a 300 x 300 matrix, transposed",
    wrong={ALONE: [~np.eye(300, dtype=bool)]},
    causes={"transposed"},
    why="g.T @ h for h.T @ g.",
)
def _():
    return recurrent_matrix(transposed)


@large_case(
    "a 300 x 300 matrix without its diagonal",
    wrong={ALONE: [np.eye(300, dtype=bool)]},
    causes={"nothing arrives"},
    why="As if no unit heard itself, which it does in the loss.",
)
def _():
    return recurrent_matrix(lambda g: g * (1 - np.eye(300)))


@large_case(
    "a 300 x 300 matrix without its upper triangle",
    wrong={ALONE: [np.triu(np.ones((300, 300), bool), 1)]},
    causes={"nothing arrives"},
    why="np.tril, which the loss does not have.",
)
def _():
    return recurrent_matrix(np.tril)


@large_case(
    "a 300 x 300 matrix, 0.01 % off",
    wrong={ALONE: ALL},
    causes={"factor"},
    why="1.0001 times the gradient.",
)
def _():
    return recurrent_matrix(scaled(1.0001))


def regression(change=lambda g: g):
    """10,000 weights of a linear map, to 100 outputs from 100 inputs."""
    r = rng(91)
    X, Y = r.normal(size=(2, 50, 100))
    return {
        "params": r.normal(size=(100, 100)) / 10,
        "loss_at": lambda W: 0.5 * np.sum((X @ W - Y) ** 2) / 50,
        "gradient_at": lambda W: change(X.T @ (X @ W - Y) / 50),
    }


@large_case("10,000 weights", why="Linear least squares.")
def _():
    return regression()


@large_case(
    "10,000 weights, one of them 0.01 % off",
    wrong={ALONE: [(37, 61)]},
    why="One entry differs in its fourth digit; the loss has sixteen.",
)
def _():
    return regression(changed_at((37, 61), 1.0001))


@large_case(
    "10,000 weights, one of them with the wrong sign",
    wrong={ALONE: [(88, 3)]},
    why="One entry of 10,000.",
)
def _():
    return regression(changed_at((88, 3), -1))


@large_case(
    "10,000 weights, one input of 100 left out",
    wrong={ALONE: [12]},
    causes={"nothing arrives"},
    why="The row of one input is 0.",
)
def _():
    return regression(changed_at(12, 0))


def million(change=lambda g: g):
    c = rng(92).normal(size=1_000_000)
    return {
        "params": np.zeros(1_000_000) + 0.5,
        "loss_at": lambda w: np.mean((w - c) ** 2 * (1 + 0.1 * w)),
        "gradient_at": lambda w: change(
            (2 * (w - c) * (1 + 0.1 * w) + 0.1 * (w - c) ** 2) / 1_000_000
        ),
    }


@large_case("a million weights", why="Each has a term of its own.")
def _():
    return million()


@large_case(
    "a million weights, half of them doubled",
    wrong={ALONE: [slice(500_000, None)]},
    why="The second half is twice what it should be.",
)
def _():
    return million(changed_at(slice(500_000, None), 2))


def sixty(change=lambda g: g):
    r = rng(93)
    X, t = r.normal(size=(40, 60)), r.random(40) < 0.5
    return {
        "params": r.normal(size=60) / 4,
        "loss_at": lambda w: np.mean(np.log1p(np.exp(X @ w)) - t * (X @ w)),
        "gradient_at": lambda w: change(X.T @ (sigmoid(X @ w) - t) / 40),
    }


@large_case(
    "a logistic regression with 60 weights", why="p - y, as it should."
)
def _():
    return sixty()


@large_case(
    "a logistic regression with one wrong weight of 60",
    wrong={ALONE: [(33,)]},
    why="1 % too much.",
)
def _():
    return sixty(changed_at(33, 1.01))


@large_case(
    "a logistic regression whose first two weights are exchanged",
    wrong={ALONE: [(0,), (1,)]},
    why="Two entries in each other's place.",
)
def _():
    return sixty(lambda g: g[[1, 0, *range(2, 60)]])


# Gradients of very different sizes at once

mixed_case = partial(case, kind="mixed sizes")


def with_faint(size, change=lambda g: g):
    """A small network, and a parameter that matters much less."""
    kwargs = net()
    loss_at, gradient_at = kwargs["loss_at"], kwargs["gradient_at"]
    return {
        "params": [*kwargs["params"], np.array([0.3, -0.8, 1.1])],
        "names": [*kwargs["names"], "faint"],
        "loss_at": lambda *p: loss_at(*p[:4]) + size * np.sum(np.sin(p[4])),
        "gradient_at": lambda *p: [
            *gradient_at(*p[:4]),
            change(size * np.cos(p[4])),
        ],
    }


@mixed_case(
    "a parameter that matters a million times less",
    why="Small, but well within the digits of a double.",
)
def _():
    return with_faint(1e-6)


@mixed_case(
    "a parameter that matters a million times less, halved",
    wrong={"faint": ALL},
    causes=TOO_SMALL,
    why="Half the gradient.",
)
def _():
    return with_faint(1e-6, scaled(0.5))


@mixed_case(
    "a parameter that matters a million times less, left at 0",
    wrong={"faint": ALL},
    causes={"nothing arrives"},
    why="A small gradient is not 0.",
)
def _():
    return with_faint(1e-6, np.zeros_like)


@mixed_case(
    "a gradient of 1e-8 with the wrong sign, next to normal ones",
    wrong={"faint": ALL},
    causes={"sign"},
    why="A step of 0.001 moves the loss by 1e-11, which it can show.",
)
def _():
    return with_faint(1e-8, negative)


@mixed_case("a gradient of 1e-8 next to normal ones", why="The same, right.")
def _():
    return with_faint(1e-8)


@mixed_case(
    "a gradient of 1e-18 next to normal ones",
    unsure={"faint": ALL},
    causes={"too coarse", "independent"},
    why="The loss does not have the digits to show it.",
)
def _():
    return with_faint(1e-18)


@mixed_case(
    "a gradient of 1e-18 with the wrong sign, next to a wrong bias",
    wrong={"b2": ALL},
    unsure={"faint": ALL},
    causes={"too coarse", "independent", *TOO_LARGE},
    why="The bias is doubled; of the faint parameter nobody can tell.",
)
def _():
    return together(
        with_faint(1e-18, negative),
        lambda g: [*g[:3], 2 * g[3], g[4]],
    )


UNITS = np.array([1e-9, 1e-3, 1.0, 1e4, 1e9])


def in_units(change=lambda g: g, *, at=(1.5, -0.7, 0.4, 2.2, -1.3)):
    """One array of quantities in units of their own."""
    return {
        "params": np.array(at) * UNITS,
        "loss_at": lambda w: np.sum(np.tanh(w / UNITS - 0.2) ** 2),
        "gradient_at": lambda w: change(
            2
            * np.tanh(w / UNITS - 0.2)
            / np.cosh(w / UNITS - 0.2) ** 2
            / UNITS
        ),
    }


@mixed_case("1e-9 and 1e9 in one array", why="Each entry has its own scale.")
def _():
    return in_units()


@mixed_case(
    "1e-9 and 1e9 in one array, without the units",
    wrong={ALONE: [(0,), (1,), (3,), (4,)]},
    why="The inner derivative 1/unit is missing; one unit is 1.",
)
def _():
    return in_units(lambda g: g * UNITS)


@mixed_case(
    "1e-9 and 1e9 in one array, the largest parameter 2 % off",
    wrong={ALONE: [(4,)]},
    why="Its gradient is 1e-10, where others are 1e8.",
)
def _():
    return in_units(changed_at(4, 1.02))


@mixed_case(
    "parameters at 0, which act on the scale of 1e-9 to 1e9",
    why="Nothing but the loss shows how far a step may go.",
)
def _():
    return in_units(at=np.zeros(5))


@mixed_case(
    "parameters at 0, the one with the scale of 1e-9 doubled",
    wrong={ALONE: [(0,)]},
    why="Twice the gradient of one entry.",
)
def _():
    return in_units(changed_at(0, 2), at=np.zeros(5))


# Losses that oscillate, or sit on a large number

rough_case = partial(case, kind="oscillating or offset")


def waves(frequency, change=lambda g: g):
    return {
        "params": np.array([0.3, 1.0, -2.4]),
        "loss_at": lambda w: np.sum(np.sin(frequency * w)),
        "gradient_at": lambda w: change(frequency * np.cos(frequency * w)),
    }


for frequency in (1e3, 1e5):

    @rough_case(
        f"sin({frequency:g} w)",
        why="Smooth, if looked at closely.",
    )
    def _(frequency=frequency):
        return waves(frequency)

    @rough_case(
        f"sin({frequency:g} w), without the inner derivative",
        wrong={ALONE: ALL},
        causes=TOO_SMALL,
        why=f"A factor of {frequency:g} is missing.",
    )
    def _(frequency=frequency):
        return waves(frequency, scaled(1 / frequency))


@rough_case(
    "sin(1000 w), 1 % off",
    wrong={ALONE: ALL},
    causes={"factor"},
    why="1.01 times the gradient.",
)
def _():
    return waves(1e3, scaled(1.01))


def ripples(gradient_at):
    """A bowl with ripples that are low, but steeper than the bowl."""
    return {
        "params": np.array([0.31, -1.2]),
        "loss_at": lambda w: np.sum(w**2 + 1e-3 * np.sin(1e4 * w)),
        "gradient_at": gradient_at,
    }


@rough_case(
    "a bowl with steep ripples",
    why="The slope at a point is that of the ripple.",
)
def _():
    return ripples(lambda w: 2 * w + 10 * np.cos(1e4 * w))


@rough_case(
    "a bowl with steep ripples, of which the gradient knows nothing",
    wrong={ALONE: ALL},
    also={"undecided"},
    causes={"too noisy"},
    why="2 w is the slope of the bowl alone.",
)
def _():
    return ripples(lambda w: 2 * w)


@rough_case(
    "a small network on top of 1e8",
    why="Eight digits are left, which is enough for gradients near 1.",
    unsure=NET,
    causes={"too coarse"},
)
def _():
    return net(offset=1e8)


@rough_case(
    "a small network on top of 1e8, its biases doubled",
    wrong={"b2": ALL},
    unsure={"W1": ALL, "b1": ALL, "W2": ALL},
    causes={"too coarse", *TOO_LARGE},
    why="A factor of 2 shows in eight digits.",
)
def _():
    return but(net(offset=1e8), b2=scaled(2))


@rough_case(
    "a very small network on top of 1e8",
    truth="undecided",
    unsure=NET,
    causes={"too coarse", "independent"},
    why="Its loss is 1e-9, and 1e8 has no digit left for that.",
)
def _():
    return net(offset=1e8, gain=1e-9)


# Losses that are only nearly what they should be

noisy_case = partial(case, kind="solvers and noise")


def equilibrium(tolerance, bug=None):
    """The state that the network comes to rest at, and its distance."""
    r = rng(100)
    n_h = 4
    x, t = r.normal(size=(2, n_h))

    def rest(W, b):
        return rounds_until(
            tolerance, lambda h: np.tanh(W @ h + x + b), np.zeros_like(b)
        )

    def loss_at(W, b):
        return np.sum((rest(W, b) - t) ** 2)

    def gradient_at(W, b):
        h = rest(W, b)
        slope = 1 - h**2
        dh = 2 * (h - t)
        if bug == "one step":
            da = dh * slope
        else:
            # dh = slope (W dh + da), solved for all steps at once
            back = np.eye(n_h) - W.T * slope
            da = slope * np.linalg.solve(back, dh)
        if bug == "doubled":
            da = 2 * da
        return np.outer(da, h), da

    return {
        "params": [0.4 * r.normal(size=(n_h, n_h)), r.normal(size=n_h)],
        "names": ["W", "b"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


# Stopped at 1e-6, the loss has slopes that differ from the gradient by up
# to 6e-6 of the largest, though the gradient is that of the equilibrium.
for tolerance in (1e-6, 1e-8, 1e-10):

    @noisy_case(
        f"an equilibrium to {tolerance:g}",
        also={"wrong"},
        causes={"few digits"},
        why="The implicit function theorem, at a point almost at rest; the "
        "loss as it is computed has another slope, in its later digits.",
    )
    def _(tolerance=tolerance):
        return equilibrium(tolerance)

    @noisy_case(
        f"an equilibrium to {tolerance:g}, through the last step only",
        wrong={"W": ALL, "b": ALL},
        causes={"nothing sent back in time"},
        why="As if the state before did not depend on the parameters.",
    )
    def _(tolerance=tolerance):
        return equilibrium(tolerance, "one step")


@noisy_case(
    "an equilibrium to 1e-06, doubled",
    wrong={"W": ALL, "b": ALL},
    causes=TOO_LARGE,
    why="Twice the gradient.",
)
def _():
    return equilibrium(1e-6, "doubled")


def eigenvalue(tolerance, change=lambda g: g):
    """The largest eigenvalue of A Aᵀ, by power iteration."""
    r = rng(101)
    start = np.ones(5)

    def improve(A, v):
        v = A @ (A.T @ v)
        return v / np.sqrt(v @ v)

    def vector(A):
        return rounds_until(tolerance, partial(improve, A), start)

    def loss_at(A):
        u = A.T @ vector(A)
        return u @ u

    def gradient_at(A):
        v = vector(A)
        return change(2 * np.outer(v, A.T @ v))

    return {
        "params": r.normal(size=(5, 5)),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@noisy_case(
    "an eigenvalue by power iteration to 1e-10",
    also={"wrong"},
    causes={"few digits"},
    why="2 v vᵀA; an error of the vector matters only by its square.",
)
def _():
    return eigenvalue(1e-10)


@noisy_case(
    "an eigenvalue by power iteration to 1e-10, transposed",
    also={"wrong"},
    wrong={ALONE: [~np.eye(5, dtype=bool)]},
    causes={"transposed"},
    why="Aᵀv vᵀ for v vᵀA.",
)
def _():
    return eigenvalue(1e-10, transposed)


def root(tolerance, change=lambda g: g):
    """Newton's method for s³ + s = a, entry by entry."""

    def solve(a):
        return rounds_until(
            tolerance,
            lambda s: s - (s**3 + s - a) / (3 * s**2 + 1),
            np.zeros_like(a),
        )

    return {
        "params": np.array([0.5, 3.0, -7.0]),
        "loss_at": lambda a: np.sum(np.sin(solve(a))),
        "gradient_at": lambda a: change(
            np.cos(solve(a)) / (3 * solve(a) ** 2 + 1)
        ),
    }


@noisy_case(
    "a root by Newton's method to 1e-04",
    also={"wrong"},
    causes={"few digits"},
    why="The last step squares the error, so that it is about 1e-8.",
)
def _():
    return root(1e-4)


@noisy_case(
    "a root by Newton's method to 1e-10, 1 % off",
    wrong={ALONE: ALL},
    causes={"factor"},
    why="1.01 times the gradient.",
)
def _():
    return root(1e-10, scaled(1.01))


def shaky(level, kwargs):
    """The same arguments give the same loss, but their neighbours another."""
    exact = kwargs["loss_at"]
    return kwargs | {
        "loss_at": lambda *p: exact(*p) + level * jitter(*p),
    }


@noisy_case(
    "a small network with noise of 1e-08",
    unsure=NET,
    causes={"too noisy"},
    why="A step of 0.001 still gives three to five digits.",
)
def _():
    return shaky(1e-8, net())


@noisy_case(
    "a small network with noise of 1e-06",
    unsure=NET,
    causes={"too noisy"},
    why="A step of 0.01 still gives two to four digits.",
)
def _():
    return shaky(1e-6, net())


@noisy_case(
    "a small network with noise of 1e-06, and the wrong sign",
    wrong=NET,
    unsure={"W1": ALL, "b1": ALL},
    causes={"sign", "too noisy"},
    why="The noise is far below the slopes.",
)
def _():
    return shaky(1e-6, every(net(), negative))


@noisy_case(
    "a small network with noise of 1e-10, 10 % off",
    wrong=NET,
    causes={"factor"},
    why="1.1 times the gradient.",
)
def _():
    return shaky(1e-10, every(net(), scaled(1.1)))


@noisy_case(
    "a small network lost in noise",
    truth="undecided",
    unsure=NET,
    causes={"too noisy"},
    why="Slopes of 1e-6, and noise of 0.01.",
)
def _():
    return shaky(0.01, net(gain=1e-6))


@noisy_case(
    "a small network lost in noise, and the wrong sign",
    truth="undecided",
    unsure=NET,
    causes={"too noisy"},
    why="Wrong on paper, but the loss nearby could not show it.",
)
def _():
    return shaky(0.01, every(net(gain=1e-6), negative))


def reported(digits, change=lambda g: g):
    """A loss that was rounded for the log, and is used all the same."""
    return {
        "params": np.array([0.5, -1.5, 2.0]),
        "loss_at": lambda w: rounded_to(digits, np.sum(w**2 + w)),
        "gradient_at": lambda w: change(2 * w + 1),
    }


@noisy_case(
    "a loss rounded to six digits",
    causes={"too coarse"},
    why="A parabola with slopes near 1 shows through steps of 1e-6.",
)
def _():
    return reported(6)


@noisy_case(
    "a loss rounded to six digits, without the linear term",
    wrong={ALONE: ALL},
    causes={"too coarse"},
    why="2 w for 2 w + 1.",
)
def _():
    return reported(6, lambda g: g - 1)


# Single and half precision

single_case = partial(case, kind="single and half precision")


def small_floats(dtype, *, cast=True, scale=1.0, steps=4):
    """A recurrent network of which every number has this type.

    If it casts, its parameters are doubles, and it makes them smaller.
    """
    n, n_in, n_h = 6, 3, 4
    r = rng(110)
    X = r.normal(size=(steps, n, n_in)).astype(dtype)
    t = r.normal(size=n).astype(dtype)
    given = [
        (0.5 * r.normal(size=shape)).astype(dtype)
        for shape in [(n_in, n_h), (n_h, n_h), n_h, n_h]
    ]

    def states(Wx, Wh, b):
        h = [np.zeros((n, n_h), dtype)]
        for x in X:
            h.append(np.tanh(x @ Wx + h[-1] @ Wh + b))
        return h

    def loss_at(*params):
        *weights, v = (rounded(p, dtype) for p in params)
        error = states(*weights)[-1] @ v - t
        return plain(scale * np.mean(error * error))

    def gradient_at(*params):
        Wx, Wh, b, v = (rounded(p, dtype) for p in params)
        h = states(Wx, Wh, b)
        e = 2 * scale * (h[-1] @ v - t) / n
        dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        g = np.outer(e, v)
        for k in range(steps, 0, -1):
            g = g * (1 - h[k] ** 2)
            dWx += X[k - 1].T @ g
            dWh += h[k - 1].T @ g
            db += g.sum(axis=0)
            g = g @ Wh.T
        return [dWx, dWh, db, h[-1].T @ e]

    return {
        "params": [p.astype(float) if cast else p for p in given],
        "names": ["Wx", "Wh", "b", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


SINGLE = {"Wx": ALL, "Wh": ALL, "b": ALL, "v": ALL}


@single_case(
    "a float32 network with float32 parameters",
    causes={"few digits", "too coarse"},
    why="Seven digits, of which a check of slopes near 0.1 keeps three or so.",
)
def _():
    return small_floats(np.float32, cast=False)


@single_case(
    "a float32 network inside, a Python float outside",
    causes={"few digits", "too coarse"},
    why="The parameters and the loss look like doubles, but are not.",
)
def _():
    return small_floats(np.float32)


@single_case(
    "a float32 network, 5 % off",
    wrong=SINGLE,
    causes={"factor", "too coarse"},
    why="1.05 times the gradient.",
)
def _():
    return every(small_floats(np.float32), scaled(np.float32(1.05)))


@single_case(
    "a float32 network, halved",
    wrong=SINGLE,
    causes={*TOO_SMALL, "too coarse"},
    why="Half the gradient.",
)
def _():
    return every(small_floats(np.float32, cast=False), scaled(np.float32(0.5)))


@single_case(
    "a float32 network whose recurrent matrix is transposed",
    wrong={"Wh": [~np.eye(4, dtype=bool)]},
    causes={"transposed", "too coarse"},
    why="g.T @ h for h.T @ g.",
)
def _():
    return but(small_floats(np.float32), Wh=transposed)


@single_case(
    "a float32 network with a small loss",
    causes={"few digits", "too coarse"},
    why="All is 1e-6 times as large; its relative precision is the same.",
)
def _():
    return small_floats(np.float32, scale=np.float32(1e-6))


@single_case(
    "a double loss with a gradient in float32",
    also={"wrong"},
    causes={"few digits"},
    why="Rounded to seven digits, and no more wrong than that.",
)
def _():
    return every(net(), lambda g: g.astype(np.float32))


@single_case(
    "a double loss with a gradient rounded through float32",
    also={"wrong"},
    causes={"few digits"},
    why="Its type is double again, but its digits are not.",
)
def _():
    return every(net(), lambda g: g.astype(np.float32).astype(float))


@single_case(
    "a float16 network",
    unsure=SINGLE,
    causes={"few digits", "too coarse"},
    why="Three digits, and few of them left in a difference.",
)
def _():
    return small_floats(np.float16, cast=False)


@single_case(
    "a float16 network with the wrong sign",
    wrong=SINGLE,
    unsure=SINGLE,
    causes={"sign", "too coarse"},
    why="Where the slope can be seen at all, it goes the other way.",
)
def _():
    return every(small_floats(np.float16, cast=False), negative)


@single_case(
    "a float32 loss near 1 and a gradient of 1e-9",
    truth="undecided",
    unsure={ALONE: ALL},
    causes={"too coarse", "independent"},
    why="The loss is 1 whatever a small step does.",
)
def _():
    return {
        "params": np.array([0.5, -1.0]),
        "loss_at": lambda w: plain(
            rounded(1 + 1e-9 * np.sum(np.sin(w)), np.float32)
        ),
        "gradient_at": lambda w: 1e-9 * np.cos(w),
    }


# Corners

kink_case = partial(case, kind="kinks")


def relu_unit(gap, gradient_at):
    """One unit whose sum is this far above 0, and another that is below."""
    return {
        "params": np.array([0.5 + gap, 0.5]),
        "loss_at": lambda w: (
            1 + 3 * np.maximum(w[0] - 0.5, 0) + np.maximum(w[1] - 0.9, 0)
        ),
        "gradient_at": gradient_at,
    }


for gap in (1e-3, 1e-6):

    @kink_case(
        f"a ReLU {gap:g} beside its kink",
        why="The slope is 3 on this side, to the last digit.",
    )
    def _(gap=gap):
        return relu_unit(gap, lambda w: np.array([3.0, 0.0]))

    @kink_case(
        f"a ReLU {gap:g} beside its kink, with the slope of the other side",
        wrong={ALONE: [(0,)]},
        also={"undecided"} if gap < 1e-5 else (),
        causes={"nothing arrives", "kink"},
        why="0 is the slope on the other side only.",
    )
    def _(gap=gap):
        return relu_unit(gap, lambda w: np.zeros(2))

    @kink_case(
        f"a ReLU {gap:g} below its kink, with a slope",
        wrong={ALONE: [(0,)]},
        also={"undecided"} if gap < 1e-5 else (),
        causes={"independent", "kink"},
        why="3 is the slope on the other side only.",
    )
    def _(gap=gap):
        return relu_unit(-gap, lambda w: np.array([3.0, 0.0]))


for slope in (0.0, 1.5, 3.0):

    @kink_case(
        f"a ReLU on its kink, with a slope of {slope:g}",
        truth="undecided",
        unsure={ALONE: [(0,)]},
        causes={"kink", "independent", "zero"},
        why="0 on one side and 3 on the other; anything between is allowed.",
    )
    def _(slope=slope):
        return relu_unit(0, lambda w: np.array([slope, 0.0]))


@kink_case(
    "a ReLU on its kink, with a slope beyond both sides",
    wrong={ALONE: [(0,)]},
    also={"undecided"},
    causes={"kink"},
    why="7 is neither the slope of a side nor between the two.",
)
def _():
    return relu_unit(0, lambda w: np.array([7.0, 0.0]))


def relu_net(bug=None):
    """Two hidden layers of 50, and no sum within 0.001 of a kink."""
    n = 20
    r = rng(120)
    X, t = r.normal(size=(n, 20)), r.normal(size=n)

    def loss_at(W1, W2, v):
        return np.mean(
            (np.maximum(np.maximum(X @ W1, 0) @ W2, 0) @ v - t) ** 2
        )

    def gradient_at(W1, W2, v):
        A1 = X @ W1
        A2 = np.maximum(A1, 0) @ W2
        e = 2 / n * (np.maximum(A2, 0) @ v - t)
        dA2 = np.outer(e, v) * (A2 > 0)
        dA1 = dA2 @ W2.T
        if bug == "other mask":
            dA1 = dA1 * (A2 > 0)
        elif bug != "no mask":
            dA1 = dA1 * (A1 > 0)
        return X.T @ dA1, np.maximum(A1, 0).T @ dA2, np.maximum(A2, 0).T @ e

    return {
        "params": [
            r.normal(size=(20, 50)) / np.sqrt(10),
            r.normal(size=(50, 50)) / 5,
            r.normal(size=50) / 5,
        ],
        "names": ["W1", "W2", "v"],
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@kink_case(
    "a large ReLU network",
    why="Among 2000 sums some are close to 0, but none is as close as 0.001.",
)
def _():
    return relu_net()


@kink_case(
    "a large ReLU network with the mask of the other layer",
    wrong={"W1": ALL},
    why="Both layers have 50 units, so that the shapes fit.",
)
def _():
    return relu_net("other mask")


@kink_case(
    "a large ReLU network without the first mask",
    wrong={"W1": ALL},
    why="Units that are off get a gradient, too.",
)
def _():
    return relu_net("no mask")


def lasso(change=lambda g: g):
    """Squares, and 0.1 |w|, with half the weights at exactly 0."""
    r = rng(121)
    X, t = r.normal(size=(30, 8)), r.normal(size=30)
    return {
        "params": r.normal(size=8) * (np.arange(8) % 2),
        "loss_at": lambda w: (
            np.mean((X @ w - t) ** 2) + 0.1 * np.sum(np.abs(w))
        ),
        "gradient_at": lambda w: change(
            X.T @ (X @ w - t) / 15 + 0.1 * np.sign(w)
        ),
    }


@kink_case(
    "a lasso with weights at 0",
    unsure={ALONE: [slice(0, None, 2)]},
    also={"undecided"},
    causes={"kink"},
    why="At 0 there is a kink of 0.2; the other weights are beyond doubt.",
)
def _():
    return lasso()


@kink_case(
    "a lasso that is wrong beside its kinks",
    wrong={ALONE: [slice(1, None, 2)]},
    unsure={ALONE: [slice(0, None, 2)]},
    causes={"kink", "sign"},
    why="Weights that are not 0 have the wrong sign.",
)
def _():
    return lasso(changed_at(slice(1, None, 2), -1))


def largest(w, gradient):
    return {
        "params": np.array(w),
        "loss_at": lambda w: np.max(w) ** 2,
        "gradient_at": lambda w: np.array(gradient),
    }


@kink_case("a maximum", why="Only the largest entry has a slope.")
def _():
    return largest([1.0, 3.0, 2.999, -2.0], [0, 6.0, 0, 0])


@kink_case(
    "a maximum whose gradient goes to all",
    wrong={ALONE: ALL},
    causes={"independent"},
    why="Shared equally, as if it were a mean.",
)
def _():
    return largest([1.0, 3.0, 2.999, -2.0], [1.5, 1.5, 1.5, 1.5])


@kink_case(
    "a maximum with a tie",
    truth="undecided",
    unsure={ALONE: [(1,), (2,)]},
    causes={"kink", "independent"},
    why="The loss grows if one of them does, but one cannot make it fall.",
)
def _():
    return largest([1.0, 3.0, 3.0, -2.0], [0, 6.0, 0, 0])


def hinge(margins, change=lambda g: g):
    """One weight per sample, so that each has its own margin."""
    y = np.array([1, -1, 1, -1])
    return {
        "params": y * np.array(margins),
        "loss_at": lambda w: np.mean(np.maximum(0, 1 - y * w)),
        "gradient_at": lambda w: change(-y * (y * w < 1) / 4),
    }


@kink_case("a hinge", why="All margins are well away from 1.")
def _():
    return hinge([0.5, 1.7, -0.3, 0.9])


@kink_case(
    "a hinge with the sign of y forgotten",
    wrong={ALONE: [(3,)]},
    why="-1 for -y; of those within the margin only the last has y = -1.",
)
def _():
    return hinge([0.5, 1.7, -0.3, 0.9], lambda g: -np.abs(g))


@kink_case(
    "a hinge with a margin of exactly 1",
    truth="undecided",
    unsure={ALONE: [(1,)]},
    causes={"kink", "zero", "independent"},
    why="The slope is 0 on one side and 1/4 on the other.",
)
def _():
    return hinge([0.5, 1.0, -0.3, 0.9])


@kink_case(
    "a norm at 0",
    truth="undecided",
    unsure={ALONE: ALL},
    causes={"kink", "zero", "nothing arrives"},
    why="The tip of a cone has no gradient; 0 is what avoids 0/0.",
)
def _():
    return {
        "params": np.zeros(3),
        "loss_at": lambda w: np.sqrt(np.sum(w**2)),
        "gradient_at": lambda w: np.zeros(3),
    }


@kink_case(
    "a straight-through estimator",
    wrong={ALONE: ALL},
    causes={"independent"},
    why="The loss rounds its weights, so that small steps change nothing.",
)
def _():
    return {
        "params": np.array([0.3, 1.8, -2.2]),
        "loss_at": lambda w: np.sum((np.rint(w) - 0.4) ** 2),
        "gradient_at": lambda w: 2 * (np.rint(w) - 0.4),
    }


# Edges of what a function is defined for

edge_case = partial(case, kind="edges")


def at_edge(w, loss, slope, change=lambda g: g):
    def quiet(f):
        def quietly(w):
            with np.errstate(all="ignore"):
                return f(w)

        return quietly

    return {
        "params": np.array(w),
        "loss_at": quiet(lambda w: np.sum(loss(w))),
        "gradient_at": quiet(lambda w: change(slope(w))),
    }


EDGES = {
    "log": ([1e-6, 0.3], np.log, lambda w: 1 / w),
    "sqrt": ([1e-8, 4.0], np.sqrt, lambda w: 0.5 / np.sqrt(w)),
    "arccos": (
        [1 - 1e-6, -0.2],
        np.arccos,
        lambda w: -1 / np.sqrt((1 - w) * (1 + w)),
    ),
    "entropy": (
        [1e-5, 1 - 1e-4],
        lambda p: -p * np.log(p) - (1 - p) * np.log(1 - p),
        lambda p: np.log((1 - p) / p),
    ),
    "barrier": (
        [1 - 1e-7, 0.5],
        lambda w: w**2 - 1e-3 * np.log(1 - w),
        lambda w: 2 * w + 1e-3 / (1 - w),
    ),
}

for edge, arguments in EDGES.items():

    @edge_case(
        f"{edge} close to its edge",
        why="Defined on a stretch that is short, but far longer than a step.",
    )
    def _(arguments=arguments):
        return at_edge(*arguments)

    @edge_case(
        f"{edge} close to its edge, tripled",
        wrong={ALONE: [(0,)]},
        why="The entry that is close to the edge is three times too large.",
    )
    def _(arguments=arguments):
        return at_edge(*arguments, changed_at(0, 3))


def one_sided(slope):
    """w + w √w at 0, which has no value below."""
    return at_edge(
        [0.0], lambda w: w + w * np.sqrt(w), lambda w: slope + 0 * w
    )


@edge_case(
    "a root on one side of 0",
    also={"undecided"},
    unsure={ALONE: ALL},
    causes={"kink"},
    why="The slope is 1 to the right, and there is nothing to the left.",
)
def _():
    return one_sided(1)


@edge_case(
    "a root on one side of 0, with twice the slope",
    wrong={ALONE: ALL},
    also={"undecided"},
    causes={*TOO_LARGE, "kink"},
    why="2, where the slope to the right is 1.",
)
def _():
    return one_sided(2)


# What a gradient does besides returning numbers

habit_case = partial(case, kind="side effects")


class Carries:
    """A counter that goes on where the last call has ended."""

    X = rng(130).normal(size=(6, 5))

    def __init__(self):
        self.S = np.zeros(6)

    def states(self, wx, wRec):
        S = [self.S]
        for x in self.X.T:
            S.append(S[-1] * wRec + x * wx)
        self.S = S[-1]
        return S

    def loss(self, wx, wRec):
        return np.mean((self.states(wx, wRec)[-1] - 1) ** 2)

    def gradient(self, wx, wRec):
        S = self.states(wx, wRec)
        g, dwx, dwRec = (S[-1] - 1) / 3, 0.0, 0.0
        for k in range(5, 0, -1):
            dwx += g @ self.X[:, k - 1]
            dwRec += g @ S[k - 1]
            g = g * wRec
        return dwx, dwRec


@habit_case(
    "a recurrent network that does not reset its state",
    truth="undecided",
    also={"wrong"},
    unsure={"wx": ALL, "wRec": ALL},
    causes={"hidden state"},
    why="Right for the state it starts from, but that is another each time.",
)
def _():
    network = Carries()
    return {
        "params": [0.9, 0.6],
        "names": ["wx", "wRec"],
        "loss_at": network.loss,
        "gradient_at": network.gradient,
    }


@habit_case(
    "a loss that is averaged over the calls",
    truth="undecided",
    also={"wrong"},
    unsure=NET,
    causes={"hidden state", "factor"},
    why="0.9 of the mean before, and 0.1 of the loss here.",
)
def _():
    kwargs = net()
    loss_at, seen = kwargs["loss_at"], [1.0]

    def smoothed(*params):
        seen[0] = 0.9 * seen[0] + 0.1 * loss_at(*params)
        return seen[0]

    return kwargs | {"loss_at": smoothed}


def batches(reset):
    """Each call takes the next of three batches, or the first if reset."""
    r = rng(131)
    X, t = r.normal(size=(3, 10, 4)), r.normal(size=(3, 10))
    seen = [0]

    def batch():
        seen[0] = 0 if reset else (seen[0] + 1) % 3
        return X[seen[0]], t[seen[0]]

    def loss_at(w):
        x, y = batch()
        return np.mean((x @ w - y) ** 2)

    def gradient_at(w):
        x, y = batch()
        return x.T @ (x @ w - y) / 5

    return {
        "params": r.normal(size=4),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@habit_case(
    "a loss on the next batch each time",
    truth="undecided",
    also={"wrong"},
    unsure={ALONE: ALL},
    causes={"hidden state", "too noisy"},
    why="Loss and gradient are hardly ever of the same batch.",
)
def _():
    return batches(reset=False)


@habit_case("a loss on the first batch", why="The same batch each time.")
def _():
    return batches(reset=True)


def dropout(fresh, change=lambda g: g):
    """A mask from one generator for all calls, or from one per call."""
    r = rng(132)
    X, t = r.normal(size=(12, 6)), r.normal(size=12)
    running = rng(133)

    def kept():
        generator = running if fresh else rng(133)
        return 2 * X * (generator.random(X.shape) < 0.5)

    def loss_at(w):
        return np.mean((kept() @ w - t) ** 2)

    def gradient_at(w):
        x = kept()
        return change(x.T @ (x @ w - t) / 6)

    return {
        "params": r.normal(size=6),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@habit_case(
    "dropout with a new mask each time",
    truth="undecided",
    also={"wrong"},
    unsure={ALONE: ALL},
    causes={"hidden state", "too noisy"},
    why="No two calls have the same loss.",
)
def _():
    return dropout(fresh=True)


@habit_case(
    "dropout with the same mask each time",
    why="The generator starts afresh in each call.",
)
def _():
    return dropout(fresh=False)


@habit_case(
    "dropout with the same mask each time, without the factor 2",
    wrong={ALONE: ALL},
    causes=TOO_SMALL,
    why="Half the gradient, for those kept count twice.",
)
def _():
    return dropout(fresh=False, change=scaled(0.5))


@habit_case(
    "a solver that starts from its last solution",
    unsure={"W": ALL, "b": ALL},
    also={"undecided"},
    causes={"hidden state", "too noisy"},
    why="What it remembers changes the loss by less than 1e-7.",
)
def _():
    kwargs = equilibrium(1e-8)
    x, t = rng(100).normal(size=(2, 4))
    last = [np.zeros(4)]

    def loss_at(W, b):
        last[0] = rounds_until(1e-8, lambda h: np.tanh(W @ h + x + b), last[0])
        return np.sum((last[0] - t) ** 2)

    return kwargs | {"loss_at": loss_at}


@habit_case(
    "a loss that counts its calls",
    why="It remembers, but nothing that matters to the loss.",
)
def _():
    kwargs = net()
    loss_at, calls = kwargs["loss_at"], [0]

    def counted(*params):
        calls[0] += 1
        return loss_at(*params)

    return kwargs | {"loss_at": counted}


class Buffers:
    """A linear layer that keeps its gradients, as many libraries do."""

    def __init__(self, zero_first):
        r = rng(134)
        self.X, self.T = r.normal(size=(9, 4)), r.normal(size=(9, 3))
        self.zero_first = zero_first
        self.dW, self.db = np.zeros((4, 3)), np.zeros(3)

    def loss(self, W, b):
        return np.mean((self.X @ W + b - self.T) ** 2)

    def gradient(self, W, b):
        if self.zero_first:
            self.dW[:] = 0
            self.db[:] = 0
        dY = 2 * (self.X @ W + b - self.T) / self.T.size
        self.dW += self.X.T @ dY
        self.db += dY.sum(axis=0)
        return self.dW, self.db


def buffered(zero_first, gradient=Buffers.gradient):
    layer = Buffers(zero_first)
    r = rng(135)
    return {
        "params": [r.normal(size=(4, 3)), r.normal(size=3)],
        "names": ["W", "b"],
        "loss_at": layer.loss,
        "gradient_at": partial(gradient, layer),
    }


@habit_case(
    "gradients that add up from call to call",
    wrong={"W": ALL, "b": ALL},
    causes={"accumulated", *TOO_LARGE},
    # As functions of the parameters they are wrong; the first call is right.
    why="Right the first time, doubled the second.",
)
def _():
    return buffered(zero_first=False)


@habit_case(
    "gradients that add up from call to call, as copies",
    wrong={"W": ALL, "b": ALL},
    causes={"accumulated", *TOO_LARGE},
    why="What was returned first does not change, but what comes next does.",
)
def _():
    def copies(layer, W, b):
        return [g.copy() for g in layer.gradient(W, b)]

    return buffered(False, copies)


@habit_case(
    "gradients that are in the same arrays each time",
    why="Set to 0 first; a second call overwrites what the first returned.",
)
def _():
    return buffered(zero_first=True)


@habit_case(
    "gradients that add up in a default argument",
    wrong={"W": ALL},
    causes={"accumulated", *TOO_LARGE},
    why="The list of a default argument is made once; b comes afresh.",
)
def _():
    def forgetful():
        def gradient(layer, W, b, steps=[]):  # noqa: B006 (the bug)
            dY = 2 * (layer.X @ W + b - layer.T) / layer.T.size
            steps.append(layer.X.T @ dY)
            return sum(steps), dY.sum(axis=0)

        return gradient

    return buffered(True, forgetful())


@habit_case(
    "a gradient kept from before the last update",
    wrong=NET,
    causes={"stale"},
    why="Worked out where the parameters were before they moved on.",
)
def _():
    kwargs = net()
    before = kwargs["gradient_at"](*[p + 0.1 for p in kwargs["params"]])
    return kwargs | {"gradient_at": lambda *p: before}


@habit_case(
    "a backward pass with the states of an earlier forward pass",
    wrong={"Wx": ALL, "Wh": ALL, "b": ALL, "Wo": ALL, "c": ALL},
    causes={"stale"},
    why="Its states are those of parameters that have moved on.",
)
def _():
    kwargs = rnn()
    gradient_at = kwargs["gradient_at"]
    before = [1.1 * p for p in kwargs["params"]]
    return kwargs | {"gradient_at": lambda *p: gradient_at(*before)}


@habit_case(
    "a gradient with the transpose kept from before",
    wrong={"W1": ALL, "b1": ALL},
    causes={"stale"},
    why="W2.T was copied once, and W2 has changed since.",
)
def _():
    kwargs = net()
    gradient_at = kwargs["gradient_at"]
    W2_before = 0.5 + kwargs["params"][2]
    r = rng(30)
    X, T = r.normal(size=(16, 5)), r.normal(size=(16, 3))

    def with_old(W1, b1, W2, b2):
        H = np.tanh(X @ W1 + b1)
        dA = 2 / 16 * (H @ W2 + b2 - T) @ W2_before.T * (1 - H**2)
        return [X.T @ dA, dA.sum(axis=0), *gradient_at(W1, b1, W2, b2)[2:]]

    return kwargs | {"gradient_at": with_old}


@habit_case(
    "a gradient that is worked out only once",
    also={"wrong"},
    causes={"stale"},
    why="Right where it was first asked for, but the same everywhere else.",
)
def _():
    kwargs = net()
    gradient_at, kept = kwargs["gradient_at"], []

    def once(*params):
        if not kept:
            kept.extend(gradient_at(*params))
        return kept

    return kwargs | {"gradient_at": once}


@habit_case(
    "a loss that leaves its states for the gradient",
    also={"wrong"},
    causes={"stale", "hidden state"},
    why="Right only if the loss was last asked for at the same place.",
)
def _():
    r = rng(136)
    X, t = r.normal(size=(9, 4)), r.normal(size=9)
    left = {}

    def loss_at(w):
        left["p"] = np.tanh(X @ w)
        return np.mean((left["p"] - t) ** 2)

    def gradient_at(w):
        if not left:
            loss_at(w)
        p = left["p"]
        return X.T @ (2 / 9 * (p - t) * (1 - p**2))

    return {
        "params": r.normal(size=4),
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@habit_case(
    "a softmax that subtracts the largest logit in place",
    also={"wrong"},
    causes={"in-place"},
    why="The loss is the same after it, but the caller's array is not.",
)
def _():
    def loss_at(z):
        z -= z.max()
        return np.log(np.sum(np.exp(z))) - z[2]

    return {
        "params": np.array([0.3, 1.2, -0.4]),
        "loss_at": loss_at,
        "gradient_at": lambda z: softmax(z) - [0, 0, 1],
    }


@habit_case(
    "a gradient that takes a step",
    also={"wrong"},
    causes={"in-place"},
    why="What it returns is right, but then it changes the parameters.",
)
def _():
    kwargs = net()
    gradient_at = kwargs["gradient_at"]

    def with_step(*params):
        gradients = gradient_at(*params)
        for p, g in zip(params, gradients):
            p -= 0.1 * g
        return gradients

    return kwargs | {"gradient_at": with_step}


def squares(gradient_at):
    return {
        "params": np.array([0.5, -1.5, 2.0]),
        "loss_at": lambda w: np.sum(w**2),
        "gradient_at": gradient_at,
    }


@habit_case(
    "a gradient that is written into the parameters",
    also={"wrong"},
    causes={"in-place"},
    why="w *= 2 is the gradient of the sum of squares, and no longer w.",
)
def _():
    def in_place(w):
        w *= 2
        return w

    return squares(in_place)


@habit_case(
    "a gradient that is the parameter itself",
    why="Of w²/2 it is w, without a copy.",
)
def _():
    return squares(lambda w: w) | {"loss_at": lambda w: 0.5 * np.sum(w**2)}


@habit_case(
    "a gradient that is a view of the parameter, of twice its loss",
    wrong={ALONE: ALL},
    causes={*TOO_SMALL, "forgotten term"},
    why="w[:] for 2 w, of which it is just as well a half as short of w.",
)
def _():
    return squares(lambda w: w[:])


# Ways to hand over parameters, losses and gradients

form_case = partial(case, kind="forms")


@form_case("0-d arrays", why="d sin(a) b² / da = cos(a) b², and so on.")
def _():
    return {
        "params": [np.array(0.7), np.array(-0.2)],
        "names": ["a", "b"],
        "loss_at": lambda a, b: np.array(np.sin(a) * b**2),
        "gradient_at": lambda a, b: [
            np.array(np.cos(a) * b**2),
            np.array(2 * np.sin(a) * b),
        ],
    }


@form_case(
    "0-d arrays, one of them wrong",
    wrong={"b": ALL},
    causes=TOO_SMALL,
    why="The 2 of the square is missing.",
)
def _():
    return {
        "params": [np.array(0.7), np.array(-0.2)],
        "names": ["a", "b"],
        "loss_at": lambda a, b: np.array(np.sin(a) * b**2),
        "gradient_at": lambda a, b: [np.cos(a) * b**2, np.sin(a) * b],
    }


@form_case("a loss of shape (1,)", why="One number, in an array.")
def _():
    x = np.array([[0.4, -1.0, 2.0]])
    return {
        "params": np.array([0.1, 0.2, 0.3]),
        "loss_at": lambda w: np.tanh(x @ w),
        "gradient_at": lambda w: x[0] / np.cosh(x @ w) ** 2,
    }


@form_case("one array of whole numbers", why="2 w, for w of type int.")
def _():
    return squares(lambda w: 2 * w) | {"params": np.array([1, -2, 3])}


@form_case(
    "one array of whole numbers, with the wrong sign",
    wrong={ALONE: ALL},
    causes={"sign", "forgotten term"},
    why="-2 w, which is also 4 w too little.",
)
def _():
    return squares(lambda w: -2 * w) | {"params": np.array([1, -2, 3])}


def layers(change=lambda g: g):
    """Dicts in a list in a dict, and a number among the arrays."""
    r = rng(140)
    X, t = r.normal(size=(8, 3)), r.normal(size=8)

    def forward(p):
        H = [X]
        for layer in p["layers"]:
            H.append(np.tanh(H[-1] @ layer["W"] + layer["b"]))
        return H

    def loss_at(p):
        return np.mean((p["gain"] * forward(p)[-1].sum(axis=1) - t) ** 2)

    def gradient_at(p):
        H = forward(p)
        e = 2 / 8 * (p["gain"] * H[-1].sum(axis=1) - t)
        g = np.outer(p["gain"] * e, np.ones(H[-1].shape[1]))
        found = []
        for layer, before, after in zip(
            p["layers"][::-1], H[-2::-1], H[:0:-1]
        ):
            g = g * (1 - after**2)
            found.insert(0, {"W": before.T @ g, "b": g.sum(axis=0)})
            g = g @ layer["W"].T
        return change({"layers": found, "gain": e @ H[-1].sum(axis=1)})

    return {
        "params": {
            "layers": [
                {"W": r.normal(size=(3, 4)), "b": r.normal(size=4)},
                {"W": r.normal(size=(4, 2)), "b": r.normal(size=2)},
            ],
            "gain": 0.8,
        },
        "loss_at": loss_at,
        "gradient_at": gradient_at,
    }


@form_case("layers in a list of dicts", why="The same structure comes back.")
def _():
    return layers()


@form_case(
    "layers in a list of dicts, one bias left at 0",
    wrong={"layers.0.b": ALL},
    causes={"nothing arrives"},
    why="The first layer never gets its bias.",
)
def _():
    def forget(g):
        first, second = g["layers"]
        return g | {"layers": [first | {"b": np.zeros(4)}, second]}

    return layers(forget)


@form_case(
    "layers in a list of dicts, the gradient with its keys in another order",
    why="A key names its gradient, wherever it stands.",
)
def _():
    return layers(
        lambda g: {
            "gain": g["gain"],
            "layers": [{"b": k["b"], "W": k["W"]} for k in g["layers"]],
        }
    )


class Layer:
    """Parameters that belong to an object."""

    def __init__(self):
        r = rng(141)
        self.W, self.b = r.normal(size=(4, 3)), r.normal(size=3)
        self.X, self.T = r.normal(size=(9, 4)), r.normal(size=(9, 3))
        self.dW, self.db = np.zeros((4, 3)), np.zeros(3)

    def loss(self):
        self.Y = np.tanh(self.X @ self.W + self.b)
        return np.mean((self.Y - self.T) ** 2)

    def gradient(self):
        self.loss()
        dY = 2 * (self.Y - self.T) / self.T.size * (1 - self.Y**2)
        return [self.X.T @ dY, dY.sum(axis=0)]

    def backward(self):
        """Without a forward pass of its own, into its own arrays."""
        dY = 2 * (self.Y - self.T) / self.T.size * (1 - self.Y**2)
        self.dW += self.X.T @ dY
        self.db += dY.sum(axis=0)
        return [self.dW, self.db]


def live(gradient=Layer.gradient):
    layer = Layer()
    layer.loss()
    return {
        "live": [layer.W, layer.b],
        "names": ["W", "b"],
        "loss_at": layer.loss,
        "gradient_at": partial(gradient, layer),
    }


@form_case("the arrays of an object", why="Changed in place by the check.")
def _():
    return live()


@form_case(
    "the arrays of an object in a dict",
    why="The gradient has the same keys.",
)
def _():
    layer = Layer()
    return {
        "live": {"W": layer.W, "b": layer.b},
        "loss_at": layer.loss,
        "gradient_at": lambda: dict(zip("Wb", layer.gradient())),
    }


@form_case(
    "the arrays of an object, negative",
    wrong={"W": ALL, "b": ALL},
    causes={"sign"},
    why="-1 times the gradient.",
)
def _():
    return every(live(), negative)


@form_case(
    "the arrays of an object that takes a step",
    also={"wrong"},
    causes={"in-place"},
    why="The gradient is right, and the object has moved on.",
)
def _():
    def with_step(layer):
        gradients = layer.gradient()
        layer.W -= 0.1 * gradients[0]
        layer.b -= 0.1 * gradients[1]
        return gradients

    return live(with_step)


@form_case(
    "the arrays of an object that replaces them",
    wrong={"W": ALL, "b": ALL},
    truth="wrong",
    also={"undecided"},
    causes={"independent", "hidden state", "stale"},
    why="W was copied when the object was trained; the loss uses the copy.",
)
def _():
    kwargs = live()
    layer = kwargs["gradient_at"].args[0]
    layer.W, layer.b = layer.W - 0.0, layer.b - 0.0
    return kwargs


@form_case(
    "the arrays of an object that adds its gradients up",
    wrong={"W": ALL, "b": ALL},
    causes={"accumulated", *TOO_LARGE},
    why="Nobody sets dW and db to 0.",
)
def _():
    return live(Layer.backward)


def in_one(kwargs, *, more=(), flat=False):
    """Loss and gradient from one function, as most tutorials have it."""
    loss_at, gradient_at = kwargs.pop("loss_at"), kwargs.pop("gradient_at")

    def both(*params):
        g = gradient_at(*params)
        return (loss_at(*params), *(g if flat else [g]), *more)

    return kwargs | {"loss_at": both}


@form_case("(loss, gradients)", why="One function for both.")
def _():
    return in_one(net())


@form_case("(loss, gradient, more)", why="One array, and the states after it.")
def _():
    return in_one(sixty(), more=[np.zeros((4, 3))])


@form_case(
    "(loss, dWx, dWh, db, dWo, dc, hidden)",
    why="One gradient per parameter, and the last state.",
)
def _():
    return in_one(rnn(), flat=True, more=[np.zeros((4, 5))])


@form_case(
    "(loss, dWx, dWh, db, dWo, dc, hidden), without the last step",
    wrong=RECURRENT,
    causes={"nothing sent back in time"},
    why="Each step only hears from its own output.",
)
def _():
    return in_one(rnn(bug="not sent"), flat=True, more=[np.zeros((4, 5))])


@form_case(
    "(loss, dict of gradients)",
    wrong={"W1": ALL},
    causes={"sign"},
    why="W1 has the wrong sign.",
)
def _():
    return in_one(as_dict(but(net(), W1=negative)))


@form_case(
    "(loss, one number)",
    why="One parameter that is a number, and its derivative.",
)
def _():
    return {
        "params": [0.4],
        "names": ["w"],
        "loss_at": lambda w: (w**3 - w, 3 * w**2 - 1),
    }


@form_case(
    "columns first, and read-only",
    why="Neither the order in memory nor a lock changes a number.",
)
def _():
    kwargs = rnn()
    params = [np.asfortranarray(p) for p in kwargs["params"]]
    for p in params:
        p.flags.writeable = False
    return kwargs | {"params": params}


@form_case(
    "a part of a larger array",
    wrong={"Wh": ALL},
    why="Every other row and column of it, and h[k] for h[k-1].",
)
def _():
    kwargs = rnn(bug="h[k]")
    Wx, Wh, *rest = kwargs["params"]
    wide = np.zeros((10, 10))
    wide[::2, ::2] = Wh
    return kwargs | {"params": [Wx, wide[::2, ::2], *rest]}


@form_case(
    "a parameter without entries",
    why="A layer of width 0 has nothing that could be wrong.",
)
def _():
    kwargs = net()
    loss_at, gradient_at = kwargs["loss_at"], kwargs["gradient_at"]
    return {
        "params": [*kwargs["params"], np.zeros((0, 3))],
        "names": [*kwargs["names"], "empty"],
        "loss_at": lambda *p: loss_at(*p[:4]),
        "gradient_at": lambda *p: [*gradient_at(*p[:4]), np.zeros((0, 3))],
    }

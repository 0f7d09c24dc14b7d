"""The decorators of lessons: consistent messages, a fixed memory layout, and nothing lost."""

import inspect
import warnings

import numpy as np
import pytest

from rnn_by_hand import fan, gated, model, scan, vector_rnn
from rnn_by_hand.checks import Choices
from rnn_by_hand.exercises.nonlinear import late_fading
from rnn_by_hand.gradient_check import numerical_gradient
from rnn_by_hand.optimizers import descend, gradient_descent, rprop
from rnn_by_hand.surface import Surface

X, t = model.make_dataset(4, 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda value: model.forward_states(value, 1, 1),
        lambda value: model.loss([1], value),
        lambda value: vector_rnn.loss(value, np.ones((1, 1, 1))),
        lambda value: scan.linear_states(value, [1]),
        lambda value: Surface(X, value),
        lambda value: descend(gradient_descent, None, value, 1),
        lambda value: numerical_gradient(lambda w: w, [value]),
        lambda value: numerical_gradient(lambda w: value, [1.0]),
    ],
)
def test_anything_that_is_not_a_number_gets_the_same_message(call):
    for value, kind in (("one", "str"), (None, "object")):
        message = rf" is {value!r}; it must hold numbers, not {kind} values$"
        with pytest.raises(TypeError, match=message):
            call(value)


def test_an_answer_that_is_not_a_number_gets_that_message_too():
    assert "is 'W'; it must hold numbers, not str" in late_fading("W").why


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 1, 3)])
def test_a_whole_time_step_is_stored_together(shape):
    weights = np.full(shape, 0.8), np.full(shape, 0.9)
    for same_X in (X, np.ascontiguousarray(X)):
        S = model.forward_states(same_X, *weights)
        grad_out = model.output_gradient(S[..., -1], t)
        _, grad_over_time = model.backward_gradient(
            same_X, S, grad_out, weights[1]
        )
        for array in (S, grad_over_time):
            assert array.flags.f_contiguous
    assert X.flags.f_contiguous


def test_arguments_can_be_named_and_are_counted():
    by_name = model.loss(t=t, y=t + 1)
    assert by_name == model.loss(t + 1, t=t) == model.loss(t + 1, t) == 1
    for args in ((t,), (t, t, t)):
        with pytest.raises(TypeError, match="argument"):
            model.loss(*args)
    with pytest.raises(TypeError, match="argument"):
        vector_rnn.loss(t)
    with pytest.raises(TypeError, match="argument"):
        model.forward_states(X, [1, 2], 1, 1)


def test_overflow_is_not_taken_for_bad_data():
    """The outputs are finite, but their squares and the sum of those are not."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        S = model.forward_states(1e200 * X, 1, 1)
        assert model.loss(S[:, -1], t) == np.inf
    assert np.isfinite(S).all()


def test_a_mismatch_says_what_it_should_match():
    S = model.forward_states(X, 1, [1, 2])
    loss, backward = model.loss, model.backward_gradient
    y = S[..., -1]
    cases = [
        (loss, (t[1:], t), "end in (n_samples,) = (4,), to go with t"),
        (
            backward,
            (X, S[:, 1:], y, 1),
            "end in (n_samples, n_steps + 1) = (4, 4), to go with X",
        ),
        (
            backward,
            (X, S, t, 1),
            "be (..., n_samples) = (2, 4), to go with S and X",
        ),
        (
            backward,
            (X, S, y, [1, 2, 3]),
            "be a number or a grid of the same shape as that of S, (2,)",
        ),
    ]
    for function, args, message in cases:
        with pytest.raises(ValueError, match="it must ") as caught:
            function(*args)
        assert str(caught.value).endswith(f"; it must {message}")


def test_an_unknown_choice_lists_the_known_ones():
    choices = Choices("colour", {"red": 1, "blue": 2})
    assert choices["red"] == 1
    with pytest.raises(ValueError, match=r"^colour is 'x'; .* red, blue$"):
        choices["x"]


# ------------------------------------------------------------------ each argument by its name

X3, T3 = np.ones((3, 4, 2)), np.ones((3, 4, 1))
PARAMS = vector_rnn.initial_params(2, 5, 1, np.random.default_rng(0))
GATED = {
    n_gates: gated.initial_gated_params(
        2, 5, 1, n_gates, np.random.default_rng(0)
    )
    for n_gates in (3, 4)
}
S3 = np.ones((3, 5, 5))
LESSONS = [
    (model.forward_states, {"X": X, "wx": 1.0, "wRec": 1.0}),
    (model.loss, {"y": t, "t": t}),
    (model.output_gradient, {"y": t, "t": t}),
    (
        model.backward_gradient,
        {"X": X, "S": np.ones((4, 4)), "grad_out": t, "wRec": 1.0},
    ),
    (fan.fan_gradients, {"X": X, "t": t, "wx": 1.0, "wRec": 1.0}),
    (fan.fan_bptt, {"X": X, "t": t, "wx": 1.0, "wRec": 1.0}),
    (vector_rnn.forward_states, {"X": X3, "params": PARAMS}),
    (vector_rnn.outputs, {"S": S3, "params": PARAMS}),
    (vector_rnn.loss, {"Y": T3, "T": T3}),
    (vector_rnn.output_gradient, {"Y": T3, "T": T3}),
    (
        vector_rnn.backward_gradient,
        {"X": X3, "S": S3, "grad_out": T3, "params": PARAMS},
    ),
    (gated.gru_states, {"X": X3, "params": GATED[3]}),
    (
        gated.gru_gradient,
        {"X": X3, "S": S3, "grad_out": T3, "params": GATED[3]},
    ),
    (gated.lstm_states, {"X": X3, "params": GATED[4]}),
    (
        gated.lstm_gradient,
        {"X": X3, "S": S3, "C": S3, "grad_out": T3, "params": GATED[4]},
    ),
]
# Numbers for names: those of the functions are among what is tested.
each_lesson = pytest.mark.parametrize(
    ("lesson", "arguments"), LESSONS, ids=range(len(LESSONS))
)
#: What a shape must be, as the documentation of each function has it.
SMALL = {
    "X": "(n_samples, n_steps)",
    "t": "(n_samples,)",
    "S": "(n_samples, n_steps + 1)",
    "y": "(n_samples,)",
    "grad_out": "(n_samples,)",
}
LARGE = {
    "X": "(n_samples, n_steps, n_inputs)",
    "S": "(n_samples, n_steps + 1, n_states)",
    "C": "(n_samples, n_steps + 1, n_states)",
    "grad_out": "(n_samples, n_steps, n_outputs)",
    "T": "(n_samples, n_steps, n_outputs)",
    "Y": "(n_samples, n_steps, n_outputs)",
    "Wy": "(n_states, n_outputs)",
    "by": "(n_outputs,)",
    "b": "(n_states,)",
}
PLAIN = {"Wx": "(n_inputs, n_states)", "WRec": "(n_states, n_states)"}
GROUPED = {
    "Wx": "(n_inputs, n_gates * n_states)",
    "WRec": "(n_states, n_gates * n_states)",
    "bx": "(n_gates * n_states,)",
    "bRec": "(n_gates * n_states,)",
}


def each_array(lesson, arguments):
    """Every array of a call by its name, with a way to put another one in its place."""
    for name, value in arguments.items():
        if name != "params":
            yield name, lambda v, n=name: lesson(**arguments | {n: v})
            continue
        # What reads the outputs needs no others.
        fields = (
            ("Wy", "by") if lesson is vector_rnn.outputs else value._fields
        )
        for field in fields:
            yield (
                field,
                lambda v, f=field, p=value: lesson(
                    **arguments | {"params": p._replace(**{f: v})}
                ),
            )


@each_lesson
def test_every_array_of_every_lesson_is_named_with_its_axes(lesson, arguments):
    lesson(**arguments)
    small = lesson.__module__ in (model.__name__, fan.__name__)
    grouped = lesson.__module__ == gated.__name__
    axes = SMALL if small else LARGE | (GROUPED if grouped else PLAIN)
    for name, call in each_array(lesson, arguments):
        with pytest.raises(TypeError) as refused:
            call("words")
        assert str(refused.value).startswith(f"{name} is 'words'; it must")
        if name in ("wx", "wRec"):
            continue
        with pytest.raises(ValueError, match="; it must ") as refused:
            call(np.ones((1, 1, 1, 1)) if not small else np.ones(()))
        was, must = str(refused.value).split("; it must ")
        assert was.startswith(f"{name} has shape ")
        assert (
            must.removeprefix("end in ")
            .removeprefix("be ")
            .startswith(axes[name])
        )


@each_lesson
@pytest.mark.parametrize("special", [np.nan, -np.inf])
def test_data_of_every_lesson_must_be_finite(lesson, arguments, special):
    for name in {"X", "t", "T"} & {*arguments}:
        spoiled = np.array(arguments[name])
        last = tuple(n - 1 for n in spoiled.shape)
        spoiled[last] = special
        with pytest.raises(ValueError, match="every value must be") as refused:
            lesson(**arguments | {name: spoiled})
        where = f"{name}[{', '.join(map(str, last))}] is {special}"
        assert str(refused.value).startswith(where)


@each_lesson
def test_a_lesson_keeps_its_name_and_what_it_says(lesson, arguments):
    """Chapters show its source, and the site its documentation."""
    inside = inspect.unwrap(lesson)
    assert inside is not lesson
    assert lesson.__name__ == inside.__name__ != "with_checks"
    assert {*arguments} <= {*inspect.signature(lesson).parameters}
    assert "Parameters\n" in lesson.__doc__


@pytest.mark.parametrize("name", ["n_samples", "len_sequence"])
def test_the_size_of_a_data_set_is_named(name):
    with pytest.raises(ValueError, match=f"^{name} is 0; it must be at least"):
        model.make_dataset(**{name: 0})


def test_a_start_in_single_precision_is_followed_in_double():
    start = np.float32(0.3), np.float32(0.7)
    surface = Surface(X, t)
    np.testing.assert_array_equal(
        descend(rprop, surface, *start, n_steps=20),
        descend(rprop, surface, *map(float, start), n_steps=20),
    )


def test_a_setting_that_is_needed_cannot_be_none():
    with pytest.raises(TypeError, match=r"^rate is None; it must be a real"):
        descend(gradient_descent, Surface(X, t), 1, 1, rate=None)


def test_however_data_are_stored_the_states_of_vectors_are_stored_alike():
    for lesson, params in [
        (vector_rnn.forward_states, PARAMS),
        (gated.gru_states, GATED[3]),
    ]:
        usual, other = (
            lesson(array, params) for array in (X3, np.asfortranarray(X3))
        )
        np.testing.assert_array_equal(usual, other)
        assert usual.strides == other.strides


def test_a_grid_may_be_empty_and_data_may_not():
    assert model.forward_states(X, [], []).shape == (0, 4, 4)
    with pytest.raises(ValueError, match=r"^X is empty"):
        model.forward_states(np.ones((4, 0)), [], [])


def test_a_complex_loss_is_returned_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert model.loss(t + 2j, t) == -4

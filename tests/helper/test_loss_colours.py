"""The colours of the maps: even to the eye, in grey and without cones, and the same everywhere."""

import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from rnn_by_hand.display import PALETTE, figure_html
from rnn_by_hand.explorables.script import FOLDER
from rnn_by_hand.figures import draw_descent, draw_fates, draw_loss_surface
from rnn_by_hand.loss_colours import (
    DARK,
    LEVELS,
    LIGHT,
    LOSS_SCALE,
    STYLED,
    fate_image,
    hillshade,
    oklab,
    srgb,
    tone,
)
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import decided, descend, fates, rprop
from rnn_by_hand.surface import Surface

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# What an eye sees that lacks one kind of cone, in linear red, green and blue: Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE
# Transactions on Visualization and Computer Graphics 15 (6), 2009, severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
SEEN = pytest.mark.parametrize("eye", EYES.values(), ids=EYES)


def linear(colours):
    """Convert colours to the light that a screen emits."""
    parts = np.array([[*bytes.fromhex(colour[1:])] for colour in colours])
    parts = parts / 255
    return np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )


def seen(colours, eye):
    """Convert colours to OKLab as such an eye sees them."""
    light = np.clip(linear(colours) @ np.array(eye).T, 0, 1)
    parts = np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    )
    return oklab(["#" + bytes(np.uint8(255 * p + 0.5)).hex() for p in parts])


def scale(theme):
    return [theme[f"loss-{i}"] for i in range(len(LEVELS))]


def apart(lab):
    return np.linalg.norm(np.diff(lab, axis=0), axis=1)


@THEMES
def test_the_scale_takes_equal_steps_of_lightness_and_colour(theme):
    lab = oklab(scale(theme))
    steps = apart(lab)
    assert steps.min() > 0.97 * steps.mean()
    assert steps.max() < 1.03 * steps.mean()
    falls = np.diff(lab[:, 0]) * (1 if theme is LIGHT else -1)
    assert falls.min() > 0.08
    assert np.ptp(lab[:, 0]) > 0.7


@SEEN
@THEMES
def test_levels_differ_for_every_eye(theme, eye):
    lab = seen(scale(theme), eye)
    assert apart(lab).min() > 0.08
    falls = np.diff(lab[:, 0]) * (1 if theme is LIGHT else -1)
    assert falls.min() > 0.075


@THEMES
def test_levels_differ_in_grey_print(theme):
    luminance = linear(scale(theme)) @ [0.2126, 0.7152, 0.0722]
    lightness = np.cbrt(luminance)
    falls = np.diff(lightness) * (1 if theme is LIGHT else -1)
    assert falls.min() > 0.075


def test_most_of_the_scale_is_where_the_ravine_is():
    levels = np.array(LEVELS)
    assert np.mean((levels >= -3) & (levels <= 3)) > 0.85
    assert np.all(np.diff(levels) > 0)


@SEEN
@THEMES
def test_fates_differ_for_every_eye(theme, eye):
    """Soon or late, two fates are apart; where only some eyes see it, one has dots or stripes."""
    ends = {
        0: ["fate-arrived", "fate-arrived-late"],
        1: ["fate-underway"],
        2: ["fate-wrong"],
        3: ["fate-blown", "fate-blown-late"],
    }
    for one, other in itertools.combinations(ends, 2):
        pairs = itertools.product(ends[one], ends[other])
        for pair in pairs:
            (distance,) = apart(seen([theme[name] for name in pair], eye))
            marked = {one, other} & {1, 2}
            assert distance > (0.05 if marked else 0.12), pair


@pytest.mark.parametrize("mark", ["ink", "gradient", "wx", "wrec", "state"])
@THEMES
def test_a_mark_or_its_casing_stands_out_from_every_tone(theme, mark):
    for ground in scale(theme):
        distances = [
            apart(oklab([theme[name], ground]))[0] for name in (mark, "paper")
        ]
        assert max(distances) > 0.25
        assert min(np.sum(distances), 1) > 0.3


def test_pages_and_python_know_the_same_colours():
    script = (FOLDER / "lib" / "loss-colours.js").read_text("utf8")
    block = re.search(r"LOSS_COLOURS = \[(.*?)\]", script, re.DOTALL)[1]
    assert re.findall("#[0-9a-f]{6}", block) == LOSS_SCALE
    levels = re.search(r"LEVELS = \[(.*?)\]", script)[1]
    assert_array_equal([float(x) for x in levels.split(",")], LEVELS)
    script = (FOLDER / "lib" / "fate-map.js").read_text("utf8")
    named = re.findall(r'"(fate-[a-z-]+)", "(#[0-9a-f]{6})"', script)
    assert len(named) == 8
    assert dict(named) == {
        name: colour
        for name, colour in LIGHT.items()
        if name.startswith("fate-")
    }


def test_both_themes_define_the_same_names():
    assert LIGHT.keys() == DARK.keys()
    assert PALETTE.keys() == {
        *("x", "state", "target", "gradient", "wx", "wrec"),
        *("ink", "faint", "paper"),
    }


def test_oklab_there_and_back():
    colours = [*LIGHT.values(), "#000000", "#ffffff"]
    back = ["#" + bytes(part).hex() for part in srgb(oklab(colours))]
    assert back == colours
    assert_allclose(oklab(["#ffffff"]), [[1, 0, 0]], atol=1e-6)


def test_tones_are_mixed_between_the_colours_of_the_scale():
    assert [tone(level) for level in LEVELS] == LOSS_SCALE
    assert [tone(-5), tone(20)] == [LOSS_SCALE[0], LOSS_SCALE[-1]]
    between = tone(0.25)
    low, middle, high = oklab([tone(0), between, tone(0.5)])
    assert_allclose(middle, (low + high) / 2, atol=0.003)
    assert STYLED[between] == (
        f"color-mix(in oklab, var(--rnn-loss-2, {tone(0)}), "
        f"var(--rnn-loss-3, {tone(0.5)}) 50%)"
    )


def test_light_comes_from_the_upper_left():
    ramp = np.tile(np.arange(30.0), (30, 1))
    for heights, white in (
        (ramp, True),
        (-ramp, False),
        (ramp.T, False),
        (-ramp.T, True),
    ):
        image = hillshade(heights)
        assert (image[..., 0] == white).all()
        assert image[..., 3].min() > 0.1
    assert not hillshade(np.ones((9, 9)))[..., 3].any()


def test_what_is_decided_sooner_is_more_extreme():
    grid = np.zeros((2, 2), dtype=int)
    for fate, deeper in ((0, True), (3, False)):
        soon, late = (
            fate_image(grid + fate, grid + k)[0, 0] for k in (15, 300)
        )
        assert (soon.sum() < late.sum()) == deeper
    # The others have no such step, but dots and stripes.
    for fate in (1, 2):
        image = fate_image(np.full((8, 8), fate), np.full((8, 8), 500))
        assert len(np.unique(image.reshape(-1, 3), axis=0)) == 2


def test_figures_of_maps_follow_the_theme():
    surface = Surface(*make_dataset())
    html = figure_html(draw_loss_surface(surface, 1, 0.5, (-3, 3) * 2), "A")
    assert html.count("color-mix(in oklab, var(--rnn-loss-") >= 8
    # Every colour is a variable, apart from what a variable falls back to.
    bare = re.sub(
        r"var\(--rnn-[\w-]+, (#\w{6}|[\w-]+|var\([^)]*\))\)", "", html
    )
    assert not set(re.findall(r"#[0-9a-f]{6}\b", bare)) - {"#000000"}
    grid = np.meshgrid(*[np.linspace(-3, 3, 9)] * 2)
    path = descend(rprop, surface, *grid, 0.01, 60)
    fate, steps = fates(surface, *path[-1]), decided(surface, path)
    one = descend(rprop, surface, 1, 0.5, 0.01, 60)
    for figure, n_maps in (
        (draw_fates({"a": fate, "b": fate}, {"a": steps, "b": steps}), 2),
        (draw_descent(surface, one, fate, (-3, 3, -3, 3), steps), 1),
        (draw_fates({"a": fate}), 1),
    ):
        html = figure_html(figure, "B")
        for theme in ("light", "dark"):
            assert html.count(f'class="in-{theme}"') >= n_maps


def test_shares_may_come_from_another_grid():
    fate = np.zeros((41, 41), dtype=int)
    figure = draw_fates({"a": fate}, shares={"a": [0.12, 0.88, 0, 0]})
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "12%" in texts
    assert "100%" not in texts

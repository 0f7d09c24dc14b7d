"""The colours of the maps: of a loss, and of what becomes of a start.

They stand in ``palette.css``, once for light pages and once for dark ones. Between two of them colours
are mixed in OKLab, a space in which distances are what the eye sees; see Björn Ottosson,
"A perceptual color space for image processing", https://bottosson.github.io/posts/oklab, 2020.
"""

import re
from pathlib import Path

import numpy as np

__all__ = [
    "DARK",
    "LEVELS",
    "LIGHT",
    "LOSS_SCALE",
    "STYLED",
    "fate_image",
    "hillshade",
    "oklab",
    "srgb",
    "tone",
]

#: The logarithm, base 10, of the loss at each colour of the scale; as in loss-colours.js.
LEVELS = (-3, -1.5, 0, 0.5, 1, 1.5, 2, 3, 10)

_LIGHT, _DARK = (
    dict(re.findall(r"--rnn-([\w-]+): (#[0-9a-f]{6})", block))
    for block in (Path(__file__).parent / "palette.css")
    .read_text()
    .split("}")[:2]
)

#: All colours of palette.css by name, on a light and on a dark background.
LIGHT, DARK = _LIGHT, _DARK

#: The colours of the loss on a light background, deep to high.
LOSS_SCALE = [LIGHT[f"loss-{i}"] for i in range(len(LEVELS))]

#: What a page writes in place of a colour of the maps, so that it follows the theme.
STYLED = {
    colour: f"var(--rnn-{name}, {colour})"
    for name, colour in LIGHT.items()
    if name.startswith(("loss-", "fate-"))
}

# From linear light to the responses of the eye, and from their cube roots to
# lightness, green to red, and blue to yellow.
_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_OPPONENTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)

#: What becomes of a start in the order of `rnn_by_hand.optimizers.FATES`: the colours if it is
#: decided at once, and if late.
_FATE_ENDS = (
    ("fate-arrived", "fate-arrived-late"),
    ("fate-underway", "fate-underway"),
    ("fate-wrong", "fate-wrong"),
    ("fate-blown", "fate-blown-late"),
)


def oklab(colours):
    """Convert colours to OKLab.

    Parameters
    ----------
    colours : sequence of str
        Such as ``"#101646"``.

    Returns
    -------
    ndarray, shape (n, 3)
        Lightness from 0 to 1, green to red, and blue to yellow.
    """
    parts = np.array([[*bytes.fromhex(colour[1:])] for colour in colours])
    parts = parts / 255
    linear = np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )
    return np.cbrt(linear @ _CONES.T) @ _OPPONENTS.T


def srgb(lab):
    """Convert colours from OKLab to the red, green and blue of a screen.

    Parameters
    ----------
    lab : ndarray, shape (..., 3)
        The colours in OKLab.

    Returns
    -------
    ndarray of uint8, shape (..., 3)
        Each part from 0 to 255; what a screen cannot show is clipped.
    """
    responses = (np.asarray(lab) @ np.linalg.inv(_OPPONENTS).T) ** 3
    linear = np.clip(responses @ np.linalg.inv(_CONES).T, 0, 1)
    parts = np.where(
        linear <= 0.0031308,
        12.92 * linear,
        1.055 * linear ** (1 / 2.4) - 0.055,
    )
    return np.round(255 * parts).astype(np.uint8)


def tone(level):
    """Mix the colour of a loss.

    Parameters
    ----------
    level : float
        The logarithm of the loss, base 10.

    Returns
    -------
    str
        The colour on a light background. `STYLED` knows what to write in its place.
    """
    place = np.interp(level, LEVELS, range(len(LEVELS)))
    i = min(int(place), len(LEVELS) - 2)
    share = round(100 * (place - i))
    low, high = oklab(LOSS_SCALE[i : i + 2])
    colour = "#" + bytes(srgb(low + share / 100 * (high - low))).hex()
    if 0 < share < 100:
        ends = ", ".join(STYLED[c] for c in LOSS_SCALE[i : i + 2])
        STYLED[colour] = f"color-mix(in oklab, {ends} {share}%)"
    return colour


def hillshade(heights):
    """Light heights from the upper left, as an image that darkens and brightens what is below it.

    Parameters
    ----------
    heights : ndarray, shape (n, n)
        The logarithms of the loss, in rows of increasing wx.

    Returns
    -------
    ndarray, shape (n, n, 4)
        Red, green, blue and opacity: white where a slope faces the light, black where it does not.
    """
    up, across = np.gradient(heights)
    # A slope of one power of ten over the whole map looks this steep.
    steep = 0.12 * len(heights)
    slope = steep * np.hypot(up, across)
    light = steep * (across - up) / np.sqrt(2) / np.sqrt(1 + slope**2)
    image = np.zeros((*heights.shape, 4))
    image[..., :3] = (light > 0)[..., np.newaxis]
    image[..., 3] = 0.22 * np.abs(light)
    return image


def fate_image(fates, steps, colours=None):
    """Colour what becomes of starts: by fate, and the sooner it is decided the more extreme.

    Those on the way are dotted and those in the wrong valley striped, for eyes and printers that
    do not distinguish the colours.

    Parameters
    ----------
    fates : ndarray of int, shape (n, n)
        What becomes of each start, in the order of `rnn_by_hand.optimizers.FATES`.
    steps : ndarray of int, shape (n, n)
        The step from which each fate holds, up to 500.
    colours : dict of str to str
        `LIGHT`, which is the default, or `DARK`.

    Returns
    -------
    ndarray of uint8, shape (n, n, 3)
        Red, green and blue.
    """
    colours = colours or LIGHT
    late = np.log1p(steps) / np.log1p(500)
    late = np.where(fates == 0, (late - 0.3) / 0.7, (late - 0.1) / 0.75)
    late = late.clip(0, 1)[..., np.newaxis]
    ends = [[colours[name] for name in pair] for pair in _FATE_ENDS]
    soon, last = (oklab(side)[fates] for side in zip(*ends))
    lab = soon + late * (last - soon)
    row, column = np.indices(fates.shape)
    dotted = (fates == 1) & (row % 3 == 0) & (column % 3 == 0)
    striped = (fates == 2) & ((row + column) % 4 == 0)
    marked = np.where(lab[..., 0] < 0.62, 0.12, -0.12)
    lab[..., 0] += np.where(dotted | striped, marked, 0)
    return srgb(lab)

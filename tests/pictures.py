"""Reference pictures: small, without words, and compared a few pixels at a time.

How a letter looks, and how an edge is smoothed, differs between versions of a browser or of a
font. So words are hidden before a picture is taken, and what is compared are means over squares of
four by four pixels.
"""

from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parent / "pictures"
#: How far the mean of a square may be off, of 255. A point that moved by two pixels is at twice it.
TOLERANCE = 20


def halved(pixels):
    """Take the mean of each square of two by two pixels."""
    height, width = (size // 2 * 2 for size in pixels.shape[:2])
    squares = pixels[:height, :width].reshape(height // 2, 2, width // 2, 2, 3)
    return squares.mean(axis=(1, 3))


def assert_looks_like(name, pixels, anew, report):
    """Fail unless a picture looks like the one that is stored, or store it.

    Parameters
    ----------
    name : str
        The name of the file, without its end.
    pixels : ndarray of uint8, shape (height, width, 3)
        The picture.
    anew : bool
        Whether to store it.
    report : pathlib.Path
        The folder for what was drawn, if it looks different.
    """
    file, small = FOLDER / f"{name}.png", halved(pixels).round()
    if anew:
        FOLDER.mkdir(exist_ok=True)
        Image.fromarray(small.astype(np.uint8)).save(file, optimize=True)
        return
    with Image.open(file) as image:
        stored = np.asarray(image.convert("RGB"), dtype=float)
    assert small.shape == stored.shape, f"{name} has another size"
    off = np.abs(halved(small) - halved(stored)).max(axis=-1)
    if off.max() > TOLERANCE:
        there = np.unravel_index(off.argmax(), off.shape)
        drawn = report / f"{name}.png"
        Image.fromarray(small.astype(np.uint8)).save(drawn)
        raise AssertionError(
            f"{drawn} does not look like {file}: {(off > TOLERANCE).sum()} squares differ, most of "
            f"all that at {4 * there[1]} px across and {4 * there[0]} down, by {off.max():.0f}"
        )

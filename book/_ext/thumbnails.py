"""Draw every figure a second time, small and without words, for the walls of figure_index.py.

A thumbnail is a file of its own, which a page loads when the reader gets close. It has both sets of
colours: the page says, by `color-scheme`, which of them an image uses.
"""

import re
from base64 import b64decode, b64encode
from io import BytesIO

from contents import ROOT
from PIL import Image

PALETTE = (ROOT / "src/rnn_by_hand/palette.css").read_text(encoding="utf8")
LIGHT, DARK, *_ = re.findall(
    r"(?s)\{(.*?)\}", re.sub(r"(?s)/\*.*?\*/|\n *", "", PALETTE)
)
STYLE = (
    f"<style>:root{{{LIGHT}color:var(--rnn-ink)}}.in-dark{{display:none}}"
    f"@media(prefers-color-scheme:dark){{:root{{{DARK}}}"
    ".in-light{display:none}.in-dark{display:inline}}</style>"
)
SPACE = 6
PIXELS = 160
# Matplotlib writes a text as a group of outlines, turned upside down.
TEXT = re.compile(
    r'<g (?:style="[^"]*" )?transform="[^"]*scale\([\d.]+ -[\d.]+\)">\s*'
    r"(?:<defs>.*?</defs>\s*)?(?:<(?:use|rect|path)[^>]*/>\s*)*</g>",
    re.DOTALL,
)


def thumbnail(svg):
    """Give the SVG of a figure as a file: cropped, and without words."""
    svg = re.sub(r' role="img"| aria-label="[^"]*"', "", svg, count=2)
    svg = re.sub(
        r' (?:d|x|y|transform)="[^"]*"',
        lambda place: re.sub(
            r"-?\d+\.\d+", lambda n: f"{float(n[0]):.1f}", place[0]
        ),
        TEXT.sub("", svg),
    )
    svg = re.sub(r"\s+", " ", svg).replace("> <", "><")
    svg = re.sub(r"data:image/png;base64,([^\"]*)", small_image, svg)
    left, top, width, height = crop(svg)
    svg = re.sub(
        r'(<svg[^>]*?) width="[^"]*" height="[^"]*" viewBox="[^"]*"',
        rf'\1 width="{width}" height="{height}" viewBox="{left} {top} {width} {height}"',
        svg,
        count=1,
    )
    return svg.replace(">", f">{STYLE}", 1)


def small_image(found):
    """Give an image in a figure as large, and with as many colours, as a thumbnail shows."""
    image = Image.open(BytesIO(b64decode(found[1]))).convert("RGBA")
    image.thumbnail((PIXELS, PIXELS))
    image = image.quantize(64, dither=Image.Dither.NONE)
    file = BytesIO()
    image.save(file, "png", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def crop(svg):
    """Give the left, top, width and height of what a figure draws, with some space around it."""
    x0, y0, width, height = map(
        float, re.search(r'viewBox="([^"]*)"', svg)[1].split()
    )
    drawn = re.sub(r"<defs>.*?</defs>", "", svg)
    if "<image" in drawn:  # it fills most of its figure
        return x0, y0, width, height
    places = []
    for tag, attributes in re.findall(r"<(path|use) ([^>]*)>", drawn):
        if "fill: none" in attributes and "stroke: " not in attributes:
            continue  # the invisible frame of the figure, or of its axes
        at = dict(re.findall(r'\b(d|x|y)="([^"]*)"', attributes))
        if tag == "use":
            places.append((float(at["x"]), float(at["y"])))
        else:
            numbers = re.findall(r"-?[\d.]+", at.get("d", ""))
            numbers = [float(number) for number in numbers]
            places += zip(numbers[::2], numbers[1::2], strict=False)
    xs, ys = zip(*places, strict=True)
    left, right = max(x0, min(xs) - SPACE), min(x0 + width, max(xs) + SPACE)
    top, bottom = max(y0, min(ys) - SPACE), min(y0 + height, max(ys) + SPACE)
    return [round(n, 1) for n in (left, top, right - left, bottom - top)]


def path_of(page, anchor):
    """Give the path of a thumbnail on the site."""
    return f"_images/{page.rpartition('/')[2]}-{anchor}.svg"


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    (app.outdir / "_images").mkdir(exist_ok=True)
    for page, figures in app.env.rnn_figures.items():
        for figure in figures:
            file = app.outdir / path_of(page, figure.anchor)
            file.write_text(figure.thumbnail, encoding="utf8")


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

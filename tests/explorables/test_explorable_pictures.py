"""Each explorable looks as it did; `pictures.py` says how that is compared."""

from io import BytesIO

import numpy as np
import pytest
from in_page import COME_TO_REST, FRAME, wait_until
from pictures import assert_looks_like
from PIL import Image
from settings import everyone, linked, start

from rnn_by_hand.explorables import Bptt

# The picture alone, its corner on a whole pixel, without words and without the handles, which move by
# themselves; test_grips.py says where those are.
ALONE = """async ({ shadowRoot }) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        .stage text, .stage .grip { visibility: hidden !important; }
        .stage, .stage * { -webkit-text-fill-color: transparent !important; transition: none !important; }
        .stage { background: var(--paper, white); }
    `);
    shadowRoot.adoptedStyleSheets.push(sheet);
    const stage = shadowRoot.querySelector(".stage");
    const { width, height } = stage.getBoundingClientRect();
    Object.assign(stage.style, {
        position: "fixed", left: 0, top: 0, zIndex: 9999,
        width: `${Math.round(width)}px`, height: `${Math.round(height)}px`,
    });
}"""
# The tones of a map may take several frames.
PAINTED = """({ shadowRoot }) => [...shadowRoot.querySelectorAll("canvas")]
    .filter((canvas) => canvas.width && canvas.checkVisibility({ visibilityProperty: true }))
    .every((canvas) => canvas.ariaBusy !== "true" && canvas.getContext("2d")
        .getImageData(canvas.width >> 1, canvas.height - 1, 1, 1).data[3])"""


@everyone
def test_an_explorable_looks_as_it_did(show, kind, request, tmp_path):
    # The other setting of Bptt has gradients.
    shown = (linked if kind is Bptt else start)(kind)
    element = show(shown, width=760, reduced_motion="reduce")
    page = element.page
    element.evaluate(ALONE)
    page.evaluate(f"{FRAME}.then(() => {FRAME})")
    page.evaluate(COME_TO_REST)
    wait_until(page, PAINTED, arg=element.element_handle())
    shot = element.locator(".stage").screenshot()
    pixels = np.asarray(Image.open(BytesIO(shot)).convert("RGB"))
    assert_looks_like(
        kind.tag, pixels, request.config.getoption("draw_anew"), tmp_path
    )


def test_a_point_that_moved_is_seen(tmp_path):
    """By two pixels, in a picture that is stored."""
    paper = np.full((40, 40, 3), 255, np.uint8)
    y, x = np.indices((40, 40))
    pictures = []
    for across in (19, 21):
        pictures.append(paper.copy())
        pictures[-1][np.hypot(x - across, y - 19) < 6] = (214, 94, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pictures.FOLDER", tmp_path)
        assert_looks_like("point", pictures[0], True, tmp_path)
        assert_looks_like("point", pictures[0], False, tmp_path)
        with pytest.raises(AssertionError, match="does not look like"):
            assert_looks_like("point", pictures[1], False, tmp_path)

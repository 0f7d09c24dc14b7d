"""The explorables in Firefox."""

import base64
import json

import pytest
from in_page import LOOK, assert_same
from settings import CASES, everyone, extremes

from rnn_by_hand.explorables import EXPLORABLES

#: Until the first painting, the sliders do not yet show the setting.
PAINTED = """async (tag) => {
    document.querySelector(tag).scrollIntoView();
    await customElements.whenDefined(tag);
    const { shadowRoot } = document.querySelector(tag);
    while (!shadowRoot.querySelector("[type=range][aria-valuetext]"))
        await new Promise(requestAnimationFrame);
    return true;
}"""


@pytest.fixture(scope="module")
def opened(firefox, site):
    firefox.open(f"{site}book/explorables.html")
    for kind in EXPLORABLES:
        firefox.run(f"({PAINTED})({json.dumps(kind.tag)})")
    return firefox


@pytest.fixture
def gallery(opened):
    """Open the page with every explorable on it, each at its initial setting."""
    for kind in EXPLORABLES:
        opened.run(f"document.querySelector('{kind.tag}').reset()")
    yield opened
    assert list(opened.troubles()) == []


@everyone
def test_keys_move_a_slider(gallery, kind):
    element = f"document.querySelector('{kind.tag}')"
    setting = gallery.run(f"{element}.setting")
    gallery.run(f"void {element}.scrollIntoView()")
    name = CASES[kind].slider
    gallery.run(f"void {element}.shadowRoot.querySelector('#{name}').focus()")
    gallery.press("\ue012", "\ue012", "\ue014")  # left, left, right
    gallery.run("new Promise(requestAnimationFrame)")
    explorable = kind(**setting)
    setattr(explorable, name, gallery.run(f"{element}.{name}"))
    shown = gallery.run(f"{element}.readout")
    assert_same(shown, json.loads(json.dumps(explorable.readout)))
    spoken = gallery.run(
        f"{element}.shadowRoot.querySelector('.spoken').textContent"
    )
    assert spoken.startswith(f"{name} is ")


@everyone
def test_a_finger_moves_a_slider(gallery, kind):
    element = f"document.querySelector('{kind.tag}')"
    name = CASES[kind].slider
    handle = f"{element}.shadowRoot.querySelector('#{name}')"
    before = gallery.run(f"{element}.{name}")
    gallery.run(
        f"void {handle}.scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    )
    box = gallery.run(f"{handle}.getBoundingClientRect()")
    gallery.run(
        f"void {handle}.addEventListener('pointerdown', (event) => {{ window.kind = event.pointerType; }})"
    )
    # The centre of the handle travels from 9 px inside the left end to 9 px inside the right.
    x = box["x"] + 9 + (box["width"] - 18) * 0.95
    gallery.tap(x, box["y"] + box["height"] / 2)
    assert gallery.run("window.kind") == "touch"
    assert gallery.run(f"{element}.{name}") > before


@pytest.mark.parametrize("zoom", [0.5, 2])
def test_a_handle_stays_under_the_mouse_on_an_enlarged_page(gallery, zoom):
    """Firefox and Chromium agree on what CSS zoom does to a place on the screen."""
    surface = "document.querySelector('rnn-loss-surface')"
    handle = f"{surface}.shadowRoot.querySelector('.handle')"
    gallery.run(f"void ({surface}.style.zoom = {zoom})")
    for _ in range(3):
        gallery.run("new Promise(requestAnimationFrame)")
    gallery.run(
        f"void {handle}.scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    )
    before = middle(gallery, handle)
    wanted = [before[0] - 20 * zoom, before[1] - 12 * zoom]
    gallery.drag(before, wanted)
    gallery.run("new Promise(requestAnimationFrame)")
    after = middle(gallery, handle)
    gallery.run(f"void {surface}.style.removeProperty('zoom')")
    # The pointer is on whole pixels, and the mark on hundredths of a weight.
    assert after == pytest.approx(wanted, abs=1 + zoom)


def middle(gallery, node):
    box = gallery.run(f"{node}.getBoundingClientRect()")
    return [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]


@everyone
def test_an_enlarged_page_is_legible_in_firefox(gallery, kind):
    """At 200% a window of 1280 pixels is laid out as 640, with two device pixels for each."""
    element = f"document.querySelector('{kind.tag}')"
    settings = json.dumps(list(extremes(kind))[::5])
    # Everything is laid out, not only what is near the screen; otherwise elements would still move.
    gallery.run(
        "void document.head.insertAdjacentHTML('beforeend',"
        " '<style>article * { content-visibility: visible !important }</style>')"
    )
    try:
        gallery(
            "browsingContext.setViewport",
            context=gallery.tab,
            viewport={"width": 640, "height": 1000},
            devicePixelRatio=2,
        )
        frame = "new Promise(requestAnimationFrame)"
        gallery.run(f"{frame}.then(() => {frame})")
        assert gallery.run("[innerWidth, devicePixelRatio]") == [640, 2]
        assert gallery.run(f"({LOOK})({element}, {settings})") == []
    finally:
        gallery(
            "browsingContext.setViewport",
            context=gallery.tab,
            viewport=None,
            devicePixelRatio=None,
        )


def test_prints(gallery):
    printed = gallery("browsingContext.print", context=gallery.tab)
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF-")
    # The figures are vector graphics, not bitmaps.
    assert len(pdf) > 100_000

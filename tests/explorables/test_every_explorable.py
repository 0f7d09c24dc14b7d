"""What every explorable owes its reader, whatever it shows: on any screen, by keys, in print."""

import pytest
from in_page import (
    COME_TO_REST,
    FRAME,
    assert_legible,
    assert_reachable,
    assert_same,
    button,
    change,
    readout,
    slider,
    wait_until,
)
from playwright.sync_api import expect
from settings import extremes

from rnn_by_hand.explorables import (
    Bptt,
    Descent,
    GradientCheck,
    LossSurface,
    States,
    Unrolled,
)

#: Each with a link and what the link leads to.
EVERYONE = [
    (
        States(wx=1, wRec=0.9),
        "#states:wx=-1.25,wRec=0.3,x=0100000001",
        States(-1.25, 0.3, "0100000001"),
    ),
    (
        Unrolled(wRec=0.9, k=3),
        "#unrolled:wRec=-0.5,n=30,k=29",
        Unrolled(1, -0.5, 30, 29),
    ),
    (
        LossSurface(wx=1.2, wRec=0.7),
        "#loss-surface:wx=1,wRec=0.98,zoom=4",
        LossSurface(1, 0.98, 4),
    ),
    (
        Bptt(wRec=0.9),
        "#bptt:wRec=-0.5,x=1111100000,step=15",
        Bptt(1, -0.5, "1111100000", 15),
    ),
    (
        GradientCheck(wx=0.8, wRec=0.9),
        "#gradient-check:wx=0.3,wRec=0.8,eps=0.01,difference=forward,bug=mystery%203",
        GradientCheck(0.3, 0.8, 0.01, "forward", bug="mystery 3"),
    ),
    (
        Descent(),
        "#descent:wx=1,wRec=-2,rate=0.02,optimizer=clipped%20descent,"
        "steps=40,show=fates",
        Descent(1, -2, 0.02, "clipped descent", 40, "fates"),
    ),
]
everyone = pytest.mark.parametrize(
    "explorable", [each for each, *_ in EVERYONE], ids=lambda each: each.tag
)
links = pytest.mark.parametrize(
    ("explorable", "link", "linked"),
    EVERYONE,
    ids=[each.tag for each, *_ in EVERYONE],
)


@everyone
def test_every_width_is_legible(show, explorable):
    """Every setting where there is the least room; some at all widths.

    Also just before and behind those at which a side bar goes or a layout changes.
    """
    element = show(explorable)
    settings = list(extremes(explorable.tag))
    resize(element, 320)
    assert_legible(element, settings)
    resize(element, 390)
    assert_legible(element, settings[::5])
    for width in (450, 560, 600, 760, 900, 950, 1150, 1280):
        resize(element, width)
        assert_legible(element, settings[::23])


@everyone
def test_an_enlarged_page_is_legible(show, explorable):
    """A page of 1280 pixels at 200 % is laid out as 640, with two dots for each."""
    element = show(explorable, width=1280, device_scale_factor=2)
    resize(element, 640)
    assert_legible(element, list(extremes(explorable.tag))[::11])


@everyone
def test_larger_letters_stay_legible(show, explorable):
    """Some readers enlarge the text alone."""
    element = show(explorable)
    element.evaluate(
        "() => { document.documentElement.style.fontSize = '200%'; }"
    )
    for width in (1280, 640, 320):
        resize(element, width)
        assert_legible(element, list(extremes(explorable.tag))[::9])


def resize(element, width):
    """Change the width of the page, and wait until the explorable has seen it."""
    element.page.set_viewport_size({"width": width, "height": 1000})
    wait_until(element.page, "width => innerWidth === width", arg=width)
    # Where a side bar goes, the theme lets it glide.
    element.page.evaluate(FRAME)
    element.page.evaluate(COME_TO_REST)
    element.page.evaluate(f"{FRAME}.then(() => {FRAME})")


@pytest.mark.parametrize("width", [1280, 320])
@everyone
def test_keys_and_fingers_reach_every_control(show, explorable, width):
    assert_reachable(show(explorable, width=width))


@everyone
def test_sliders_say_their_names_and_values(show, explorable):
    element = show(explorable)
    for handle in element.get_by_role("slider").all():
        name = handle.get_attribute("id")
        for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
            handle.press(key)
        change(element)  # until the last is painted
        label = element.locator(f"label[for={name}]").text_content()
        expect(handle).to_have_accessible_name(label)
        assert label.startswith(f"{name} ")
        value = element.locator(f"output[for={name}]").text_content()
        expect(handle).to_have_attribute("aria-valuetext", value)
        expect(element.locator(".spoken")).to_contain_text(
            f"{name} is {value}: "
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
@everyone
def test_texts_stand_out_from_what_is_behind(show, explorable, theme):
    element = show(explorable)
    contrasts = element.evaluate(CONTRASTS, theme)
    assert len(contrasts) > 20
    assert min(contrasts)[0] >= 4.5, min(contrasts)


CONTRASTS = """async (element, theme) => {
    document.documentElement.dataset.theme = theme;
    await new Promise(requestAnimationFrame);
    const page = getComputedStyle(document.body).backgroundColor;
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const mix = (...colours) => {
        for (const [colour, opacity] of colours) {
            canvas.globalAlpha = opacity;
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const luminance = (rgb) => rgb.map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    return [...element.shadowRoot.querySelectorAll(".live *")]
        .filter((node) => node.checkVisibility())
        .filter((node) => [...node.childNodes].some(({ data }) => data?.trim()))
        .map((node) => {
            let opacity = 1;
            let behind = page;
            for (let at = node; at.parentElement; at = at.parentElement) {
                const style = getComputedStyle(at);
                if (behind === page && !/, 0\\)/.test(style.backgroundColor)) behind = style.backgroundColor;
                opacity *= style.opacity;
            }
            const { color, fill } = getComputedStyle(node);
            const paper = mix([page, 1], [behind, 1]);
            const ink = mix([node.ownerSVGElement ? fill : color, opacity]);
            const [low, high] = [luminance(ink), luminance(paper)].sort((a, b) => a - b);
            return [(high + 0.05) / (low + 0.05), node.textContent, `${ink} on ${paper}`];
        });
}"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@everyone
def test_nothing_moves_by_itself(show, explorable, motion):
    element = show(explorable, reduced_motion=motion)
    moves = element.evaluate(
        """async (element) => {
            // What is painted first is no move.
            await new Promise(requestAnimationFrame);
            const moves = [];
            new MutationObserver((all) => moves.push(...all.map(({ target }) => target.outerHTML)))
                .observe(element.shadowRoot, { subtree: true, childList: true, attributes: true });
            for (let i = 0; i < 20; i++) await new Promise(requestAnimationFrame);
            return [...moves, ...element.shadowRoot.getAnimations().map(String)];
        }"""
    )
    assert not moves


@everyone
def test_print_shows_the_figure(show, explorable):
    element = show(explorable)
    expect(element.locator("figure")).to_be_hidden()
    expect(element.locator(".live")).to_be_visible()
    element.page.emulate_media(media="print")
    expect(element.locator("figure > svg")).to_be_visible()
    expect(element.locator("figcaption")).to_be_visible()
    expect(element.locator(".live")).to_be_hidden()
    expect(element.get_by_role("slider")).to_have_count(0)


@links
def test_a_link_restores_the_setting(show, explorable, link, linked):
    element = show(explorable, link)
    assert_same(readout(element), linked.readout)
    button(element, "Reset").click()
    assert_same(readout(element), explorable.readout)


@links
def test_a_link_in_the_open_page_does_too(show, explorable, link, linked):
    element = show(explorable)
    element.evaluate("(_, link) => { location.hash = link; }", link)
    wRec = linked.readout["wRec"]
    expect(slider(element, "wRec")).to_have_value(f"{wRec:g}")
    assert_same(readout(element), linked.readout)


@everyone
def test_a_frame_is_painted_once_and_nothing_is_left_behind(show, explorable):
    """However many events, one painting; and after ten thousand no more nodes and memory."""
    element = show(explorable)
    page = element.page
    session = page.context.new_cdp_session(page)

    def events(count):
        painted, frames, nodes = element.evaluate(EVENTS, count)
        session.send("HeapProfiler.collectGarbage")
        listeners = session.send("Memory.getDOMCounters")["jsEventListeners"]
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        assert painted == frames
        return nodes, listeners, heap

    *before, heap = events(2000)
    *after, later = events(10_000)
    session.detach()
    assert after == before
    # Half a megabyte of caches and compiled code may come and go; fifty bytes
    # kept per event would be as much.
    assert later - heap < 500_000


# Moves every slider and menu through its range; a frame comes when 50 events have passed.
EVENTS = """async (element, count) => {
    const { requestAnimationFrame, cancelAnimationFrame } = window;
    // Until a frame that it has asked for has come, an explorable asks for no other.
    await new Promise(requestAnimationFrame);
    const inputs = [...element.shadowRoot.querySelectorAll("input, select")]
        .filter((input) => input.checkVisibility());
    let waiting = [];
    window.requestAnimationFrame = (paint) => waiting.push(paint);
    window.cancelAnimationFrame = (handle) => { delete waiting[handle - 1]; };
    let painted = 0;
    let frames = 0;
    element.paint = () => {
        painted++;
        Object.getPrototypeOf(element).paint.call(element);
    };
    for (let i = 0; i < count; i++) {
        const input = inputs[i % inputs.length];
        if (input.options) {
            input.selectedIndex = Math.floor(i / 50) % input.options.length;
        } else {
            const [low, high] = [Number(input.min), Number(input.max)];
            input.value = String(low + (high - low) * ((i % 601) / 600));
        }
        input.dispatchEvent(new Event("input"));
        if (i % 50 === 49) {
            const due = waiting;
            waiting = [];
            due.forEach((paint) => paint(performance.now()));
            frames++;
        }
    }
    delete element.paint;
    Object.assign(window, { requestAnimationFrame, cancelAnimationFrame });
    return [painted, frames, element.shadowRoot.querySelectorAll("*").length];
}"""

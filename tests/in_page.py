"""Put an explorable on a page of the built site, set it, and look at what it draws."""

import re

import numpy as np
from playwright.sync_api import expect

FIGURES = {}
SOME_TEXT = re.compile(".")
TEXTS = "svg text, dt, dd, .equation > span, .slider label, .slider output"


def html_of(explorable):
    """Write an explorable as Python does, with one static figure for all settings of its kind.

    Drawing a figure takes a second, and what is tested here covers it up.
    """
    if explorable.tag not in FIGURES:
        FIGURES[explorable.tag] = explorable._fallback()
    explorable._fallback = lambda: FIGURES[explorable.tag]
    return explorable._html()


def place(page, site, explorable, fragment=""):
    """Put an explorable, as Python writes it, on the blank page of the site."""
    page.goto(site + "blank.html" + fragment)
    page.evaluate(
        """([html, script]) => {
            document.querySelector("article").innerHTML = `<p>Above.</p>${html}<p>Below.</p>`;
            return import(script);
        }""",
        [html_of(explorable), f"{site}_static/{explorable.tag}.js"],
    )
    element = page.locator(explorable.tag)
    expect(element.get_by_role("img").first).to_have_attribute(
        "aria-label", SOME_TEXT
    )
    return element


def readouts(element, settings):
    """Give what the element reads out at each setting, without painting."""
    return element.evaluate(
        """(element, settings) => settings.map((setting) => {
            Object.assign(element, setting);
            return element.readout;
        })""",
        settings,
    )


def assert_same(shown, python, rtol=1e-12):
    """Fail if the two readouts do not say the same, to the last digits of their numbers."""
    assert shown.keys() == python.keys()
    for name, value in python.items():
        if value is None or isinstance(value, str):
            assert shown[name] == value, name
            continue
        # A large whole number comes from the page as an int that NumPy knows no type for.
        numbers = np.asarray(shown[name], dtype=float)
        np.testing.assert_allclose(numbers, value, rtol=rtol, err_msg=name)


def change(element, **setting):
    """Change the setting as a program does, and wait until it is painted."""
    element.evaluate(
        """(element, setting) => {
            Object.assign(element, setting);
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        setting,
    )


def slider(element, name):
    return element.get_by_role("slider", name=name)


def assert_legible(element, settings):
    """Fail if at any setting a text is small, cut off or on another one, or is no text."""
    faults = element.evaluate(LOOK, [settings, TEXTS])
    assert not faults, faults[:5]


# Nobody watches, so a frame need not wait for the screen.
LOOK = """async (element, [settings, texts]) => {
    window.requestAnimationFrame = (paint) => {
        queueMicrotask(() => paint(performance.now()));
        return 1;
    };
    const faults = [];
    const host = element.getBoundingClientRect();
    for (const setting of settings) {
        Object.assign(element, setting);
        await null;
        const fault = (...what) => faults.push([JSON.stringify(setting), ...what]);
        const drawn = element.shadowRoot.querySelector(".live").outerHTML;
        const mistake = /NaN|undefined|Infinity|null/.exec(drawn);
        if (mistake) fault(mistake[0]);
        const boxes = [...element.shadowRoot.querySelectorAll(texts)]
            .filter((node) => node.checkVisibility({ visibilityProperty: true }))
            .map((node) => [node.textContent, node.getBoundingClientRect(), node])
            .filter(([, box]) => box.width);
        if (boxes.length < 20) fault("hardly a word");
        boxes.forEach(([text, box, node], i) => {
            if (parseFloat(getComputedStyle(node).fontSize) < 12) fault("small", text);
            if (box.left < host.left - 1 || box.right > host.right + 1) fault("cut off", text);
            for (const [other, { left, right, top, bottom }] of boxes.slice(i + 1)) {
                const across = Math.min(box.right, right) - Math.max(box.left, left);
                // Boxes of text are taller than what is printed in them.
                const along = Math.min(box.bottom, bottom) - Math.max(box.top, top) - 3;
                if (across > 1 && along > 1) fault("overlap", text, other);
            }
        });
    }
    return faults;
}"""


def assert_reachable(element):
    """Fail if a control is too small to touch, has no name, or shows no focus."""
    for target in element.locator("button, input").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        target.focus()
        expect(target).to_be_focused()
        expect(target).to_have_accessible_name(SOME_TEXT)
        outline = target.evaluate(
            "target => parseFloat(getComputedStyle(target).outlineWidth)"
        )
        assert outline >= 2


def move_through(element, name, low, high):
    """Move a slider through its range; give how many nodes there were before and after."""
    return element.evaluate(
        """async (element, [name, low, high]) => {
            const input = element.shadowRoot.querySelector(`#${name}`);
            const nodes = () => element.shadowRoot.querySelectorAll("*").length;
            const before = nodes();
            for (let i = 0; i <= 100; i++) {
                input.value = String(low + (high - low) * i / 100);
                input.dispatchEvent(new Event("input"));
                await new Promise(requestAnimationFrame);
            }
            return [before, nodes()];
        }""",
        [name, low, high],
    )

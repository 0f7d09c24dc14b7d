"""Put an explorable on a page of the built site, change its settings, and check what it draws."""

import re
from base64 import b64decode

import numpy as np
from playwright.sync_api import expect

FIGURES = {}
SOME_TEXT = re.compile(".")
CONTROLS = "button, input, select, .grip"
PHONE = {"width": 390, "height": 800, "has_touch": True, "is_mobile": True}
FRAME = "new Promise(requestAnimationFrame)"
#: Finishes all animations; the end of one may start another.
COME_TO_REST = """() => {
    for (let all; (all = document.getAnimations()).length; ) all.forEach((one) => one.finish());
}"""


def html_of(explorable):
    """Return the HTML that Python writes, with one static figure for all explorables of a kind.

    Drawing a figure takes a second, and the live element under test hides it anyway. Handwritten
    HTML is returned unchanged.
    """
    if isinstance(explorable, str):
        return explorable
    if explorable.tag not in FIGURES:
        FIGURES[explorable.tag] = explorable.static()
    explorable.static = lambda: FIGURES[explorable.tag]
    return explorable.element()


def place(page, site, explorable, fragment=""):
    """Put an explorable, or HTML with some, on the blank page of the site, and return the first."""
    html = html_of(explorable)
    tags = list(dict.fromkeys(re.findall(r"<(rnn-[a-z-]+)", html)))
    page.goto(site + "blank.html")
    page.evaluate(
        """([html, scripts, fragment]) => {
            history.replaceState(null, "", fragment);
            document.querySelector("article").innerHTML = `<p>Above.</p>${html}<p>Below.</p>`;
            return Promise.all(scripts.map((script) => import(script)));
        }""",
        [html, [f"{site}_static/{tag}.js" for tag in tags], fragment],
    )
    element = page.locator(tags[0])
    expect(element.first.get_by_role("img").first).to_have_attribute(
        "aria-label", SOME_TEXT
    )
    return element


def set_theme(element, theme):
    """Change the colours of the page, and wait until the maps of an explorable are told to follow.

    The end of a transition tells them, which comes a frame or two later.
    """
    element.evaluate(
        f"""async ({{ shadowRoot }}, theme) => {{
            document.documentElement.dataset.theme = theme;
            const told = [...shadowRoot.querySelectorAll("canvas")]
                .filter((canvas) => canvas.getAnimations().length)
                .map((canvas) => new Promise((resolve) => {{ canvas.addEventListener("transitionend", resolve); }}));
            await Promise.all(told);
            await {FRAME};
        }}""",
        theme,
    )


def wait_until(page, condition, arg=None):
    """Wait until a JavaScript function returns a true value.

    Playwright's `wait_for_function` evaluates a string in the page, which its security policy
    forbids.
    """
    page.evaluate(
        f"""(arg) => new Promise((resolve, reject) => {{
            setTimeout(reject, 30_000, new Error("the condition never became true"));
            const look = () => ({condition})(arg) ? resolve() : requestAnimationFrame(look);
            look();
        }})""",
        arg,
    )


def scroll_to(locator):
    """Scroll to an element, and wait until it stays.

    What comes near the screen gets its height only then. If the page moves while a button of the mouse
    is down, there is no click.
    """
    locator.scroll_into_view_if_needed()
    locator.evaluate(
        f"""async (node) => {{
            for (let before, same = 0; same < 3; ) {{
                const {{ top }} = node.getBoundingClientRect();
                same = top === before ? same + 1 : 0;
                before = top;
                await {FRAME};
            }}
        }}"""
    )


def wait_for_explorables(page):
    """Wait until every explorable on a page is running, and its exercises and self-test.

    Their scripts are requested after the page has loaded: leaving earlier aborts the request, which
    counts as a failure. On a page with many, they are requested when the reader scrolls there.
    """
    page.evaluate(
        """async () => {
            const all = [...document.querySelectorAll("article *")]
                .filter((node) => node.localName.startsWith("rnn-") && node.checkVisibility());
            const many = new Set(all.map(({ localName }) => localName)).size > 4;
            for (const node of all) {
                if (many) node.scrollIntoView({ block: "center", behavior: "instant" });
                while (!node.readout) await new Promise(requestAnimationFrame);
            }
            if (many) scrollTo({ top: 0, behavior: "instant" });
        }"""
    )
    wait_for_answers(page)


def wait_for_answers(page):
    """Wait until every exercise on a page has its fields, and the self-test its choices."""
    wait_until(
        page,
        "() => [...document.querySelectorAll('book-exercise')].every((one) => one.role)"
        " && (!document.querySelector('#test-yourself') || document.querySelector('.choice'))",
    )


def pixels(element, canvas="canvas"):
    """Return the red, green, blue and alpha of a canvas in an explorable, in rows from the top."""
    side, data = element.evaluate(
        """({ shadowRoot }, selector) => {
            const canvas = shadowRoot.querySelector(selector);
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return [canvas.width, btoa(Array.from(data, (part) => String.fromCharCode(part)).join(""))];
        }""",
        canvas,
    )
    return np.frombuffer(b64decode(data), np.uint8).reshape(-1, side, 4)


def readout(element):
    return element.evaluate("element => element.readout")


def readouts(element, settings):
    """Return the element's readout at each setting, without waiting for it to paint."""
    return element.evaluate(
        """(element, settings) => settings.map((setting) => {
            Object.assign(element, setting);
            return element.readout;
        })""",
        settings,
    )


def assert_same(shown, python, rtol=1e-12):
    """Fail unless two readouts agree, apart from the last digits of their numbers."""
    assert shown.keys() == python.keys()
    for name, value in python.items():
        if value is None or isinstance(value, str):
            assert shown[name] == value, name
            continue
        # A large integer from the page may not fit into any NumPy integer type.
        numbers = np.asarray(shown[name], dtype=float)
        np.testing.assert_allclose(numbers, value, rtol=rtol, err_msg=name)


def change(element, **setting):
    """Change the setting from a script, and wait until it is painted."""
    element.evaluate(
        f"(element, setting) => {{ Object.assign(element, setting); return {FRAME}; }}",
        setting,
    )


def slider(element, name):
    """Return the slider below the picture, not the handle in it."""
    return element.locator(f"input[type=range]#{name}")


def field(element, name):
    """Return the field in which the value of a slider is shown and can be typed."""
    return element.locator(f".slider.{name.lower()} .value")


def button(element, name):
    return element.get_by_role("button", name=name, exact=True)


def bit(element, k):
    return element.get_by_role("button", name=f"input {k},")


def swipe(element, start, end):
    """Swipe a finger across the screen."""
    session = element.page.context.new_cdp_session(element.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [{"x": x, "y": y} for x, y in points],
            },
        )

    touch("touchStart", start)
    for share in np.linspace(0, 1, 9)[1:]:
        touch(
            "touchMove",
            tuple((1 - share) * np.array(start) + share * np.array(end)),
        )
    touch("touchEnd")


def centre(locator):
    """Find the middle of an element on the screen."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def count_changes(element):
    """Start counting how often the page is told of a change."""
    element.page.evaluate(
        """() => {
            window.changes = 0;
            document.addEventListener("rnn-change", () => window.changes++);
        }"""
    )


def bits(text):
    return [int(bit) for bit in text]


def count_announcements(element):
    """Start counting announcements to screen readers in the page."""
    element.evaluate(
        """element => {
            window.announced = 0;
            const status = element.shadowRoot.querySelector(".spoken");
            new MutationObserver(() => window.announced++).observe(status, { childList: true });
        }"""
    )


def assert_legible(element, settings):
    """Fail if, at any setting, a text is too small, cut off, empty or overlaps another."""
    faults = element.evaluate(LOOK, settings)
    assert not faults, faults[:5]


# Frames run immediately, without waiting for the screen.
LOOK = """async (element, settings) => {
    const { requestAnimationFrame } = window;
    // An explorable does not request another frame while one is pending.
    await new Promise(requestAnimationFrame);
    window.requestAnimationFrame = (paint) => {
        queueMicrotask(() => paint(performance.now()));
        return 1;
    };
    const faults = [];
    const live = element.shadowRoot.querySelector(".live");
    // A browser may include the halo in the box of a text.
    const bare = document.createElement("style");
    bare.textContent = "text { stroke: none !important }";
    element.shadowRoot.append(bare);
    const boxOf = (node) => {
        const all = node.getBoundingClientRect();
        if (!all.width || node.matches("button, select, text")) return all;
        // The text may be narrower than its element, or overflow it.
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
    };
    for (const setting of settings) {
        Object.assign(element, setting);
        await null;
        const fault = (...what) => faults.push([JSON.stringify(setting), ...what]);
        const mistake = /NaN|undefined|Infinity|null/.exec(live.outerHTML);
        if (mistake) fault(mistake[0]);
        const host = element.getBoundingClientRect();
        const boxes = [...live.querySelectorAll(
            "svg text, p:not(.equation), dt, dd, .equation > span, label, output, .tools button, select")]
            .filter((node) => node.checkVisibility({ visibilityProperty: true }))
            .map((node) => [node.textContent.trim(), boxOf(node), node])
            .filter(([, box]) => box.width);
        if (boxes.length < 20) fault("hardly any text");
        const { scrollWidth, clientWidth } = document.documentElement;
        if (scrollWidth > clientWidth) fault("wider than the page");
        boxes.forEach(([text, box, node], i) => {
            if (!text) fault("empty", node.outerHTML);
            if (parseFloat(getComputedStyle(node).fontSize) < 12) fault("small", text);
            if (box.left < host.left - 1 || box.right > host.right + 1) fault("cut off", text);
            for (const [other, { left, right, top, bottom }] of boxes.slice(i + 1)) {
                const across = Math.min(box.right, right) - Math.max(box.left, left);
                // The box of a text is taller than its characters.
                const along = Math.min(box.bottom, bottom) - Math.max(box.top, top) - 3;
                if (across > 1 && along > 1) fault("overlap", text, other, across, along);
            }
        });
    }
    bare.remove();
    window.requestAnimationFrame = requestAnimationFrame;
    return faults;
}"""


def assert_reachable(element):
    """Fail if a control is too small to touch, has no name, or cannot be reached visibly by keyboard."""
    targets = element.locator(CONTROLS).filter(visible=True)
    for target in targets.all():
        expect(target).to_have_accessible_name(SOME_TEXT)
        box = target.bounding_box()
        # Boxes that a transform has placed lose digits in single precision.
        assert round(min(box["width"], box["height"]), 3) >= 24
    element.evaluate(
        """element => {
            const before = element.previousElementSibling;
            before.tabIndex = -1;
            before.focus();
        }"""
    )
    reached, key = [], "Tab"
    while len(reached) <= 40:
        element.page.keyboard.press(key)
        focus = element.evaluate(FOCUS, CONTROLS)
        if not focus:
            break
        place, outline, is_bit, is_last = focus
        assert outline >= 2
        reached.append(place)
        # All the bits form a single tab stop.
        key = "ArrowRight" if is_bit and not is_last else "Tab"
    assert reached == list(range(targets.count()))


FOCUS = """(element, controls) => {
    const { activeElement: active } = element.shadowRoot;
    if (!active) return null;
    const all = [...element.shadowRoot.querySelectorAll(controls)].filter((node) => node.checkVisibility());
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    return [
        all.indexOf(active), outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
        active.matches(".bit"), active.matches(".bit:last-child"),
    ];
}"""


def open_trial(page, site, body, name="trial"):
    """Open a page of the book with this article, which has exercises or a self-test.

    Opening it again, or reloading it, is a new visit.
    """
    blank = page.request.get(f"{site}blank.html").text()
    start, _, rest = blank.partition("<article")
    tag, _, rest = rest.partition(">")
    html = (
        f"{start}<article{tag}>{body}</article>{rest.partition('</article>')[2]}"
        '<script type="module" src="_static/exercises.js"></script>'
    )
    html = html.replace('="_static/', '="../_static/')
    address = f"{site}book/{name}.html"
    page.route(
        address, lambda route: route.fulfill(body=html, content_type=HTML)
    )
    page.goto(address)
    wait_for_answers(page)


HTML = "text/html; charset=utf-8"


#: Where even reading `localStorage` throws.
BLOCK_STORAGE = """Object.defineProperty(window, "localStorage", {
    configurable: true, // as it is in browsers
    get() { throw new DOMException("storage is blocked", "SecurityError"); },
})"""

"""Time an explorable from the reader's input to the painted frame.

    python tests/benchmarks/bench_explorables.py

First, on a page as wide as a phone and with two pixels to a point, at a quarter of the processor's
speed: a bare slider with a number on an otherwise empty page, every explorable as `embed.html` shows
it, on an otherwise empty page as well, and the linked pair on the first page. A slider is moved 200
times, one step per frame. The time is the work of the frame, from the event to the end of painting,
without waiting for the screen. Without a graphics card an absolute time says little, so the 95th
percentile is compared with that of the bare slider, of which it should be at most four times; and no
task should take more than 50 ms. Beside it stands what a frame takes in the gallery, where the browser
goes through everything near the screen as well.

Then what a reader would write instead, `interact` with a matplotlib figure in a live JupyterLab, at
full speed: from the key press that moves the slider to the new picture, and the same of the states
explorable on its page. Both include a wait for the screen, of up to 17 ms, which is most of the time of
the explorable. So its work in a frame is compared with `interact` less the longest wait; it should be
at least fifteen times as fast.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "book" / "_tools")]

from conftest import QUIET, QuietHandler, chromium  # noqa: E402
from in_page import wait_until  # noqa: E402
from lab_server import serve_lab, write_notebook  # noqa: E402
from serve import served  # noqa: E402

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
}
TIMES_BARE = 4
LONGEST_TASK = 50
EVENTS = 200
KEYS = 20
FRAME = 1000 / 60
INTERACT = """\
import matplotlib.pyplot as plt
from ipywidgets import interact

from rnn_by_hand.model import forward_states

@interact(wx=(-3.0, 3.0, 0.01), wRec=(-3.0, 3.0, 0.01))
def show(wx=1.0, wRec=0.9):
    fig, ax = plt.subplots()
    ax.plot(forward_states([[1, 0, 1, 1, 0, 0, 1, 1, 1, 0]], wx, wRec)[0], "o-")
    plt.show()
"""

BARE = """
<main><input type="range" id="wRec" min="-3" max="3" step="0.01"><output></output></main>
<script>
    const [input, output] = document.querySelector("main").children;
    input.addEventListener("input", () =>
        requestAnimationFrame(() => { output.value = input.value; }));
</script>"""

#: The work of each frame: the event handler, then everything from the first callback to the paint;
#: and the longest task meanwhile, which a browser reports from 50 ms on.
WORK = """async ([tag, events]) => {
    const element = document.querySelector(tag);
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const root = element.shadowRoot ?? element;
    const input = root.querySelector("#wRec") ?? root.querySelector("[type=range]");
    // Where the weights have no slider, as in a map, they are moved as by a grip.
    const gripped = input.id !== "wRec" && "wRec" in element;
    const [low, high, step] = gripped ? [-3, 3, 0.01] : ["min", "max", "step"].map((name) => Number(input[name]));
    const many = Math.round((high - low) / step);
    const times = [];
    const { port1, port2 } = new MessageChannel();
    const tasks = [0];
    const watch = new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
    });
    for (let i = 0; i < events + 20; i++) {
        await new Promise(requestAnimationFrame);
        await new Promise((done) => setTimeout(done));
        if (i === 20) watch.observe({ type: "longtask" });
        let began;
        requestAnimationFrame(() => { began = performance.now(); });
        const value = low + step * Math.round(((i * 7) % 600) / 600 * many);
        if (!gripped) input.value = String(value);
        const before = performance.now();
        if (gripped) element.wRec = value;
        else input.dispatchEvent(new Event("input"));
        const handled = performance.now() - before;
        const painted = await new Promise((done) => {
            port1.onmessage = () => done(performance.now());
            requestAnimationFrame(() => port2.postMessage(0));
        });
        if (i >= 20) times.push(handled + painted - began);
    }
    await new Promise((done) => setTimeout(done, 100));
    watch.disconnect();
    return [times, Math.max(...tasks)];
}"""

#: Resolves with the time at which the output of `interact` shows a new picture.
NEXT_PICTURE = """() => {
    const old = document.querySelector(".jp-OutputArea-output img")?.src;
    window.shown = new Promise((done) => {
        const look = () => {
            const image = document.querySelector(".jp-OutputArea-output img");
            if (image && image.src !== old && image.complete) requestAnimationFrame(() => done(performance.now()));
            else requestAnimationFrame(look);
        };
        look();
    });
    window.pressed = new Promise((done) =>
        addEventListener("keydown", () => done(performance.now()), { once: true, capture: true }));
}"""

NEXT_PAINT = """() => {
    const { port1, port2 } = new MessageChannel();
    window.pressed = new Promise((done) =>
        addEventListener("keydown", () => done(performance.now()), { once: true, capture: true }));
    window.shown = new Promise((done) => {
        port1.onmessage = () => done(performance.now());
        document.querySelector("rnn-states").addEventListener("rnn-change", () =>
            requestAnimationFrame(() => port2.postMessage(0)), { once: true });
    });
}"""


def percentile_95(times):
    return statistics.quantiles(times, n=20)[-1]


def measure_frames(page, address):
    session = page.context.new_cdp_session(page)
    print(
        f"Work per frame in ms, 390 pixels wide, a quarter of the speed, {EVENTS} events"
    )
    print(
        f"{'':22} {'median':>7} {'95 %':>7} {'of bare':>8} {'longest task':>13}"
        f" {'95 % in the gallery':>20}"
    )
    page.set_content(BARE)
    bare = measure(page, session, "main")
    report("a bare slider", *bare)
    page.goto(address + "book/intro.html")
    load(page, "rnn-learning")
    load(page, "rnn-states")
    report("the linked pair", *measure(page, session, "rnn-states"), bare[0])
    page.goto(address + "book/explorables.html")
    tags = page.evaluate(
        "[...document.querySelectorAll('article *')].map(e => e.localName)"
        ".filter(name => name.startsWith('rnn-'))"
    )
    for tag in tags:
        page.goto("about:blank")
        page.goto(f"{address}embed.html#{tag.removeprefix('rnn-')}:")
        load(page, tag)
        alone = measure(page, session, tag)
        page.goto(address + "book/explorables.html")
        load(page, tag)
        report(tag, *alone, bare[0], measure(page, session, tag)[0])


def load(page, tag):
    page.locator(tag).first.scroll_into_view_if_needed()
    wait_until(page, "tag => document.querySelector(tag).readout", tag)


def measure(page, session, selector):
    """Give the work per frame: 95th percentile, median; and the longest task."""
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    times, longest = page.evaluate(WORK, [selector, EVENTS])
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return percentile_95(times), statistics.median(times), longest


def report(name, late, middle, longest, bare=None, in_gallery=None):
    ratio = late / (bare or late)
    faults = ["  too slow"] * (ratio > TIMES_BARE)
    faults += ["  too long a task"] * (longest > LONGEST_TASK)
    task = f"{longest:.0f}" if longest else "< 50"
    elsewhere = f"{in_gallery:20.1f}" if in_gallery else " " * 20
    print(
        f"{name:22} {middle:7.1f} {late:7.1f} {ratio:8.1f} {task:>13} {elsewhere}"
        + "".join(faults)
    )


def measure_keys(page, prepare):
    """Press a key repeatedly; give the median time from the key press to the change."""
    times = []
    for _ in range(KEYS):
        page.evaluate(prepare)
        page.keyboard.press("ArrowLeft")
        times.append(
            page.evaluate(
                "async () => (await window.shown) - (await window.pressed)"
            )
        )
    return statistics.median(times)


def main():
    site = ROOT / "_build" / "html"
    home = Path(tempfile.mkdtemp())
    (home / "notebooks").mkdir()
    write_notebook(home / "notebooks" / "interact.ipynb", [INTERACT])
    with (
        served(site, QuietHandler) as address,
        sync_playwright() as playwright,
        serve_lab(home) as lab,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright), args=QUIET
        )
        page = browser.new_page(**PHONE)
        measure_frames(page, address)

        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address + "book/intro.html")
        wait_until(page, "() => document.querySelector('rnn-states').readout")
        page.locator("rnn-states #wRec").focus()
        ours = measure_keys(page, NEXT_PAINT)
        times, _ = page.evaluate(WORK, ["rnn-states", EVENTS])
        work = statistics.median(times)

        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(lab.format("interact"))
        page.wait_for_function(
            "globalThis.jupyterapp?.shell.currentWidget?.sessionContext"
            "?.session?.kernel?.status === 'idle'"
        )
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        page.locator(".jp-OutputArea-output img").wait_for()
        page.locator(".widget-slider").last.get_by_role("slider").focus()
        theirs = measure_keys(page, NEXT_PICTURE)
        browser.close()
    shutil.rmtree(home, ignore_errors=True)
    print("\nFrom the key press to the picture in ms, median, at full speed")
    print(f"{'':20} {'in all':>8} {'without the wait for the screen':>33}")
    print(f"{'rnn-states':20} {ours:8.1f} {work:33.1f}")
    less = theirs - FRAME
    print(
        f"{'interact':20} {theirs:8.1f} {less:33.1f} {less / work:8.0f} times as long"
    )


if __name__ == "__main__":
    main()

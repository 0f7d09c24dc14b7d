"""The explorables in Firefox, controlled over WebDriver BiDi without a separate driver."""

import base64
import itertools
import json
import re
import shutil
import subprocess

import pytest
import websocket
from in_page import LOOK, assert_same
from settings import CASES, everyone, extremes

from rnn_by_hand.explorables import EXPLORABLES

FIREFOX = next(
    filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None
)
# Firefox would otherwise contact Mozilla's hosts for news, lists and updates.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
ARGUMENTS = ["--headless", "--no-remote", "--remote-debugging-port", "0"]
pytestmark = pytest.mark.skipif(
    FIREFOX is None, reason="there is no Firefox on the path"
)


class Session:
    """A WebDriver BiDi session with a single tab."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            f"{address}/session", suppress_origin=True, timeout=60
        )
        self.ids = itertools.count()
        self.events = []
        self("session.new", capabilities={})
        self("session.subscribe", events=["log", "network"])
        tree = self("browsingContext.getTree")
        self.tab = tree["contexts"][0]["context"]

    def __call__(self, method, **params):
        number = next(self.ids)
        self.socket.send(
            json.dumps({"id": number, "method": method, "params": params})
        )
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]
            self.events.append(message)

    def open(self, address):
        self.events.clear()
        self(
            "browsingContext.navigate",
            context=self.tab,
            url=address,
            wait="complete",
        )

    def run(self, expression):
        """Evaluate an expression, awaiting it if necessary, and return its value."""
        result = self(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab},
            awaitPromise=True,
        )
        assert result["type"] == "success", result
        return json.loads(result["result"].get("value", "null"))

    def press(self, *keys):
        actions = [
            {"type": kind, "value": key}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        self(
            "input.performActions",
            context=self.tab,
            actions=[{"type": "key", "id": "keyboard", "actions": actions}],
        )

    def tap(self, x, y):
        actions = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        finger = {
            "type": "pointer",
            "id": "finger",
            "parameters": {"pointerType": "touch"},
            "actions": actions,
        }
        self("input.performActions", context=self.tab, actions=[finger])

    def troubles(self):
        """Yield errors since the page was opened, and requests to other hosts."""
        for event in self.events:
            params = event["params"]
            if event["method"] == "log.entryAdded":
                text = params["text"]
                # Firefox reports this if it paints while a formula is only partly parsed.
                if params["level"] == "error" and "<msub/>" not in text:
                    yield text
            elif event["method"] == "network.beforeRequestSent":
                address = params["request"]["url"]
                if not re.match(r"http://127\.0\.0\.1:|data:|blob:", address):
                    yield f"other host: {address}"
            elif event["method"] == "network.fetchError":
                yield f"failed: {params['request']['url']}"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    profile = tmp_path_factory.mktemp("firefox")
    lines = (
        f"user_pref({json.dumps(name)}, {json.dumps(value)});"
        for name, value in PREFERENCES.items()
    )
    (profile / "user.js").write_text("\n".join(lines))
    process = subprocess.Popen(
        [FIREFOX, *ARGUMENTS, "--profile", str(profile), "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stderr:
            if address := re.search(r"BiDi listening on (ws://\S+)", line):
                break
        yield Session(address[1])
    finally:
        process.terminate()
        process.wait(timeout=30)


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

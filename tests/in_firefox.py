"""Firefox, controlled over WebDriver BiDi without a separate driver."""

import itertools
import json
import re
import shutil
import subprocess

import pytest
import websocket

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

    def point(self, x, y):
        mouse = {
            "type": "pointer",
            "id": "mouse",
            "actions": [{"type": "pointerMove", "x": round(x), "y": round(y)}],
        }
        self("input.performActions", context=self.tab, actions=[mouse])

    def drag(self, start, end):
        mouse = {
            "type": "pointer",
            "id": "mouse",
            "parameters": {"pointerType": "mouse"},
            "actions": [
                move_to(start),
                {"type": "pointerDown", "button": 0},
                move_to(end),
                {"type": "pointerUp", "button": 0},
            ],
        }
        self("input.performActions", context=self.tab, actions=[mouse])

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
                if not re.match(
                    r"http://127\.0\.0\.1:|file:|data:|blob:", address
                ):
                    yield f"other host: {address}"
            elif event["method"] == "network.fetchError":
                yield f"failed: {params['request']['url']}"


def move_to(place):
    x, y = place
    return {"type": "pointerMove", "x": round(x), "y": round(y)}


@pytest.fixture(scope="session")
def firefox(tmp_path_factory):
    if FIREFOX is None:
        pytest.skip("there is no Firefox on the path")
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

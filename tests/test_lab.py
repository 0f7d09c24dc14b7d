"""An explorable in a real JupyterLab with a real kernel, moved from both sides."""

import collections
import os
import re
import socket
import subprocess
import sys
import threading

import nbformat
import pytest
from conftest import is_local
from playwright.sync_api import expect

TOKEN = "by-hand"
CELLS = [
    "from rnn_by_hand.explorables import States\n"
    "explorable = States(wx=1, wRec=0.9, x='1011001110')\n"
    "explorable",
    "print('in Python:', explorable)",
    "explorable.wx = -1.25",
]
# JupyterLab would like to ask hosts far away for news and for a newer self.
SETTINGS = '{"fetchNews": "false", "checkForUpdates": false}'


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve a JupyterLab that knows nothing of this machine's user."""
    home = tmp_path_factory.mktemp("lab")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(SETTINGS)
    write_notebook(home / "notebooks" / "states.ipynb")
    places = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": home / "notebooks",
        "IdentityProvider.token": TOKEN,
        "LabApp.extension_manager": "readonly",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab"]
        + [f"--{name}={value}" for name, value in options.items()],
        env=os.environ | {name: str(place) for name, place in places.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_it_serves(server)
        yield f"http://127.0.0.1:{port}/lab/tree/states.ipynb?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def write_notebook(path):
    path.parent.mkdir()
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": kernel},
    )
    nbformat.write(notebook, path)


def wait_until_it_serves(server):
    """Read the server's log up to its address; then keep the pipe empty."""
    log = []
    for line in server.stdout:
        log.append(line)
        if "/lab?token=" in line:
            break
    else:
        pytest.fail("JupyterLab does not start:\n" + "".join(log))
    drain = (collections.deque, (server.stdout,), {"maxlen": 0})
    threading.Thread(
        target=drain[0], args=drain[1], kwargs=drain[2], daemon=True
    ).start()


@pytest.fixture
def notebook(lab, browser):
    """Open the notebook, run all its cells and give the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    other_hosts = []
    context.route(
        lambda url: not is_local(url.replace("ws://", "http://")),
        lambda route: (other_hosts.append(route.request.url), route.abort()),
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    # A cold JupyterLab on a busy machine takes its time.
    page.set_default_timeout(60_000)
    page.goto(lab)
    # A cell that is run before there is a kernel is forgotten.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    run(page, page.locator(".jp-CodeCell").first)
    yield page
    context.close()
    assert not other_hosts
    assert not errors


def test_browser_and_kernel_stay_in_step(notebook):
    picture = notebook.locator("rnn-states")
    expect(picture.locator("dd").first).not_to_be_empty(timeout=60_000)
    cells = notebook.locator(".jp-CodeCell")
    in_python = cells.nth(1).locator(".jp-OutputArea-output")
    run(notebook, cells.nth(1))
    expect(in_python).to_have_text(
        "in Python: States(wx=1.0, wRec=0.9, x='1011001110')", timeout=30_000
    )

    # Python sets wx: slider and picture follow.
    run(notebook, cells.nth(2))
    expect_setting(notebook, wx=-1.25, wRec=0.9, x="1011001110")

    # The reader moves the other slider, by keyboard.
    slider(notebook, "wRec").focus()
    for _ in range(4):
        notebook.keyboard.press("ArrowLeft")
    expect_setting(notebook, wx=-1.25, wRec=0.86, x="1011001110")

    # And flips a bit, in the picture.
    picture.get_by_role("button", name="input 2,").click()
    run(notebook, cells.nth(1))
    expect(in_python).to_have_text(
        "in Python: States(wx=-1.25, wRec=0.86, x='1111001110')"
    )

    picture.get_by_role("button", name="Reset").click()
    expect_setting(notebook, wx=1, wRec=0.9, x="1011001110")
    run(notebook, cells.nth(2))
    expect_setting(notebook, wx=-1.25, wRec=0.9, x="1011001110")
    run(notebook, cells.nth(1))
    expect(in_python).to_have_text(
        "in Python: States(wx=-1.25, wRec=0.9, x='1011001110')"
    )


def expect_setting(notebook, wx, wRec, x):
    """Wait until the picture and both sliders show a setting."""
    notebook.wait_for_function(
        """([wx, wRec, x]) => {
            const { readout } = document.querySelector("rnn-states");
            return readout.wx === wx && readout.wRec === wRec
                && readout.x.join("") === x;
        }""",
        arg=[wx, wRec, x],
    )
    for name, value in {"wx": wx, "wRec": wRec}.items():
        # Minus is a hyphen or a sign of its own, as the browser likes.
        text = re.compile(f"^[-\N{MINUS SIGN}]?{abs(value):.2f}$")
        row = notebook.locator(".widget-slider").filter(has_text=name)
        expect(row.locator(".widget-readout")).to_have_text(text)
        shown = slider(notebook, name).get_attribute("aria-valuenow")
        # The slider announces one decimal: half of one away at the most.
        assert float(shown) == pytest.approx(value, abs=0.0501)


def slider(notebook, name):
    row = notebook.locator(".widget-slider").filter(has_text=name)
    return row.get_by_role("slider")


def run(notebook, cell):
    cell.locator(".cm-content").click()
    notebook.keyboard.press("Control+Enter")

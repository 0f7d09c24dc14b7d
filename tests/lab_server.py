"""Run a real JupyterLab that is independent of the user's own settings."""

import collections
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager

import matplotlib
import nbformat

TOKEN = "by-hand"
SETTINGS = {
    # Otherwise JupyterLab asks other hosts for news and updates.
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # Draws only the cells near the window: half the work of a long chapter.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "full"},
}


@contextmanager
def serve_lab(home):
    """Serve the notebooks in ``home/notebooks``; gives an address with a placeholder for the name."""
    for name, values in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    places = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        # In a new home, matplotlib would build its font cache again.
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
    }
    options = {
        "ServerApp.ip": "127.0.0.1",
        # Chosen now, a port could be taken by another process until the server starts.
        "ServerApp.port": 0,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": home / "notebooks",
        "IdentityProvider.token": TOKEN,
        "LabApp.extension_manager": "readonly",
        "LabApp.expose_app_in_browser": True,
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
        port = wait_until_it_serves(server)
        # With a single workspace, JupyterLab would reopen the other notebooks too.
        place = "lab/workspaces/{0}/tree/{0}.ipynb"
        yield f"http://127.0.0.1:{port}/{place}?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_it_serves(server):
    """Read the server's log until it prints its port; then keep draining the pipe."""
    log = []
    for line in server.stdout:
        log.append(line)
        if found := re.search(r":(\d+)/lab\?token=", line):
            break
    else:
        raise RuntimeError("JupyterLab did not start:\n" + "".join(log))
    drain = (collections.deque, (server.stdout,), {"maxlen": 0})
    threading.Thread(
        target=drain[0], args=drain[1], kwargs=drain[2], daemon=True
    ).start()
    return int(found[1])


def write_notebook(path, cells):
    """Write a notebook of code cells that have not been run."""
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": kernel},
    )
    nbformat.write(notebook, path)

"""A real JupyterLab that knows nothing of this machine's user."""

import collections
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import matplotlib
import nbformat

TOKEN = "by-hand"
SETTINGS = {
    # JupyterLab would like to ask hosts far away for news and for a newer self.
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # Draws the cells near the window and no others: half the work of a long chapter.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "full"},
    # A notebook that is opened again shows its widgets before it is run.
    "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True},
}


@contextmanager
def serve_lab(home):
    """Serve the notebooks in ``home/notebooks``; gives an address with a place for the name."""
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
        # Matplotlib would look for all fonts again, in a new home.
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
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
        wait_until_it_serves(server)
        # A workspace for each notebook, or JupyterLab would open the others again, too.
        place = "lab/workspaces/{0}/tree/{0}.ipynb"
        yield f"http://127.0.0.1:{port}/{place}?token={TOKEN}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_it_serves(server):
    """Read the server's log up to its address; then keep the pipe empty."""
    log = []
    for line in server.stdout:
        log.append(line)
        if "/lab?token=" in line:
            break
    else:
        raise RuntimeError("JupyterLab does not start:\n" + "".join(log))
    drain = (collections.deque, (server.stdout,), {"maxlen": 0})
    threading.Thread(
        target=drain[0], args=drain[1], kwargs=drain[2], daemon=True
    ).start()


def write_notebook(path, cells):
    """Write a notebook of code cells that were not run yet."""
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": kernel},
    )
    nbformat.write(notebook, path)

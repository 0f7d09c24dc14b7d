"""Run the notebooks with Colab's own versions, and see that none of those is replaced.

    python tests/notebooks/run_on_colab.py pip-freeze.txt python3.13 04_bptt

Colab publishes the list of its packages, and the version of its Python, in the repository
googlecolab/backend-info. Of the list, what the notebooks meet is installed, with all that this
needs, into an environment of its own. There each copy that Colab would open installs the helper
from an address, in an empty folder, and runs to its end.
"""

import re
import subprocess
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2] / "book" / "_tools"))

import lite
import lone
import nbformat
from contents import NOTEBOOKS
from pdf import Quiet

HELPER = "rnn-by-hand"
WIDGET = "application/vnd.jupyter.widget-view+json"
#: What the notebooks and the helper import, and what runs them.
MET = "anywidget autograd ipykernel ipython ipywidgets matplotlib nbclient numpy pip scipy setuptools"
EXECUTE = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], 4)
nbclient.execute(notebook, timeout=300, extra_arguments=["--log-level=ERROR"])
nbformat.write(notebook, sys.argv[1])
"""


def install(freeze, python, folder):
    """Make an environment with Colab's versions, and give its Python."""
    # Some of the list are files on Colab's own machines.
    pins = re.findall(r"(?m)^[\w.-]+==\S+$", freeze.read_text("utf8"))
    listed = folder / "colab.txt"
    listed.write_text("\n".join(pins))
    subprocess.run([python, "-m", "venv", folder / "colab"], check=True)
    python = folder / "colab" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--constraint", listed]
    subprocess.run([*pip, *MET.split()], check=True)
    return python


def packages(python):
    """Give each package that is installed, with its version, in one line."""
    pip = [python, "-m", "pip", "freeze", "--all"]
    done = subprocess.run(pip, capture_output=True, text=True, check=True)
    return {*done.stdout.splitlines()}


def shown_by(notebook):
    """Count the explorables that a notebook shows, and find those that Colab could not show."""
    widgets = notebook.metadata.get("widgets", {})
    states = widgets.get("application/vnd.jupyter.widget-state+json", {})
    known = states.get("state", {})
    count, lost = 0, []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "<rnn-" not in data.get("text/html", ""):
                continue
            count += 1
            if data.get(WIDGET, {}).get("model_id") not in known:
                lost.append(cell.id)
    return count, lost


def run(python, path, folder):
    """Run one notebook, and give what is wrong in it."""
    pip = [python, "-m", "pip", "uninstall", "--quiet", "--yes", HELPER]
    subprocess.run(pip, check=True)
    before = packages(python)
    folder.mkdir()
    copy = folder / path.name
    copy.write_bytes(path.read_bytes())
    done = subprocess.run(
        [python, "-c", EXECUTE, copy.name],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return done.stderr
    changed = packages(python) ^ before
    if len(changed) != 1 or not min(changed).startswith(HELPER):
        return f"It changes what is installed: {sorted(changed)}"
    count, lost = shown_by(nbformat.read(copy, 4))
    if lost:
        return f"The explorables of these cells are not shown: {lost}"
    print(f"{path.stem}: {count} explorables", flush=True)
    return ""


def main(freeze, python, *names):
    wrong = False
    with TemporaryDirectory() as place:
        folder = Path(place)
        site = folder / "site"
        site.mkdir()
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Quiet, directory=site)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        (site / "sitemap.xml").write_text(
            f"<loc>{address}book/intro.html</loc>"
        )
        lone.write(site, lite.build_helper(folder), lite.fold, lite.imports)
        python = install(Path(freeze), python, folder)
        for path in NOTEBOOKS:
            if names and path.stem not in names:
                continue
            said = run(
                python, site / lone.FOLDER / path.name, folder / path.stem
            )
            if said:
                wrong = True
                print(f"{path.stem}: {said}", flush=True)
    sys.exit(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])

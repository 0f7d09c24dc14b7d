"""Turn each notebook into one that runs in the reader's browser: JupyterLite, in `lite` of the site.

The copies that run elsewhere, which need the same wheel, are made on the way; see lone.py.

Everything here is static files. Pyodide, the Python that runs in a browser, comes through npm and
becomes part of the site; its compiled packages stay on its CDN, and the browser compares each with
the hash in Pyodide's lock, which is part of the site, too. Instead, all of it can come from another
address, or from the folder or archive of a distribution.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

import lone
import nbformat
from contents import NOTEBOOKS, ROOT
from history import git
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_KERNEL_PLUGIN_ID,
    PYODIDE_PYTHON_VERSION,
)
from offer import offer

WHEELS = ROOT / "_build" / "wheels"
HELPER = "rnn-by-hand"
#: What its figures and explorables need, which the helper alone does not.
EXTRAS = ("anywidget", "matplotlib")
#: Packages that the notebooks or the helper need, directly or not, and that Pyodide lacks.
SHIPPED = (
    "anywidget",
    "autograd",
    "comm",
    "ipywidgets",
    "jupyterlab-widgets",
    "psygnal",
)
#: The extensions that JupyterLab needs for widgets and for Python in the browser.
EXTENSIONS = (
    "@jupyter-widgets/jupyterlab-manager",
    "@jupyterlite/pyodide-kernel-extension",
    "anywidget",
)
#: The script of the page of a notebook.
PAGE = "lite_page.js"
LOCAL_PYODIDE = "./static/pyodide/pyodide.mjs"
PYODIDE_LOCK = "pyodide-lock.json"
#: Pyodide without its packages, in the version that this JupyterLite needs.
CORE = ROOT / "node_modules" / "pyodide"
CORE_FILES = (
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", PYODIDE_LOCK),
)
#: Without these, pip would choose wheels of some packages that only fit this machine.
FOR_ANY_MACHINE = (
    "--only-binary=:all: --platform any --implementation py --abi none "
    f"--python-version {PYODIDE_PYTHON_VERSION}"
)
#: The earliest date that a zip file can store.
EPOCH = 315532800

NOTE = """\
This copy of the chapter runs in your browser, and nothing is sent anywhere.
*Run › Run All Cells* runs it; the first time, the next cell needs up to half a minute to fetch what the others use.

Your changes are kept in this browser, on this computer, and will be there when you come back.
To go back to the original chapters, choose *Help › Clear Browser Data*.

Edition of {date}."""
INSTALL = "import piplite\n\nawait piplite.install({})"


def run(command, **options):
    """Run a program, and show its output only if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{done.stdout}{done.stderr}")


def pip(task, *arguments):
    options = f"{task} --quiet --disable-pip-version-check --no-deps".split()
    run(
        [sys.executable, "-m", "pip", *options, *map(str, arguments)],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH)},
    )


def date_of_edition():
    """Give the date of the last commit; the version, in a copy without a history."""
    if date := git("log", "-1", "--format=%cs"):
        return date
    project = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    return f"version {tomllib.loads(project)['project']['version']}"


def stage(path, folder, site_path, date):
    """Write a copy of a notebook for the browser's Python, with no outputs and solutions folded.

    The copy knows its edition, which is returned: its date, and a digest of what it says.
    """
    notebook = nbformat.read(path, 4)
    notebook.metadata = {
        "kernelspec": {
            "name": "python",
            "display_name": "Python (Pyodide)",
            "language": "python",
        }
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
            fold(cell)
        else:
            cell.source = link_to_pages(cell.source, site_path)
    said = json.dumps([cell.source for cell in notebook.cells])
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    edition = {"date": date, "digest": digest}
    notebook.metadata["rnn_edition"] = edition
    own = (p for p in SHIPPED if p in imports(notebook))
    packages = [HELPER, *EXTRAS, *own]
    notebook.cells[:0] = [
        nbformat.v4.new_markdown_cell(NOTE.format(date=date), id="note"),
        nbformat.v4.new_code_cell(
            INSTALL.format(json.dumps(packages)), id="install"
        ),
    ]
    nbformat.write(notebook, folder / path.name)
    return edition


def fold(cell):
    """Fold a cell that is folded on the page."""
    tags = {*cell.metadata.get("tags", ())}
    hidden = {}
    if tags & {"hide-cell", "hide-input"}:
        hidden["source_hidden"] = True
    if tags & {"hide-cell", "hide-output"}:
        hidden["outputs_hidden"] = True
    if hidden:
        cell.metadata.jupyter = hidden


def link_to_pages(text, site_path):
    """Point links to Markdown pages at the site: JupyterLite only has the notebooks."""
    return re.sub(r"\]\((\w+)\.md\b", rf"]({site_path}book/\1.html", text)


def imports(notebook):
    """Give the top-level modules that a notebook imports."""
    trees = [
        ast.parse(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return set(imported(trees))


def imported(trees):
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield node.module.split(".")[0]


def fetch_wheels(folder):
    """Give the wheels of `SHIPPED` that the lock names; download what is missing or another file."""
    lock = (ROOT / "requirements-hashed.txt").read_text(encoding="utf8")
    found, missing = [], []
    for name in SHIPPED:
        pin = re.search(rf"^{name}==(\S+)(?:.*\\\n)+.*", lock, re.M)
        file = f"{name.replace('-', '_')}-{pin[1]}-py3-none-any.whl"
        found.append(WHEELS / file)
        if not is_in(pin[0], found[-1]):
            missing.append(pin[0])
    if missing:
        wanted = folder / "wanted.txt"
        wanted.write_text("\n".join(missing), encoding="utf8")
        options = f"download --require-hashes {FOR_ANY_MACHINE}"
        pip(options, "--dest", WHEELS, "--requirement", wanted)
    return found


def is_in(pin, path):
    """Tell whether a file is one of those whose hashes a lock lists."""
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() in pin


def build_helper(folder):
    """Build the helper's wheel from a copy, because pip leaves files behind where it builds."""
    source = folder / "helper"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    shutil.copytree(
        ROOT / "src" / "rnn_by_hand",
        source / "src" / "rnn_by_hand",
        copy_function=shutil.copyfile,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    # setuptools is already installed, so there is nothing to download.
    pip("wheel --no-build-isolation", "--wheel-dir", folder, source)
    return next(folder.glob("*.whl"))


def place_pyodide(given, folder):
    """Give the address that the browser fetches Pyodide from, and of a file that it has to reach."""
    if not given:
        return LOCAL_PYODIDE, place_core(folder / "static" / "pyodide")
    if re.match("https?:", given):
        is_file = given.endswith(".mjs")
        address = given if is_file else f"{given.rstrip('/')}/pyodide.mjs"
        return address, address
    source = local_pyodide(Path(given), folder)
    shutil.copytree(source, folder / "static" / "pyodide")
    return LOCAL_PYODIDE, LOCAL_PYODIDE


def place_core(folder):
    """Copy Pyodide without its packages, whose addresses become those on its CDN; give one of them.

    A browser refuses a package that has not the hash in the lock.
    """
    if not (CORE / PYODIDE_LOCK).is_file():
        raise RuntimeError(
            "node_modules/pyodide is missing: `make setup` fetches it."
        )
    folder.mkdir(parents=True)
    for name in CORE_FILES:
        shutil.copyfile(CORE / name, folder / name)
    lock = json.loads((folder / PYODIDE_LOCK).read_text(encoding="utf8"))
    for package in lock["packages"].values():
        package["file_name"] = f"{PYODIDE_CDN_URL}/{package['file_name']}"
    (folder / PYODIDE_LOCK).write_text(json.dumps(lock), encoding="utf8")
    return lock["packages"]["numpy"]["file_name"]


def local_pyodide(path, folder):
    """Give the folder of a Pyodide distribution, unpacking it if it is an archive."""
    if path.is_file():
        with tarfile.open(path) as archive:
            # Python before 3.11.4 has no filters, and extractall no argument for one.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder / "archive")
        path = folder / "archive"
    entry = next(path.rglob("pyodide.mjs"), None)
    if not entry or not (entry.parent / PYODIDE_LOCK).is_file():
        raise RuntimeError(
            f"There is no Pyodide in {path}: no pyodide.mjs with a {PYODIDE_LOCK}."
        )
    lock = json.loads((entry.parent / PYODIDE_LOCK).read_text("utf8"))
    version = lock["info"]["python"]
    if not version.startswith(f"{PYODIDE_PYTHON_VERSION}."):
        raise RuntimeError(
            f"The Pyodide in {path} is Python {version}, "
            f"and this JupyterLite needs {PYODIDE_PYTHON_VERSION}."
        )
    return entry.parent


def extension(name):
    """Give the folder of an extension; set_up.py moves one that JupyterLab must not find."""
    shared = Path(sys.prefix, "share", "jupyter")
    places = (
        shared / part / name for part in ("lite-extensions", "labextensions")
    )
    return str(next(place for place in places if place.is_dir()))


def write_settings(folder, wheels, address):
    """Write the settings for building JupyterLite, and those it has in the browser."""
    kernel = {"disablePyPIFallback": True, "pyodideUrl": address}
    build = {
        "LiteBuildConfig": {
            "apps": ["notebooks"],
            "contents": ["chapters"],
            "output_dir": "built",
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "source_date_epoch": EPOCH,
            # Otherwise every JupyterLab extension on this machine would be included.
            "ignore_sys_prefix": ["federated_extensions"],
            "federated_extensions": [*map(extension, EXTENSIONS)],
        },
        "PipliteAddon": {"piplite_urls": [str(wheel) for wheel in wheels]},
    }
    settings = {
        "jupyter-config-data": {
            "appName": "RNN by Hand",
            # The tests call JupyterLab's commands from the page.
            "exposeAppInBrowser": True,
            "litePluginSettings": {PYODIDE_KERNEL_PLUGIN_ID: kernel},
        },
        "jupyter-lite-schema-version": 0,
    }
    app = "@jupyterlab/apputils-extension"
    overrides = {
        f"{app}:themes": {"adaptive-theme": True},
        f"{app}:notification": {
            "checkForUpdates": False,
            "fetchNews": "false",
        },
    }
    for name, content in {
        "jupyter_lite_config.json": build,
        "jupyter-lite.json": settings,
        "overrides.json": overrides,
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf8")


def drop_old_fonts(built):
    """Remove 2.6 MB of fonts for browsers that are too old to run JupyterLite."""
    for path in (built / "build").glob("fa-*"):
        if path.suffix != ".woff2":
            path.unlink()


def speak(built, reached, editions):
    """Let the page of a notebook say if Python does not arrive, or if a kept copy is old."""
    data = json.dumps(
        {"pyodide": reached, "editions": editions}, sort_keys=True
    ).replace("<", "\\u003c")
    shutil.copyfile(Path(__file__).with_name(PAGE), built / PAGE)
    page = built / "notebooks" / "index.html"
    text = page.read_text(encoding="utf8")
    said = (
        f'<script id="rnn-page" type="application/json">{data}</script>\n'
        f'<script type="module" src="../{PAGE}"></script>\n</head>'
    )
    page.write_text(text.replace("</head>", said, 1), encoding="utf8")


def check(built, pyodide):
    """Check that the settings took effect: JupyterLite can drop some without a warning."""
    text = (built / "jupyter-lite.json").read_text(encoding="utf8")
    data = json.loads(text)["jupyter-config-data"]
    kernel = data["litePluginSettings"][PYODIDE_KERNEL_PLUGIN_ID]
    wheels = json.loads((built / "pypi" / "all.json").read_text("utf8"))
    right = {
        "the ban on other package indexes": kernel["disablePyPIFallback"]
        is True,
        "our wheels": {HELPER, *SHIPPED} == wheels.keys(),
        "the address of Pyodide": kernel["pyodideUrl"] == pyodide,
        "the extensions": {e["name"] for e in data["federated_extensions"]}
        == set(EXTENSIONS),
        "all notebooks": all(
            (built / "files" / path.name).is_file() for path in NOTEBOOKS
        ),
    }
    wrong = [name for name, is_right in right.items() if not is_right]
    if wrong:
        raise RuntimeError(
            f"JupyterLite was built without {', '.join(wrong)}."
        )


def path_of(site):
    """Give the path of the site on its server, which the 404 page contains."""
    page = (site / "404.html").read_text(encoding="utf8")
    return re.search(r'<base href="([^"]*)"', page)[1]


def build(site, pyodide=""):
    """Build JupyterLite with all notebooks into a built site."""
    site_path = path_of(site)
    with TemporaryDirectory() as name:
        folder = Path(name)
        address, reached = place_pyodide(pyodide, folder)
        (folder / "chapters").mkdir()
        date = date_of_edition()
        editions = {
            path.name: stage(path, folder / "chapters", site_path, date)
            for path in NOTEBOOKS
        }
        helper = build_helper(folder)
        lone.write(site, helper, fold, imports)
        wheels = [helper, *fetch_wheels(folder)]
        for wheel in wheels:
            # The index of the wheels includes their dates.
            os.utime(wheel, (EPOCH, EPOCH))
        write_settings(folder, wheels, address)
        run([sys.executable, "-m", "jupyterlite_core", "build"], cwd=folder)
        drop_old_fonts(folder / "built")
        check(folder / "built", address)
        speak(folder / "built", reached, editions)
        shutil.rmtree(site / "lite", ignore_errors=True)
        # With today's dates: browsers would cache decades-old files without asking again.
        shutil.copytree(
            folder / "built", site / "lite", copy_function=shutil.copyfile
        )


def main(site, pyodide=""):
    # A wheel stores file permissions, which must not depend on who builds it.
    os.umask(0o022)
    try:
        build(site, pyodide)
    except (RuntimeError, OSError) as error:
        sys.exit(f"{error}\nThe notebooks for the browser were not built.")
    offer(site, "lite")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])

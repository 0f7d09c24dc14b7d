"""The notebooks that run in the reader's browser, and a browser running one.

No registry has NumPy for this Pyodide, so the code that runs here does without it;
test_webassembly.py has an older one. Workflows with internet access run whole chapters
(run_in_browser.py).
"""

import ast
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from urllib.parse import parse_qs, urljoin, urlsplit

import jinja2
import lite
import nbformat
import pyodide_core
import pytest
from contents import ROOT
from in_page import wait_for_explorables
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_KERNEL_PLUGIN_ID,
    PYODIDE_PYTHON_VERSION,
    PYODIDE_VERSION,
)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import expect

HELPER = sorted((ROOT / "src" / "rnn_by_hand").rglob("*.py"))
#: Milliseconds. A lot has to start, and the machine may be busy.
PATIENCE = 180_000
NAMES = [path.stem for path in lite.NOTEBOOKS]
PACKAGES = pyodide_core.lock()["packages"]
#: Modules that do not work in a browser. NumPy and matplotlib manage without them.
LACKING = {
    *("asyncio", "concurrent", "ctypes", "fcntl", "http", "mmap"),
    *("multiprocessing", "requests", "select", "signal", "socket"),
    *("socketserver", "sqlite3", "ssl", "subprocess", "threading"),
    *("tkinter", "urllib", "webbrowser"),
}


@pytest.fixture(scope="module")
def built(site_dir):
    return site_dir / "lite"


@pytest.fixture(scope="module")
def wheels(built):
    return [zipfile.ZipFile(path) for path in built.glob("pypi/*.whl")]


def staged(built, name):
    return nbformat.read(built / "files" / f"{name}.ipynb", 4)


def kernel_settings(path):
    data = json.loads(path.read_text(encoding="utf8"))["jupyter-config-data"]
    return data["litePluginSettings"][PYODIDE_KERNEL_PLUGIN_ID]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_notebook_links_to_its_copies(site_dir, built, name):
    html = (site_dir / "book" / f"{name}.html").read_text(encoding="utf8")
    html = re.sub(r"(?s)<!--.*?-->", "", html)
    (links,) = re.findall(r'(?s)<nav class="run-links".*?</nav>', html)
    run, download, archive, *elsewhere = re.findall(r'href="([^"]+)"', links)
    assert all(link.startswith("https://") for link in elsewhere)
    assert "26 MB" in links
    address = urlsplit(urljoin("/book/", run))
    assert (site_dir / address.path.lstrip("/")).is_file()
    (path,) = parse_qs(address.query)["path"]
    assert path == f"{name}.ipynb"
    assert (built / "files" / path).is_file()
    listed = json.loads((built / "api/contents/all.json").read_text("utf8"))
    assert path in [file["path"] for file in listed["content"]]
    source = (ROOT / "book" / f"{name}.ipynb").read_bytes()
    for file in (download, archive):
        assert (site_dir / "book" / file).is_file()
    assert ("SciPy" in links) == (b"scipy" in source)


def test_the_first_page_says_what_the_book_is_before_how_to_run_it(site_dir):
    html = (site_dir / "book" / "intro.html").read_text(encoding="utf8")
    promise, links = map(html.index, ("What you will be", 'class="run-links"'))
    assert html.index("<rnn-states") < promise < links


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_only_adds_a_note_and_an_install_cell(built, name):
    copy = staged(built, name)
    source = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4)
    assert copy.metadata.kernelspec.name == "python"
    note, install, *cells = copy.cells
    assert "kept in this browser" in note.source
    assert "Clear Browser Data" in note.source
    needed = '["rnn-by-hand", "anywidget", "matplotlib"'
    assert f"piplite.install({needed}" in install.source
    assert len(cells) == len(source.cells)
    for cell, original in zip(cells, source.cells):
        if cell.cell_type == "code":
            assert cell.source == original.source
            assert not cell.outputs
            hidden = cell.metadata.get("jupyter", {})
            tags = {*original.metadata.get("tags", ())}
            for what, part in (("source", "input"), ("outputs", "output")):
                assert hidden.get(f"{what}_hidden", False) == bool(
                    tags & {"hide-cell", f"hide-{part}"}
                )


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_copy_lead_to_copies_or_pages(site_dir, built, name):
    base = lite.path_of(site_dir)
    links = [
        link.partition("#")[0]
        for cell in staged(built, name).cells
        if cell.cell_type == "markdown"
        for link in re.findall(r"\]\(([^)\s]+)\)", cell.source)
        if not re.match(r"[a-z]+:|#", link)
    ]
    assert links
    for link in links:
        if link.startswith(base):
            assert (site_dir / link.removeprefix(base)).is_file(), link
        else:
            assert (built / "files" / link).is_file(), link


def test_packages_come_only_from_the_site_and_pyodide(built):
    settings = kernel_settings(built / "jupyter-lite.json")
    assert settings["disablePyPIFallback"] is True
    for url in settings["pipliteUrls"]:
        assert (built / url.partition("?")[0]).is_file()
    assert settings["pyodideUrl"] == lite.LOCAL_PYODIDE
    assert (built / lite.LOCAL_PYODIDE).is_file()
    # The settings of the app must not override these.
    inner = json.loads((built / "notebooks/jupyter-lite.json").read_text())
    assert "litePluginSettings" not in inner["jupyter-config-data"]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://a.example/p", "https://a.example/p/pyodide.mjs"),
        ("https://a.example/p/", "https://a.example/p/pyodide.mjs"),
        ("https://a.example/p/pyodide.mjs", "https://a.example/p/pyodide.mjs"),
    ],
)
def test_pyodide_comes_from_an_address(tmp_path, given, address):
    assert lite.place_pyodide(given, tmp_path) == (address, address)
    lite.write_settings(tmp_path, [], address)
    settings = kernel_settings(tmp_path / "jupyter-lite.json")
    assert settings["pyodideUrl"] == address
    assert not (tmp_path / "static").exists()


def test_pyodide_is_part_of_the_site_and_its_packages_have_hashes(tmp_path):
    """Nothing that runs in the browser comes from elsewhere without being compared."""
    address, reached = lite.place_pyodide("", tmp_path)
    assert address == lite.LOCAL_PYODIDE
    folder = (tmp_path / address).parent
    assert {path.name for path in folder.iterdir()} == {*lite.CORE_FILES}
    for name in {*lite.CORE_FILES} - {lite.PYODIDE_LOCK}:
        own = (folder / name).read_bytes()
        assert own == (lite.CORE / name).read_bytes()
    lock = json.loads((folder / lite.PYODIDE_LOCK).read_text("utf8"))
    assert lock["packages"].keys() == PACKAGES.keys()
    for name, package in lock["packages"].items():
        place, _, file = package.pop("file_name").rpartition("/")
        assert place == lite.PYODIDE_CDN_URL
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])
        assert package | {"file_name": file} == PACKAGES[name]
    assert reached.startswith(f"{lite.PYODIDE_CDN_URL}/numpy-")


def test_a_browser_refuses_a_package_that_is_not_the_one_in_the_lock(
    tmp_path, site, browser
):
    """With Pyodide as it is published, and a CDN on which one file was changed."""
    lite.place_pyodide("", tmp_path)
    wheels = pyodide_core.assemble(tmp_path / "wheels")
    lock = json.loads((wheels / lite.PYODIDE_LOCK).read_text("utf8"))
    ours = (tmp_path / lite.LOCAL_PYODIDE).parent
    # Registries have other builds of these wheels than the CDN.
    theirs = json.loads((ours / lite.PYODIDE_LOCK).read_text("utf8"))
    for name, package in theirs["packages"].items():
        package["sha256"] = lock["packages"][name]["sha256"]
    (ours / lite.PYODIDE_LOCK).write_text(json.dumps(theirs))
    context = browser.new_context()
    page = context.new_page()

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        if route.request.url.startswith(lite.PYODIDE_CDN_URL):
            body = (wheels / name).read_bytes()
            if name.startswith("packaging-"):
                body += b"changed"
            allowed = {"Access-Control-Allow-Origin": "*"}
            return route.fulfill(body=body, headers=allowed)
        return route.fulfill(path=ours / name)

    page.route(f"{lite.PYODIDE_CDN_URL}/**", answer)
    page.route("**/ours/*", answer)
    # Like every page in this folder, it has no policy.
    page.route("**/lite/empty.html", lambda route: route.fulfill(body="<p>"))
    page.goto(f"{site}lite/empty.html")
    loaded = page.evaluate(
        """async () => {
            const { loadPyodide } = await import("/ours/pyodide.mjs");
            const pyodide = await loadPyodide({ indexURL: "/ours/" });
            await pyodide.loadPackage(["typing-extensions", "packaging"]);
            return Object.keys(pyodide.loadedPackages);
        }"""
    )
    context.close()
    assert loaded == ["typing-extensions"]


@pytest.mark.parametrize("kind", ["gz", "bz2"])
def test_pyodide_comes_out_of_an_archive(tmp_path, kind):
    source = write_pyodide(tmp_path / "source", "3.14.2")
    path = tmp_path / f"pyodide.tar.{kind}"
    with tarfile.open(path, f"w:{kind}") as archive:
        archive.add(source, "pyodide")
    address, reached = lite.place_pyodide(str(path), tmp_path)
    assert address == reached == lite.LOCAL_PYODIDE
    assert (tmp_path / lite.LOCAL_PYODIDE).is_file()


def write_pyodide(folder, python):
    folder.mkdir()
    (folder / "pyodide.mjs").touch()
    lock = {"info": {"python": python}}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def test_a_folder_without_a_suitable_pyodide_is_refused(tmp_path):
    old = write_pyodide(tmp_path / "old", "3.13.2")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuntimeError, match=r"is Python 3\.13\.2"):
        lite.place_pyodide(str(old), tmp_path)
    with pytest.raises(RuntimeError, match="There is no Pyodide in"):
        lite.place_pyodide(str(tmp_path / "empty"), tmp_path)


def test_a_failure_ends_the_build_and_says_why(tmp_path):
    (tmp_path / "404.html").write_text('<base href="/">')
    with pytest.raises(SystemExit) as failed:
        lite.main(tmp_path, str(tmp_path / "none"))
    assert str(failed.value).startswith("There is no Pyodide in")


def test_the_site_grows_by_20_megabytes_at_most(built):
    own = [
        path.stat().st_size
        for path in built.rglob("*")
        if path.is_file() and "pyodide" not in path.relative_to(built).parts
    ]
    assert len(own) > 100
    assert sum(own) < 20_000_000


def test_pyodide_is_the_one_that_jupyterlite_expects():
    package = json.loads((ROOT / "package.json").read_text("utf8"))
    assert package["dependencies"]["pyodide"] == PYODIDE_VERSION
    assert lite.PYODIDE_CDN_URL.endswith(f"/v{PYODIDE_VERSION}/full")
    workflow = (ROOT / ".github/workflows/test.yml").read_text("utf8")
    (python,) = re.findall(
        r'  pyodide:\n(?:.*\n)*?.*python-version: "(.*)"', workflow
    )
    assert python == PYODIDE_PYTHON_VERSION


def imports_of(paths):
    trees = [ast.parse(path.read_text(encoding="utf8")) for path in paths]
    return set(lite.imported(trees))


def needed():
    notebooks = [nbformat.read(path, 4) for path in lite.NOTEBOOKS]
    return imports_of(HELPER).union(*map(lite.imports, notebooks))


def test_everything_imported_is_available(wheels):
    shipped = {
        name.partition("/")[0].removesuffix(".py")
        for wheel in wheels
        for name in wheel.namelist()
    }
    in_pyodide = {name for p in PACKAGES.values() for name in p["imports"]}
    assert {"anywidget", "numpy"} <= needed()
    assert needed() <= {*sys.stdlib_module_names} | shipped | in_pyodide


def test_everything_a_wheel_requires_is_available(wheels, built):
    """In a version that satisfies the requirement."""
    versions = {
        canonicalize_name(n): p["version"] for n, p in PACKAGES.items()
    }
    own = [*built.glob("pypi/all.json"), *built.glob("extensions/**/all.json")]
    for path in own:
        for name, found in json.loads(path.read_text("utf8")).items():
            versions[name] = max(found["releases"])
    missing = []
    for wheel in wheels:
        (metadata,) = [n for n in wheel.namelist() if n.endswith("/METADATA")]
        text = wheel.read(metadata).decode()
        for line in re.findall(r"^Requires-Dist: (.*)", text, re.M):
            required = Requirement(line)
            if required.marker and not required.marker.evaluate({"extra": ""}):
                continue
            version = versions.get(canonicalize_name(required.name))
            if not version or version not in required.specifier:
                missing.append(f"{wheel.filename}: {line}")
    assert not missing


def test_nothing_is_imported_that_a_browser_lacks():
    assert not needed() & LACKING


#: Imports the whole helper and makes an explorable; fails on anything that WebAssembly cannot do.
WATCHED = """
import importlib, pkgutil, sys, threading
import IPython, anywidget, ipywidgets, matplotlib.font_manager, matplotlib.pyplot, numpy
import rnn_by_hand

def refuse(event, arguments):
    if event.split(".")[0] in {"ctypes", "subprocess", "socket", "thread"} or event == "os.fork":
        raise RuntimeError(f"{event}{arguments}")

sys.addaudithook(refuse)
# Python only audits new threads from 3.12 on.
threading.Thread.start = lambda thread: refuse("thread", thread)
for module in pkgutil.walk_packages(rnn_by_hand.__path__, "rnn_by_hand."):
    importlib.import_module(module.name)
from rnn_by_hand.explorables import States
States()._repr_mimebundle_()
print(len([name for name in sys.modules if name.startswith("rnn_by_hand")]))
"""


def test_the_helper_starts_no_thread_process_or_connection():
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == len(HELPER)


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_links_to_binder_and_colab_come_with_a_repository(monkeypatch, ending):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    import edition

    address = f"https://github.com/owner/name{ending}"
    links = render_links(edition.on_github(address))
    assert (
        "https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/book/a.ipynb"
        in links
    )
    assert (
        "https://colab.research.google.com/github/owner/name/blob/notebooks/a.ipynb"
        in links
    )
    for address in ("", "https://elsewhere.example/owner/name"):
        assert len(render_links(edition.on_github(address))) == 3


def render_links(repository):
    """Give the links beneath a title."""
    folder = jinja2.FileSystemLoader(ROOT / "book" / "_templates")
    html = (
        jinja2.Environment(loader=folder, autoescape=True)
        .get_template("run-links.html")
        .render(
            pathto=lambda path, _: path,
            kind="chapter",
            notebook="a.ipynb",
            repository=repository,
            branch="main",
        )
    )
    return re.findall(r'href="([^"]+)"', html)


def reached(built):
    """Give the address of what a notebook has to reach, as its page knows it."""
    html = (built / "notebooks" / "index.html").read_text(encoding="utf8")
    (data,) = re.findall(r'<script id="rnn-page"[^>]*>(.*?)</script>', html)
    return json.loads(data)["pyodide"]


@pytest.fixture
def notebook(site, built, browser):
    """Open a notebook where Pyodide does not arrive; a handler says what becomes of the request."""
    context = browser.new_context()
    page = context.new_page()

    def open_notebook(handler, name="04_bptt"):
        for address in ("pyodide.mjs", reached(built).rpartition("/")[2]):
            page.route(f"**/{address}", handler)
        page.goto(f"{site}lite/notebooks/index.html?path={name}.ipynb")
        return page

    yield open_notebook
    context.close()


@pytest.mark.parametrize("trouble", ["blocked", "silent", "absent"])
def test_a_sentence_says_that_python_does_not_arrive(notebook, built, trouble):
    """Within 15 seconds, whether its host is refused, never answers, or lacks the file."""
    handlers = {
        "blocked": lambda route: route.abort(),
        "silent": lambda route: None,
        "absent": lambda route: route.fulfill(status=404),
    }
    page = notebook(handlers[trouble])
    host = urlsplit(urljoin(page.url, reached(built))).netloc
    alert = page.locator("#rnn-says")
    expect(alert).to_contain_text(
        f"Python does not arrive from {host}", timeout=15_000
    )
    expect(alert).to_contain_text("download the notebook")
    expect(alert).to_have_attribute("role", "alert")


def test_an_older_copy_that_was_kept_says_so(notebook, built):
    """The browser keeps what a reader has saved, and opens it in place of a new one."""
    right = staged(built, "04_bptt")
    assert right.cells[0].source.endswith(
        f"Edition of {right.metadata.rnn_edition.date}."
    )
    page = notebook(lambda route: route.fulfill(body=""))
    # A copy of this edition has nothing to say.
    page.locator("body[data-edition=current]").wait_for(
        state="attached", timeout=PATIENCE
    )
    assert not page.locator("#rnn-says").count()
    page.evaluate(
        """async () => {
            const { context } = jupyterapp.shell.currentWidget;
            context.model.setMetadata("rnn_edition", { date: "2020-01-01", digest: "old" });
            await context.save();
        }"""
    )
    page.reload()
    expect(page.locator("#rnn-says")).to_contain_text(
        "an older edition, of 2020-01-01; the book now has that of "
        f"{right.metadata.rnn_edition.date}",
        timeout=PATIENCE,
    )


def test_an_explorable_answers_in_the_browser(site, built, page):
    """Everything on the way from the link in a chapter to Python is on the site."""
    if reached(built) != lite.LOCAL_PYODIDE:
        pytest.skip(
            "the site given with --site has packages of Pyodide elsewhere; "
            "run_in_browser.py runs the chapters of such a site"
        )
    page.set_default_timeout(PATIENCE)
    page.goto(f"{site}book/04_bptt.html")
    wait_for_explorables(page)
    page.get_by_role("link", name="Run this chapter").click()
    expect(
        page.get_by_role("heading", name="Backpropagation through time")
    ).to_be_visible(timeout=PATIENCE)
    page.evaluate(REPLACE, nbformat.v4.new_notebook(cells=CELLS))
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    in_python = page.locator(".widget-label", has_text="States(")
    expect(in_python).to_have_text(
        "States(wx=1.0, wRec=0.9, x='1011001110')", timeout=PATIENCE
    )
    picture = page.locator("rnn-states")
    picture.locator("input[type=range]#wRec").press("ArrowRight")
    expect(in_python).to_have_text("States(wx=1.0, wRec=0.91, x='1011001110')")
    assert picture.evaluate("({ readout }) => readout.wRec") == 0.91
    picture.get_by_role("button", name="input 2,").click()
    expect(in_python).to_have_text("States(wx=1.0, wRec=0.91, x='1111001110')")


#: Without a kernel a cell that is run is forgotten, or JupyterLite asks which kernel to take.
REPLACE = """async (notebook) => {
    const { context, sessionContext } = jupyterapp.shell.currentWidget;
    await Promise.all([context.ready, sessionContext.ready]);
    context.model.fromJSON(notebook);
}"""

#: What a chapter does, with mocks for compiled packages: an explorable draws in the browser.
CELLS = [
    nbformat.v4.new_code_cell(source)
    for source in (
        "import piplite\n"
        "await piplite.install(['anywidget', 'ipywidgets'])\n"
        "await piplite.install('rnn-by-hand', deps=False)",
        """
import sys
from unittest.mock import MagicMock

numpy = MagicMock(bool_=bool, integer=int, ndarray=MagicMock)
sys.modules |= {"numpy": numpy, "rnn_by_hand.surface": MagicMock()}
PARTS = "colors legend_handler patches path patheffects pyplot ticker"
for part in ("", *(f".{name}" for name in PARTS.split())):
    sys.modules[f"matplotlib{part}"] = MagicMock()
""",
        """
from ipywidgets import Label, VBox
from rnn_by_hand.explorables import States

States.static = lambda self: ""
explorable = States(wx=1, wRec=0.9)
label = Label(repr(explorable))


def say(change):
    label.value = repr(explorable)


explorable.observe(say)
VBox([explorable, label])
""",
    )
]

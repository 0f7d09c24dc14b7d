"""Fixtures: the built site on localhost, and a browser that cannot reach anything else."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import lite
import nbval_kernels  # noqa: F401 (its import is its effect)
import pyodide_core
import pytest
import slides
from browser import QUIET, chromium
from contents import ROOT
from filelock import FileLock
from hypothesis import settings
from in_firefox import firefox  # noqa: F401 (a fixture)
from in_page import place
from playwright.sync_api import sync_playwright
from serve import Quiet, served

#: The address that the site is built for; nothing is there.
ADDRESS = "https://rnn.example/by-hand/"
#: Where its sources seem to be.
REPOSITORY = "https://github.com/rnn-example/by-hand"
# The same examples on every run, and no failures because a machine is slow.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption(
        "--site",
        metavar="DIR",
        type=Path,
        help="test this site, which is already built, as it is",
    )
    parser.addoption(
        "--all",
        action="store_true",
        help="run also what is slow and rarely fails, as a workflow does every week",
    )
    parser.addoption(
        "--draw-anew",
        action="store_true",
        help="store the reference pictures anew instead of comparing them",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "weekly(but=0): slow and rarely failing, so that only its first cases are run without --all"
        " or a name",
    )


def leave_to_the_week(config, items):
    """Take out the cases that only the weekly workflow runs, unless they are asked for."""
    asked = config.option.keyword or any("::" in arg for arg in config.args)
    if asked or config.getoption("all"):
        return
    seen, left = Counter(), set()
    for item in items:
        if mark := item.get_closest_marker("weekly"):
            seen[item.path, item.originalname] += 1
            if seen[item.path, item.originalname] > mark.kwargs.get("but", 0):
                left.add(item)
    config.hook.pytest_deselected(items=[*left])
    items[:] = [item for item in items if item not in left]


def pytest_collection_modifyitems(config, items):
    """Let one worker build the site while the other runs tests that do not need it.

    In reverse order of their names, small files come last, so both workers finish at about the same
    time.
    """
    leave_to_the_week(config, items)
    site = {
        item.path
        for item in items
        if "site_dir" in getattr(item, "fixturenames", ())
    }
    first = next((item.path for item in items if item.path in site), None)
    items.sort(key=lambda item: item.path, reverse=True)
    items.sort(key=lambda item: (item.path != first, item.path in site))


class QuietHandler(Quiet):
    protocol_version = "HTTP/1.1"  # keeps connections open
    policy = None
    #: A page that looks like the book, with an empty article and no script.
    blank = b""

    def send_head(self):
        if self.path != "/blank.html":
            return super().send_head()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.blank)))
        self.end_headers()
        return BytesIO(self.blank)

    def end_headers(self):
        # JupyterLite has no policy, because it runs WebAssembly and evaluates text as code.
        if self.policy and not self.path.startswith("/lite/"):
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()


@pytest.fixture(scope="session")
def site_dir(pytestconfig, tmp_path_factory):
    """Build the site once, in whichever worker needs it first, and give its folder.

    Tests must not change a site given with --site: it may be about to be published.
    """
    if given := pytestconfig.getoption("site"):
        return given.resolve()
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Each worker has a folder of its own inside that of the run.
        shared = shared.parent
    html = shared / "book" / "_build" / "html"
    with FileLock(shared / "book.lock"):
        if not html.exists():
            build_site(shared / "book")
            build_lite(shared / "book", shared / "pyodide")
            slides.main(html)
    return html


@pytest.fixture(autouse=True)
def _close_figures():
    """Pyplot keeps every figure that was drawn."""
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")


def policy_of(html):
    """Give the content security policy of a page."""
    return re.search(r'"Content-Security-Policy" content="([^"]*)"', html)[1]


def build_site(where):
    """Build the book with warnings as errors, and show the log if that fails."""
    for package in ("katex", "pyodide", "reveal.js"):
        if not (ROOT / "node_modules" / package).exists():
            pytest.fail(
                f"node_modules/{package} is missing: run `npm ci` first",
                pytrace=False,
            )
    program = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    command = [program, "build", str(ROOT), "-W", "-n", "--keep-going"]
    command += ["--all", "--path-output", str(where)]
    environment = os.environ | {
        "SITE_ADDRESS": ADDRESS,
        "BOOK_REPOSITORY": REPOSITORY,
    }
    build = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=environment
    )
    if (
        build.returncode
        or not (where / "_build" / "html" / "book" / "intro.html").exists()
    ):
        shutil.rmtree(where, ignore_errors=True)
        pytest.fail(
            f"the book does not build:\n{build.stdout}\n{build.stderr}",
            pytrace=False,
        )


def build_lite(where, pyodide):
    """Add the notebooks for the browser, with as much of Pyodide as registries have."""
    pyodide_core.assemble(pyodide)
    try:
        lite.main(where / "_build" / "html", str(pyodide))
    except SystemExit as failure:
        shutil.rmtree(where, ignore_errors=True)
        pytest.fail(str(failure), pytrace=False)


@pytest.fixture(scope="session")
def site(site_dir):
    """Serve the built site with its policy, and give its address with a slash at the end.

    Any test that opens a page fails if something on it violates the policy.
    """
    intro = site_dir / "book" / "intro.html"
    QuietHandler.policy = policy_of(intro.read_text(encoding="utf8"))
    index = (site_dir / "genindex.html").read_text(encoding="utf8")
    blank = re.sub(r"(?s)<script.*?</script>", "", index)
    QuietHandler.blank = blank.encode()
    with served(site_dir, QuietHandler) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright), args=QUIET
        )
        yield browser
        browser.close()


def is_failure(request):
    """Tell whether a request failed, or was only blocked or abandoned.

    Chromium reports "csp" for a script that the policy blocked, and abandons a font or a module that
    is still loading when the page is left.
    """
    return request.failure not in {"csp", "net::ERR_ABORTED"}


def open_page(browser, troubles, **options):
    """Open a page that can only reach localhost, and append everything that goes wrong to a list."""
    page = browser.new_context(**options).new_page()
    page.on(
        "console",
        lambda m: m.type == "error" and troubles.append(f"console: {m.text}"),
    )
    page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
    page.on(
        "requestfailed",
        lambda r: (
            is_failure(r) and troubles.append(f"failed: {r.url} {r.failure}")
        ),
    )
    page.on(
        "response",
        lambda r: r.status >= 400 and troubles.append(f"{r.status}: {r.url}"),
    )
    page.on(
        "request",
        lambda r: is_local(r.url) or troubles.append(f"other host: {r.url}"),
    )
    return page


@pytest.fixture
def new_page(browser):
    """Open pages for one test, which fails if anything goes wrong in them."""
    troubles, pages = [], []

    def open_new(**options):
        pages.append(open_page(browser, troubles, **options))
        return pages[-1]

    yield open_new
    # Closing a page breaks off what it is still loading, such as the modules of a worker.
    met = [*troubles]
    for page in pages:
        page.context.close()
    assert not met, "\n".join(met)


@pytest.fixture(scope="session")
def kept_pages(browser):
    """Pages that stay open, by their options, and a list of what goes wrong in them."""
    pages, troubles = {}, []
    yield pages, troubles
    for page in pages.values():
        page.context.close()


@pytest.fixture
def show(browser, kept_pages, site):
    """Put an explorable alone on a page; the test fails if anything goes wrong in it.

    Opening a page takes longer than most tests, so all tests with the same options share one. Its
    document is new each time; size, media and mouse are reset.
    """
    pages, troubles = kept_pages
    troubles.clear()

    def put(explorable, fragment="", width=1280, height=1000, **options):
        key = repr(sorted(options.items()))
        if key not in pages:
            pages[key] = open_page(browser, troubles, **options)
        page = pages[key]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            media="null",
            color_scheme="null",
            reduced_motion="null",
            forced_colors="null",
        )
        page.mouse.up()
        page.mouse.move(0, 0)
        return place(page, site, explorable, fragment)

    yield put
    assert not troubles, "\n".join(troubles)


def is_local(url):
    return url.startswith(
        (
            *("http://127.0.0.1:", "http://localhost:"),
            *("data:", "blob:", "about:", "file:"),
        )
    )


@pytest.fixture
def page(new_page):
    return new_page(viewport={"width": 1280, "height": 900})

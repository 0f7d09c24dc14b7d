"""Explorables and chapters in a real JupyterLab with a real kernel."""

import ast
import json
import re
import shutil

import numpy as np
import pytest
from conftest import is_local
from contents import BOOK, NOTEBOOKS
from in_page import SOME_TEXT
from lab_server import serve_lab, write_notebook
from playwright.sync_api import expect

CELLS = [
    "from rnn_by_hand.explorables import States\n"
    "explorable = States(wx=1, wRec=0.9, x='1011001110')\n"
    "explorable",
    "explorable.wx = -1.25",
]

#: anywidget reports this after two seconds even if it then succeeds, as on a busy machine. A test
#: whose explorable never appears still fails.
LATE = "[anywidget] Failed to initialize model."


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    """Open one JupyterLab window for all tests, and collect a list of errors in it."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(
        BOOK,
        home / "notebooks",
        ignore=shutil.ignore_patterns("_*", ".*"),
    )
    write_notebook(home / "notebooks" / "states.ipynb", CELLS)
    write_notebook(home / "notebooks" / "pair.ipynb", PAIR)
    for name in ("views", "again"):
        write_notebook(home / "notebooks" / f"{name}.ipynb", VIEWS)
    troubles = []
    with serve_lab(home) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        # JupyterLab starts slowly on a busy machine.
        page.set_default_timeout(60_000)
        page.on(
            "pageerror",
            lambda error: LATE in str(error) or troubles.append(str(error)),
        )
        # What is for the browser's JupyterLab lacks something here, and would say so.
        page.on(
            "console",
            lambda m: "jupyterlite" in m.text and troubles.append(m.text),
        )
        page.on("request", lambda r: is_local(r.url) or troubles.append(r.url))
        page.goto(address.format("states"))
        # Closing a notebook that is still opening leaves JupyterLab in a bad state.
        page.wait_for_function(IDLE, arg="states.ipynb")
        yield page, troubles
        page.close()


@pytest.fixture
def open_notebook(lab):
    """Open a notebook by name, close all others, and return the page once it has a kernel."""
    page, troubles = lab

    def open_alone(name):
        page.evaluate(OPEN, f"{name}.ipynb")
        page.wait_for_function(IDLE, arg=f"{name}.ipynb")
        return page

    yield open_alone
    assert not troubles


#: True when a notebook is in front and its kernel idle: JupyterLab ignores cells run before that.
IDLE = """path => {
    const widget = globalThis.jupyterapp?.shell.currentWidget;
    return widget?.context?.path === path
        && widget.sessionContext?.session?.kernel?.status === "idle";
}"""

#: Closes every notebook and its kernel without saving, and opens one with a kernel that already
#: responds. The widgets of a saved notebook are restored through its kernel. JupyterLab polls for
#: each of them for two seconds, and misses any that appear between the last poll and the end:
#: "model not found". On a busy machine a kernel takes just that long to start.
OPEN = """async (path) => {
    for (const widget of [...jupyterapp.shell.widgets("main")]) {
        await widget.sessionContext?.shutdown();
        if (widget.context) widget.context.model.dirty = false;
        widget.close();
    }
    const { kernels } = jupyterapp.serviceManager;
    let kernel = await kernels.startNew({ name: "python3" });
    const { id, name } = kernel;
    const answers = () => new Promise((resolve) => {
        if (kernel.isDisposed) resolve(false);
        kernel.disposed.connect(() => resolve(false));
        kernel.info.then(() => resolve(true));
    });
    // When a list of kernels arrives that was asked for before this one started, JupyterLab takes it
    // for dead and drops the connection, which then never answers.
    while (!(await answers())) kernel = kernels.connectTo({ model: { id, name } });
    await kernels.refreshRunning();
    // Only the first connection to a kernel is told about widgets, so leave that to the notebook.
    kernel.dispose();
    await jupyterapp.commands.execute("docmanager:open", { path, kernel: { id } });
}"""


@pytest.fixture
def notebook(open_notebook):
    """Open the notebook of `CELLS`, run its first cell and return the page."""
    page = open_notebook("states")
    run(page, page.locator(".jp-CodeCell").first)
    # On a busy machine a kernel takes long to start.
    value = page.locator("rnn-states dd").first
    expect(value).not_to_be_empty(timeout=60_000)
    return page


def test_browser_and_kernel_stay_in_step(notebook):
    picture = notebook.locator("rnn-states")
    change_in_python = notebook.locator(".jp-CodeCell").nth(1)
    expect_in_python(notebook, wx=1.0, wRec=0.9, x="1011001110")

    # When Python sets wx, the slider and the figure follow.
    run(notebook, change_in_python)
    expect_setting(notebook, wx=-1.25, wRec=0.9, x="1011001110")

    # The reader moves the other slider by keyboard, and Python follows.
    slider(picture, "wRec").focus()
    for _ in range(4):
        notebook.keyboard.press("ArrowLeft")
    expect_setting(notebook, wx=-1.25, wRec=0.86, x="1011001110")

    # The same goes for flipping a bit in the figure.
    picture.get_by_role("button", name="input 2,").click()
    expect_in_python(notebook, wx=-1.25, wRec=0.86, x="1111001110")

    picture.get_by_role("button", name="Reset").click()
    expect_setting(notebook, wx=1, wRec=0.9, x="1011001110")
    expect_in_python(notebook, wx=1.0, wRec=0.9, x="1011001110")
    run(notebook, change_in_python)
    expect_setting(notebook, wx=-1.25, wRec=0.9, x="1011001110")
    expect_in_python(notebook, wx=-1.25, wRec=0.9, x="1011001110")


#: Evaluates an expression in the kernel, and returns the `repr` of its value.
IN_KERNEL = """async (expression) => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const request = { code: "import json", user_expressions: { value: expression } };
    const { content } = await kernel.requestExecute(request).done;
    const { value } = content.user_expressions;
    return value.data ? value.data["text/plain"] : JSON.stringify(value);
}"""


def wait_for_python(page, expression, value):
    """Wait until an expression has a value in the kernel.

    While the kernel is busy, JupyterLab delays what the reader sets, and a cell run in the
    meantime is executed first.
    """
    page.wait_for_function(
        f"async ([expression, value]) => await ({IN_KERNEL})(expression) === value",
        arg=[expression, repr(value)],
    )


def expect_in_python(page, **setting):
    """Wait until Python has a setting."""
    wait_for_python(
        page, f"repr(explorable) == repr(States(**{setting}))", True
    )


def in_kernel(page, expression):
    """Evaluate an expression in the kernel and return its value, passed as JSON."""
    text = page.evaluate(IN_KERNEL, f"json.dumps({expression})")
    return json.loads(ast.literal_eval(text))


def run_all(page):
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")


#: Every explorable shown so far; linked ones are the children of one object.
SHOWN = (
    "[e for o in Out.values() if hasattr(o, 'element')"
    " for e in getattr(o, 'children', [o])]"
)
#: Includes the index of each cell, because JupyterLab only draws cells near the visible area.
OUTPUTS = """() => jupyterapp.shell.currentWidget.content.model.toJSON().cells.flatMap(
    ({ outputs }, k) => (outputs ?? []).map(
        ({ ename, evalue, data }) => [k, ename && `${ename}: ${evalue}`, String(data?.["text/html"])]))"""
SCROLL_TO = "k => jupyterapp.shell.currentWidget.content.scrollToItem(k)"


@pytest.mark.weekly(but=2)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_runs_and_its_explorables_answer(open_notebook, path):
    page = open_notebook(path.stem)
    run_all(page)
    outputs = page.evaluate(OUTPUTS)
    assert not [error for _, error, _ in outputs if error]
    cells = [k for k, _, html in outputs for _ in re.findall(r"<rnn-\w", html)]
    tags = in_kernel(page, f"[o.tag for o in {SHOWN}]")
    for place, (k, tag) in enumerate(zip(cells, tags, strict=True)):
        python = f"{SHOWN}[{place}].readout"
        page.evaluate(SCROLL_TO, k)
        output = page.locator(f"[data-windowed-list-index='{k}']")
        picture = output.locator(tag)
        handle = picture.locator("[type=range]").first
        name = handle.get_attribute("id")
        before = in_kernel(page, python)[name]
        # It shows the setting once it is painted.
        expect(handle).to_have_attribute("aria-valuetext", SOME_TEXT)
        handle.focus()
        page.keyboard.press("ArrowLeft")
        after = picture.evaluate("(element, name) => element[name]", name)
        if after == before:  # it was at the left end
            page.keyboard.press("ArrowRight")
            after = picture.evaluate("(element, name) => element[name]", name)
        assert after != before
        wait_for_python(page, f"{SHOWN}[{place}].{name}", after)
        assert_same(
            picture.evaluate("element => element.readout"),
            in_kernel(page, python),
        )


def assert_same(picture, python):
    """Compare the readouts of the page and Python, number by number."""
    assert picture.keys() == python.keys()
    for name, value in python.items():
        if isinstance(value, str):
            assert picture[name] == value
        else:
            np.testing.assert_allclose(
                picture[name], value, rtol=1e-9, atol=1e-12, err_msg=name
            )


PLACE = """id => jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .findIndex((cell) => cell.id === id)"""


def test_a_readers_slider_moves_an_explorable_and_python(open_notebook):
    """The last explorable of chapter 2 has such a slider, linked to it in the browser."""
    page = open_notebook("02_unrolling")
    run_all(page)

    def output(place):
        page.evaluate(SCROLL_TO, place)
        return page.locator(f"[data-windowed-list-index='{place}']")

    own = page.evaluate(PLACE, "own-slider")
    cells = [k for k, _, html in page.evaluate(OUTPUTS) if "<rnn-" in html]
    unrolled = max(k for k in cells if k < own)
    assert in_kernel(page, "unrolled.wRec") == 1
    for key, value in (("ArrowLeft", 0.997), ("ArrowRight", 1.003)):
        output(own).get_by_role("slider").focus()
        for _ in range(
            round(1000 * abs(value - in_kernel(page, "fine.value")))
        ):
            page.keyboard.press(key)
        wait_for_python(page, "unrolled.wRec", value)
        picture = output(unrolled).locator("rnn-unrolled")
        # The kernel may hear of a key before the picture does.
        page.wait_for_function(
            "([element, value]) => element.wRec === value",
            arg=[picture.element_handle(), value],
        )
        assert_same(
            picture.evaluate("element => element.readout"),
            in_kernel(page, "unrolled.readout"),
        )


#: What a shortcut could change: the cells, which of them is selected, and its mode.
NOTEBOOK = """() => {
    const { content } = jupyterapp.shell.currentWidget;
    const cells = content.model.toJSON().cells.map(({ cell_type, source }) => [cell_type, source]);
    return [cells, content.activeCellIndex, content.mode];
}"""


def test_keys_on_a_slider_are_not_shortcuts(notebook):
    """In JupyterLab the arrow keys move from cell to cell, and letters and digits change cells."""
    picture = notebook.locator("rnn-states")
    notebook.evaluate(
        "jupyterapp.commands.execute('notebook:enter-command-mode')"
    )
    handle = slider(picture, "wRec")
    handle.focus()
    before = notebook.evaluate(NOTEBOOK)
    assert before[1:] == [0, "command"]
    for key in (*"abmy126dd", "ArrowDown", "ArrowUp", "ArrowRight"):
        notebook.keyboard.press(key)
    for key in ("ArrowLeft", "ArrowLeft", "End", "PageDown", "Home"):
        notebook.keyboard.press(key)
    expect(handle).to_be_focused()
    assert notebook.evaluate(NOTEBOOK) == before
    expect_setting(notebook, wx=1, wRec=-3, x="1011001110")


VIEWS = [
    "from rnn_by_hand.explorables import States\n"
    "explorable = States(wx=1, wRec=0.9)\n"
    "display(explorable)\n"
    "explorable.wRec = 0.5",
    "explorable",
]


def test_two_views_stay_in_step_from_the_first_moment(open_notebook):
    """The first is displayed and changed in the same cell."""
    page = open_notebook("views")
    run_all(page)
    views = page.locator("rnn-states")
    expect(views).to_have_count(2, timeout=60_000)
    for view in (views.first, views.last):
        expect(view.locator("dd").first).to_have_text("0.900")
    slider(views.first, "wRec").focus()
    page.keyboard.press("ArrowRight")
    for view in (views.first, views.last):
        expect(view.locator("dd").first).to_have_text("0.932")
    views.last.get_by_role("button", name="input 1,").click()
    expect(views.first.locator("dd").nth(1)).to_have_text("5")


def test_a_reopened_notebook_shows_its_explorables(open_notebook):
    """No cell runs in the new kernel. By default JupyterLab stores no widgets; explorables do."""
    page = open_notebook("again")
    run_all(page)
    expect(page.locator("rnn-states")).to_have_count(2, timeout=60_000)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page = open_notebook("again")
    view = page.locator("rnn-states").first
    expect(view.locator("dd").first).to_have_text("0.900", timeout=60_000)
    slider(view, "wRec").focus()
    page.keyboard.press("ArrowRight")
    expect(view.locator("dd").first).to_have_text("0.932")


PAIR = [
    "from rnn_by_hand.explorables import Learning, Linked, States\n"
    "pair = Linked(States(wx=0.5, wRec=0.6), Learning())\n"
    "pair",
]


def test_a_linked_pair_learns_and_takes_what_is_typed(open_notebook):
    page = open_notebook("pair")
    run_all(page)
    states, learning = page.locator("rnn-states"), page.locator("rnn-learning")
    expect(states.locator(".slider.wrec .value")).to_have_value(
        "0.600", timeout=60_000
    )
    learning.get_by_role("button", name="Let it learn").click()
    expect(learning.locator(".side")).to_contain_text("It counts, after 418")
    weights = learning.evaluate("({ wx, wRec }) => [wx, wRec]")
    np.testing.assert_allclose(
        states.evaluate("({ wx, wRec }) => [wx, wRec]"), weights, rtol=1e-13
    )
    for child in range(2):
        wait_for_python(
            page,
            f"abs(pair.children[{child}].wRec - {weights[1]!r}) < 1e-12",
            True,
        )
    # JupyterLab keeps the Enter key for itself.
    typing = states.locator(".slider.wrec .value")
    typing.fill("four")
    typing.press("Enter")
    expect(states.get_by_role("alert")).to_contain_text("wRec is “four”")
    typing.fill("0.5")
    typing.press("Enter")
    wait_for_python(page, "[one.wRec for one in pair.children]", [0.5, 0.5])
    assert learning.evaluate("({ wRec }) => wRec") == 0.5


def expect_setting(notebook, wx, wRec, x):
    """Wait until the figure and its sliders show a setting."""
    notebook.wait_for_function(
        """([wx, wRec, x]) => {
            const { readout } = document.querySelector("rnn-states");
            return readout.wx === wx && readout.wRec === wRec
                && readout.x.join("") === x;
        }""",
        arg=[wx, wRec, x],
    )
    for name, value in {"wx": wx, "wRec": wRec}.items():
        text = f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
        handle = slider(notebook.locator("rnn-states"), name)
        expect(handle).to_have_attribute("aria-valuetext", text)


def slider(explorable, name):
    return explorable.locator(f"input[type=range]#{name}")


def run(notebook, cell):
    cell.locator(".cm-content").click()
    notebook.keyboard.press("Control+Enter")

"""Run whole chapters in a browser, with Pyodide's own NumPy and matplotlib.

    python tests/notebooks/run_in_browser.py _build/html 04_bptt

The site comes from `make lite`. If it was built with a folder or archive (`make lite PYODIDE=…`),
the browser contacts no other host.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "book" / "_tools"))

from browser import QUIET, chromium
from contents import CHAPTERS
from playwright.sync_api import sync_playwright
from serve import served

#: Milliseconds: downloading Pyodide and running a chapter can both be slow.
PATIENCE = 300_000

# A cell without a number was not run, because the queue stops at an error.
RUN = """async () => {
    const { content, sessionContext } = jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await jupyterapp.commands.execute("notebook:run-all-cells");
    const code = content.model.toJSON().cells.filter(({ cell_type }) => cell_type === "code");
    const outputs = code.flatMap(({ outputs }) => outputs);
    return {
        left: code.filter(({ execution_count }) => !execution_count).map(({ source }) => source),
        errors: outputs.filter(({ ename }) => ename).map(({ ename, evalue }) => `${ename}: ${evalue}`),
        figures: outputs.filter(({ data }) => data?.["text/html"]?.includes("<svg")).length,
    };
}"""

IN_PYTHON = """async (expression) => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const request = kernel.requestExecute({ code: `print(float(${expression}))`, store_history: false });
    let printed = "";
    request.onIOPub = ({ content }) => { printed += content.text ?? ""; };
    await request.done;
    return Number(printed);
}"""

SHOWN = "[o for o in Out.values() if hasattr(o, 'element')]"
#: Explorables are elements whose names say so, in the order of the notebook.
VIEWS = "xpath=//*[starts-with(local-name(), 'rnn-')]"


def run_chapter(page, site, name):
    """Open a chapter through the link on its page, run it, and use its explorables."""
    page.goto(f"{site}book/{name}.html")
    page.get_by_role("link", name="in your browser").click()
    page.locator(".jp-CodeCell").first.wait_for()
    page.wait_for_function(
        "globalThis.jupyterapp?.shell.currentWidget?.context?.isReady"
    )
    outcome = page.evaluate(RUN)
    if outcome["errors"] or outcome["left"] or not outcome["figures"]:
        sys.exit(f"{name} does not run in the browser: {outcome}")
    explorables = page.locator(".jp-OutputArea-output").locator(VIEWS)
    count = page.evaluate(IN_PYTHON, f"len({SHOWN})")
    for place in range(count):
        use(page, explorables.nth(place), f"{SHOWN}[{place}].wRec")
    print(f"{name}: {outcome['figures']} figures, {count} explorables")


def use(page, explorable, in_python):
    """Move a slider with a key, and wait until the picture and Python have the new value."""
    explorable.locator("input[type=range]#wRec").focus()
    after = round(page.evaluate(IN_PYTHON, in_python) - 0.01, 2)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "([element, value]) => element.readout.wRec === value",
        arg=[explorable.element_handle(), after],
    )
    page.wait_for_function(
        f"async ([expression, value]) => await ({IN_PYTHON})(expression) === value",
        arg=[in_python, after],
    )


def main(folder, *names):
    own = (Path(folder) / "lite" / "static" / "pyodide").exists()
    with served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright),
            args=QUIET if own else QUIET[:-1],
        )
        for name in names or [path.stem for path in CHAPTERS]:
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            run_chapter(page, address, name)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""One script from many files: imports and exports are converted, and the result runs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import open_page
from in_page import SOME_TEXT, assert_same, readout, slider
from playwright.sync_api import expect
from settings import CASES, everyone

from rnn_by_hand.explorables import EXPLORABLES
from rnn_by_hand.explorables.script import classic_script, notebook_script

NODE = shutil.which("node", path=Path(sys.executable).parent) or "node"

#: Files with every supported form of import and export, some sharing a name for a local variable.
FILES = {
    "rnn-try.js": """\
// @ts-check
import { one } from "./lib/one.js";
import {
  local as two,
  Two,
} from "./lib/two.js";
import { again } from "./shared.js";

const local = "mine";
/* import { nothing } from "./nowhere.js"; */
globalThis.tried = { local, one: one(), two, more: new Two().more, again };
""",
    "shared.js": """\
import { one as first } from "./lib/one.js";

export const again = first();
""",
    "lib/one.js": """\
const local = "one";
globalThis.runs = (globalThis.runs ?? 0) + 1;

export function one() {
  return local;
}

export async function later() {
  return local;
}
""",
    "lib/two.js": """\
export const local = "two";

export class Two {
  more = local + "!";
}
""",
    "lib/notebook.js": """\
import { later } from "./one.js";

const local = "notebook";

export async function render(tag, view) {
  return [tag, view, local, await later()];
}
""",
}


def write_files(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf8")
    return folder


def node(*arguments):
    done = subprocess.run(
        [NODE, *map(str, arguments)], capture_output=True, encoding="utf8"
    )
    assert not done.returncode, done.stderr
    return done.stdout


def test_each_file_keeps_its_own_scope_in_a_notebook(tmp_path):
    module = notebook_script("rnn-try", write_files(tmp_path, FILES))
    (tmp_path / "all.mjs").write_text(module, "utf8")
    (tmp_path / "use.mjs").write_text(
        """
        import made from "./all.mjs";
        const rendered = await made.render("view");
        console.log(JSON.stringify([globalThis.tried, globalThis.runs, rendered, Object.keys(made)]));
        """,
        "utf8",
    )
    assert json.loads(node(tmp_path / "use.mjs")) == [
        {
            "local": "mine",
            "one": "one",
            "two": "two",
            "more": "two!",
            "again": "one",
        },
        1,
        ["rnn-try", "view", "notebook", "one"],
        ["render"],
    ]


def test_each_file_keeps_its_own_scope_on_disk(tmp_path):
    script = classic_script(folder=write_files(tmp_path, FILES))
    (tmp_path / "all.cjs").write_text(
        f"{script}console.log(JSON.stringify([tried, runs, typeof local]));",
        "utf8",
    )
    tried, runs, local = json.loads(node(tmp_path / "all.cjs"))
    assert (tried["two"], runs, local) == ("two", 1, "undefined")


@pytest.mark.parametrize(
    "line",
    [
        'import one from "./lib/one.js";',
        'import * as one from "./lib/one.js";',
        'import one, { later } from "./lib/one.js";',
        'import "./lib/one.js";',
        "import { one } from './lib/one.js';",
        'import("./lib/one.js");',
        "export default 1;",
        "export default function one() {}",
        "export { local };",
        "export { local as default };",
        'export { one } from "./lib/one.js";',
        'export * from "./lib/one.js";',
        "export const { a, b } = {};",
        # An importer would not see its value change.
        "export let count = 0;",
    ],
)
def test_any_other_import_or_export_is_refused(tmp_path, line):
    files = FILES | {"shared.js": f"{FILES['shared.js']}\n{line}\n"}
    folder = write_files(tmp_path, files)
    for make in (
        lambda: notebook_script("rnn-try", folder),
        lambda: classic_script(["rnn-try"], folder),
    ):
        with pytest.raises(ValueError, match=r"it must be import \{") as error:
            make()
        assert f"shared.js has {line!r}; " in str(error.value)


def test_an_import_that_is_not_exported_is_refused(tmp_path):
    # A browser would refuse it too.
    text = "export const first = 1, again = 2;\n"
    folder = write_files(tmp_path, FILES | {"shared.js": text})
    words = "rnn-try.js imports 'again'; it must be exported by shared.js"
    with pytest.raises(ValueError, match=words):
        notebook_script("rnn-try", folder)


@everyone
def test_the_module_of_a_notebook_is_javascript(tmp_path, kind):
    path = tmp_path / "module.mjs"
    path.write_text(notebook_script(kind.tag), "utf8")
    node("--check", path)


def test_the_script_for_a_page_on_disk_is_not_a_module(tmp_path):
    """In a classic script, `import`, `export` and `await` are errors."""
    path = tmp_path / "explorables.cjs"
    path.write_text(classic_script(), "utf8")
    node("--check", path)
    program = [sys.executable, "-m", "rnn_by_hand.explorables.script"]
    printed = subprocess.run(program, capture_output=True, encoding="utf8")
    assert printed.stdout == classic_script()


def test_a_page_on_disk_works(browser, tmp_path):
    """A page written by hand, with one script beside it and no server."""
    elements = "".join(f"<{kind.tag}></{kind.tag}>" for kind in EXPLORABLES)
    script = '<script src="explorables.js"></script>'
    # The script is loaded twice, as on a page assembled from two, and defines no global names.
    for name, scripts in (("bare", ""), ("page", 2 * script)):
        (tmp_path / f"{name}.html").write_text(
            f"<!doctype html><meta charset=utf-8><body>{elements}{scripts}",
            "utf8",
        )
    (tmp_path / "explorables.js").write_text(classic_script(), "utf8")
    page = open_page(browser, troubles := [])
    names = "Object.getOwnPropertyNames(window).sort()"
    page.goto((tmp_path / "bare.html").as_uri())
    before = page.evaluate(names)
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate(names) == before
    for kind in EXPLORABLES:
        element = page.locator(kind.tag)
        expect(element.get_by_role("img").first).to_have_attribute(
            "aria-label", SOME_TEXT
        )
        assert_same(readout(element), kind().readout)
        name = CASES[kind].slider
        slider(element, name).press("ArrowLeft")
        after = readout(element)[name]
        assert after < getattr(kind(), name)
        assert_same(readout(element), kind(**{name: after}).readout)
    assert not troubles
    page.context.close()

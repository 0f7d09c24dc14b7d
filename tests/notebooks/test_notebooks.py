"""What nbval does not check: how notebooks are stored, and that a mistake makes it fail."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from contents import CHAPTERS, NOTEBOOKS, ROOT
from execute import keep_text, page_of


def read(path):
    return json.loads(path.read_text(encoding="utf8"))


def cells(path, kind):
    return [c for c in read(path)["cells"] if c["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def name(path):
    return path.stem


def runs_the_network(path):
    code = "\n".join(source(c) for c in cells(path, "code"))
    return re.search(
        r"from rnn_by_hand(\.model import| import model)\b", code
    ) and re.search(r"\b(update_state|forward_states)\(", code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_code_cell_is_committed_executed(path):
    """nbval does not compare the output of a cell without an execution count."""
    code = cells(path, "code")
    assert code
    assert [c["execution_count"] for c in code] == list(
        range(1, len(code) + 1)
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_only_text_is_kept(path):
    kept = set(read(path)["metadata"])
    assert kept - {"found_as"} == {"kernelspec", "description"}
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert not [
                mime
                for mime in output.get("data", {})
                if mime.startswith("image/") or "widget" in mime
            ]
            assert "<svg" not in json.dumps(output)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_nothing_of_the_machine_is_kept(path):
    text = path.read_text(encoding="utf8")
    assert "sys.path" not in text
    assert not re.search(r"(?<![\w.])/(home|root|Users|work|tmp)/", text)
    assert "object at 0x" not in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_figures_go_through_show(path):
    """`show` requires a description, and uses the colours of the page."""
    for cell in cells(path, "code"):
        assert "plt.show" not in source(cell)
        if "subplots(" in source(cell):
            assert "show(" in source(cell)


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_has_its_skeleton(path):
    text = "\n".join(source(c) for c in read(path)["cells"])
    positions = [
        text.index(part)
        for part in (
            "- **You will**",
            "- **You will learn**",
            "- **You need**",
            "## Three things to keep",
            "## Exercises",
            "## Test yourself",
            "## Where to go next",
        )
    ]
    assert positions == sorted(positions)
    exercises = text.partition("## Exercises")[2]
    assert 2 <= len(re.findall(r"^\*\*\d\. ", exercises, re.MULTILINE)) <= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_imports_are_folded(path):
    first = cells(path, "code")[0]
    assert "import " in source(first)
    assert {"hide-input", "remove-input"} & {*first["metadata"]["tags"]}


def exercises_of(path):
    """Give the cells between the headings of the exercises and of the self-test."""
    all_cells = read(path)["cells"]
    start, end = (
        next(i for i, c in enumerate(all_cells) if heading in source(c))
        for heading in ("## Exercises", "## Test yourself")
    )
    return all_cells[start:end]


def judges(code):
    return re.findall(r"exercises\.(\w+)\(", source(code))


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_an_exercise_has_a_hint_a_place_for_an_answer_and_a_solution(path):
    text = "\n".join(map(source, exercises_of(path)))
    count = len(re.findall(r"^\*\*\d\. ", text, re.MULTILINE))
    assert text.count("<summary>Hint</summary>") == count
    code = [c for c in exercises_of(path) if c["cell_type"] == "code"]
    answers = [c for c in code if re.search(r"^\w+ = None", source(c), re.M)]
    solutions = [
        c for c in code if "hide-cell" in c["metadata"].get("tags", [])
    ]
    assert len(answers) == len(solutions) == count
    for solution in solutions:
        prompt = solution["metadata"]["mystnb"]["code_prompt_show"]
        assert prompt == "Solution"
    for answer, solution in zip(answers, solutions, strict=True):
        assert "there is no answer here so far" in json.dumps(
            answer["outputs"]
        )
        (judge,) = judges(answer)
        assert judges(solution) == [judge]
        assert "assert verdict.right" in source(solution)
        assert source(solution).endswith("\nverdict")


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_ends_with_a_self_test(path):
    """It has three to five questions, and exactly one answer to each is right."""
    text = "\n\n".join(source(c) for c in cells(path, "markdown"))
    selftest = text.partition("## Test yourself")[2].partition("\n## ")[0]
    questions = re.split(r"^\*\*\d\.\*\* ", selftest, flags=re.M)[1:]
    assert 3 <= len(questions) <= 5
    for question in questions:
        answers = re.findall(
            r"^<details>\n<summary>[^\n]+</summary>\n\n(Right|No)\. .+?\n\n</details>",
            question,
            re.DOTALL | re.MULTILINE,
        )
        assert len(answers) == question.count("<details>") >= 2
        assert answers.count("Right") == 1


# One failing cell is enough; the rest of its notebook need not run.
SKIP_THE_REST = """
import nbval_kernels
import pytest

failed = set()

def pytest_runtest_logreport(report):
    if report.failed:
        failed.add(report.nodeid.partition("::")[0])

def pytest_runtest_setup(item):
    if item.nodeid.partition("::")[0] in failed:
        pytest.skip("an earlier cell has failed")
"""


@pytest.mark.weekly
def test_a_broken_network_breaks_every_chapter_that_runs_it(tmp_path):
    """Run them on a copy in which the network does not multiply its state by `wRec`."""
    running = [path for path in CHAPTERS if runs_the_network(path)]
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copytree(ROOT / "book", tmp_path / "book")
    (tmp_path / "book" / "conftest.py").write_text(SKIP_THE_REST)
    model = tmp_path / "src" / "rnn_by_hand" / "model.py"
    text = model.read_text(encoding="utf8")
    broken = text.replace("xk * wx + s_prev * wRec", "xk * wx + s_prev")
    assert broken != text
    model.write_text(broken, encoding="utf8")
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-rf"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    command += ["--nbval", "--nbval-current-env", "--nbval-sanitize-with"]
    command += [str(Path(__file__).parent / "nbval_sanitize.cfg"), "--tb=no"]
    run = subprocess.run(
        [*command, "-c", os.devnull]
        + [str(tmp_path / "book" / path.name) for path in running],
        env=os.environ
        | {"PYTHONPATH": f"{tmp_path / 'src'}:{ROOT / 'tests'}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    failed = set(re.findall(r"^FAILED book/(\w+)\.ipynb", run.stdout, re.M))
    assert failed == {path.stem for path in running}, run.stdout


def test_writing_outputs_leaves_pictures_out_and_text_in():
    output = nbformat.from_dict(
        {
            "output_type": "display_data",
            "data": {
                "image/png": "iVBOR",
                "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
                "text/html": DRAWN,
                "text/plain": "written",
            },
        }
    )
    keep_text(output)
    assert output["data"] == {
        "text/html": (
            "<figure><p>Figure, drawn when you run this: Two &lt; lines.</p>"
            "said<!-- drawing --></figure>"
        ),
        "text/plain": "written",
    }


DRAWN = (
    '<figure><svg role="img" aria-label="Two &lt; lines.">drawn</svg>said'
    "<svg>ornament</svg></figure>"
)


def test_a_figure_that_is_left_out_leads_to_its_page(tmp_path):
    config = tmp_path / "_config.yml"
    for given, page in (
        ("https://a.example/b/", "https://a.example/b/book/04_bptt.html"),
        ("", ""),
    ):
        config.write_text(f'html:\n  baseurl: "{given}"\n')
        assert page_of(Path("04_bptt.ipynb"), config) == page
    output = nbformat.from_dict({"data": {"text/html": DRAWN}})
    keep_text(output, "https://a.example/b/book/04_bptt.html")
    link = (
        '<a href="https://a.example/b/book/04_bptt.html">See it on its page.'
    )
    assert f"Two &lt; lines. {link}</a></p>said" in output.data["text/html"]


def test_nbval_takes_a_figure_for_what_is_said_of_it():
    """Whether or not the stored notebook leads to a page."""
    rules = configparser.ConfigParser()
    rules.read(Path(__file__).parent / "nbval_sanitize.cfg")

    def sanitized(html):
        for rule in map(rules.__getitem__, rules.sections()):
            html = re.sub(rule["regex"], rule["replace"], html)
        return html

    for page in ("", "https://a.example/book/a.html"):
        output = nbformat.from_dict({"data": {"text/html": DRAWN}})
        keep_text(output, page)
        stored = output.data["text/html"]
        assert sanitized(stored) == sanitized(DRAWN)
        assert sanitized(stored) != sanitized(DRAWN.replace("Two", "Three"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_figure_that_is_left_out_says_what_it_shows(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            html = "".join(output.get("data", {}).get("text/html", ""))
            said = re.findall(
                "Figure, drawn when you run this: (.{20,})", html
            )
            assert len(said) == html.count('<figure class="rnn-figure">')

"""Write the student edition and its key: the notebooks without their solutions, and with them.

Both come from the notebooks of the book and run by themselves, like the copies of lone.py. Where
the book has an exercise, each has two cells: one for the answer, and one that asks the judge. The
key has the solution in the first, between the marks that nbgrader looks for, and the metadata that
nbgrader needs; the student's notebook is what is left of the key without what is between marks.
"""

import ast
import os
import re
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

import lite
import lone
import nbformat
import yaml
from contents import NOTEBOOKS, ROOT

STUDENTS, KEY = "students", "key"
CONFIG = "nbgrader_config.py"
#: How nbgrader marks what a student does not get.
SOLUTION, TESTS = "SOLUTION", "HIDDEN TESTS"
MARKED = re.compile(
    r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1\n?", re.S
)
#: The lines of a solution that ask the judge, which the next cell does.
VERDICT = re.compile(
    r"^(verdict = exercises\..*|assert verdict\.right|verdict)$\n?", re.M
)
ANSWER = re.compile(
    r"<details>\n<summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.S
)
QUESTION = re.compile(r"^\*\*\d+\.\*\* .*?(?=^\*\*\d+\.|\Z)", re.M | re.S)
LETTERS = "abcdefgh"
HOW = "Choose an answer, then see."
HOW_HERE = "Write the letter of your answer to each question into the cell below them."
JUDGED_LATER = "# Judged when it is handed in."
SETTINGS = '''\
"""Settings of nbgrader for the notebooks of RNN by Hand."""

c = get_config()  # noqa: F821
# The cell for an answer already says what goes there, and runs without one.
c.ClearSolutions.code_stub = {"python": ""}
'''


def between(mark, text):
    return f"### BEGIN {mark}\n{text.strip()}\n### END {mark}"


def cell_for(source, name, **graded):
    """Give a code cell with the metadata that nbgrader needs."""
    cell = nbformat.v4.new_code_cell(source, id=name)
    is_graded = bool(graded)
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": name,
        "grade": is_graded,
        "locked": is_graded,
        "solution": not is_graded,
        "task": False,
        **graded,
    }
    return cell


def asked(cell):
    """Give the call of a judge that a cell ends with, and its argument; None if it has none."""
    if cell.cell_type != "code":
        return None
    return re.search(r"^exercises\.\w+\((\w+)\)\Z", cell.source, re.M)


def exercise(cell, solution, points, hidden):
    """Give the cells for the answer and for the verdict, with the answer."""
    call = asked(cell)
    stub = cell.source[: call.start()]
    answer = between(SOLUTION, VERDICT.sub("", solution.source))
    judged = (
        f"verdict = {call[0]}\n"
        "print(verdict)\n"
        f"{points} if verdict.right else 0  # points"
    )
    if hidden:
        judged = f"{JUDGED_LATER}\n{between(TESTS, judged)}"
    return [
        cell_for(stub + answer, cell.id),
        cell_for(judged, f"{cell.id}-verdict", points=points),
    ]


def choices_of(text):
    """Give the possible answers to each question of a self-test, as (letter, answer, reason)."""
    return [
        [
            (letter, *answer)
            for letter, answer in zip(LETTERS, ANSWER.findall(question))
        ]
        for question in QUESTION.findall(text)
    ]


def listed(question):
    """Give a question with a list of its possible answers in place of the folded ones."""
    letters = iter(LETTERS)
    return ANSWER.sub(
        lambda answer: f"- <b>{next(letters)}</b> {answer[1]}", question[0]
    )


def self_test(cell):
    """Give a self-test, a cell for the answers, and one that counts the right ones."""
    text = QUESTION.sub(listed, cell.source.replace(HOW, HOW_HERE))
    questions = choices_of(cell.source)
    right = [
        letter
        for answers in questions
        for letter, _, reason in answers
        if reason.startswith("Right.")
    ]
    written = "[" + ", ".join(f'"{letter}"' for letter in right) + "]"
    reasons = [
        line
        for number, answers in enumerate(questions, 1)
        for letter, _, reason in answers
        for line in wrap(
            reason,
            initial_indent=f"# {number} {letter}: ",
            subsequent_indent="#      ",
            width=79,
        )
    ]
    empty = f'choices = [{", ".join(["None"] * len(right))}]  # such as "a"\n'
    solution = "\n".join([f"choices = {written}", *reasons])
    count = f"sum(a == b for a, b in zip(choices, {written}))  # points"
    return [
        nbformat.v4.new_markdown_cell(text, id=cell.id),
        cell_for(empty + between(SOLUTION, solution), f"{cell.id}-answer"),
        cell_for(
            f"{JUDGED_LATER}\n{between(TESTS, count)}",
            f"{cell.id}-verdict",
            points=len(right),
        ),
    ]


def names_in(node, context):
    """Give the names that code loads, or stores."""
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, context)
    }


def guard(cell, answers):
    """Let a cell of the lesson stop at the first use of an answer if there is none, and say so.

    The tag lets the cells after it run.
    """
    lines = cell.source.splitlines()
    for statement in ast.parse(cell.source).body:
        used = answers & names_in(statement, ast.Load)
        if used:
            at = statement.lineno - 1
            lines[at:at] = [
                f'assert {name} is not None, "this needs your {name}, from above"'
                for name in sorted(used)
            ]
            cell.metadata.setdefault("tags", []).append("raises-exception")
            cell.source = "\n".join(lines)
            return


def key_of(notebook, points, hidden):
    """Give a notebook with its solutions in the cells for the answers."""
    cells, rest = [], iter(notebook.cells)
    answers, known = set(), set()
    for cell in rest:
        if call := asked(cell):
            answers.add(call[1])
            cells += exercise(cell, next(rest), points, hidden)
        elif cell.cell_type == "markdown" and HOW in cell.source:
            cells += self_test(cell)
        else:
            cells.append(cell)
            if cell.cell_type == "code":
                known |= names_in(ast.parse(cell.source), ast.Store)
                guard(cell, answers - known)
    return nbformat.v4.new_notebook(metadata=notebook.metadata, cells=cells)


def student_of(key):
    """Give what a student gets: a key without the solutions and hidden tests in it."""
    cells = [nbformat.from_dict(cell) for cell in key.cells]
    for cell in cells:
        if "nbgrader" in cell.metadata:
            cell.source = MARKED.sub("", cell.source)
    return nbformat.v4.new_notebook(metadata=key.metadata, cells=cells)


def address():
    """Give the address of the site, with a slash at the end; "" if it has none."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    given = os.environ.get("SITE_ADDRESS") or config["html"]["baseurl"]
    return given and given.rstrip("/") + "/"


def write(folder, wheel, points=1, hidden=False):
    """Write both editions into a folder, each as a folder with the wheel, and as a zip."""
    shutil.rmtree(folder, ignore_errors=True)
    for edition in (STUDENTS, KEY):
        (folder / edition).mkdir(parents=True)
        shutil.copyfile(wheel, folder / edition / wheel.name)
    for path in NOTEBOOKS:
        copy = lone.copy(path, wheel.name, address(), lite.fold, lite.imports)
        key = key_of(copy, points, hidden)
        nbformat.write(key, folder / KEY / path.name)
        nbformat.write(student_of(key), folder / STUDENTS / path.name)
    (folder / KEY / CONFIG).write_text(SETTINGS, encoding="utf8")
    for edition in (STUDENTS, KEY):
        lone.pack(folder / edition, folder / f"rnn-by-hand-{edition}.zip")


def main(arguments):
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--points", type=int, default=1)
    parser.add_argument(
        "--verdicts", choices=["shown", "hidden"], default="shown"
    )
    given = parser.parse_args(arguments)
    # A wheel stores file permissions, which must not depend on who builds it.
    os.umask(0o022)
    with TemporaryDirectory() as place:
        wheel = lite.build_helper(Path(place))
        write(given.folder, wheel, given.points, given.verdicts == "hidden")


if __name__ == "__main__":
    main(sys.argv[1:])

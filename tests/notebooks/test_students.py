"""The student edition has no solutions and runs; its key has them, and gets every point."""

import re
import zipfile
from copy import deepcopy
from functools import cache

import lite
import lone
import nbformat
import pytest
import students
from contents import CHAPTERS, NOTEBOOKS
from execute import run

from rnn_by_hand import exercises

UNANSWERED = "Not yet: there is no answer here so far."


@cache
def made(path, points=1, hidden=False):
    """Give the key of a notebook, and what a student gets."""
    copy = lone.copy(path, "helper.whl", "", lite.fold, lite.imports)
    key = students.key_of(copy, points, hidden)
    return key, students.student_of(key)


@cache
def source_of(path):
    return nbformat.read(path, 4)


@cache
def solutions(path):
    return [
        cell.source
        for cell in source_of(path).cells
        if cell.metadata.get("mystnb", {}).get("code_prompt_show")
        == "Solution"
    ]


def reasons(path):
    """Give what a self-test says of each possible answer."""
    (test,) = [
        c.source for c in source_of(path).cells if students.HOW in c.source
    ]
    return re.findall(r"</summary>\s+((?:Right|No)\. .*)", test)


def graded(notebook):
    return [
        c
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    ]


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


def unwrapped(text):
    return " ".join(text.replace("\n#", " ").split())


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_nothing_of_a_solution_is_left(path, hidden):
    key, student = made(path, hidden=hidden)
    text, whole = text_of(student), text_of(key)
    # A line of a solution may also stand in the lesson.
    lesson = {
        line
        for cell in source_of(path).cells
        if cell.source not in solutions(path)
        for line in cell.source.splitlines()
    }
    lines = {*text.splitlines()}
    assert len(solutions(path)) >= 2
    for solution in solutions(path):
        assert solution not in text
        own = [
            *filter(str.strip, students.VERDICT.sub("", solution).splitlines())
        ]
        assert all(line in whole for line in own)
        for line in own:
            assert line in lesson or line not in lines, line
    assert len(reasons(path)) >= 9
    assert "BEGIN" not in text
    assert ("exercises." in text) != hidden
    text, whole = unwrapped(text), unwrapped(whole)
    for reason in map(unwrapped, reasons(path)):
        assert reason not in text
        assert reason in whole


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_everything_else_is_there(path):
    _, student = made(path)
    text = text_of(student)
    answers = solutions(path)
    for cell in source_of(path).cells:
        if cell.source in answers:
            continue
        if students.HOW in cell.source:
            questions = re.findall(
                r"^\*\*\d.*|(?<=<summary>).*(?=</summary>)", cell.source, re.M
            )
            assert all(question in text for question in questions)
        else:
            for line in cell.source.splitlines():
                assert line in text, line


@pytest.mark.weekly(but=2)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_it_runs_without_answers_and_the_key_gets_every_point(path):
    """The key's answers follow in the same kernel, because a kernel takes a second to start."""
    key, student = deepcopy(made(path, points=2))
    cells = [c for c in student.cells if c.cell_type == "code"]
    answers = [c for c in key.cells if "nbgrader" in c.metadata]
    for i, cell in enumerate(answers):
        cell.id = f"key-{i}"
    both = nbformat.v4.new_notebook(cells=cells + answers)
    ran = run(both, timeout=120, cwd=path.parent)
    for cell in graded(
        nbformat.v4.new_notebook(cells=ran.cells[: len(cells)])
    ):
        if cell.source.strip() != students.JUDGED_LATER:
            verdict, given = cell.outputs
            assert verdict.text == f"{UNANSWERED}\n"
            assert given.data["text/plain"] == "0"
    for cell in graded(
        nbformat.v4.new_notebook(cells=ran.cells[len(cells) :])
    ):
        points = cell.metadata["nbgrader"]["points"]
        assert cell.outputs[-1].data["text/plain"] == str(points), cell.outputs


def test_the_letters_of_a_self_test_count():
    question = "**1.** Which?\n\n{}\n\n**2.** And?\n\n{}\n"
    fold = "<details>\n<summary>{}</summary>\n\n{} Why.\n\n</details>\n"
    right, wrong = fold.format("A", "Right."), fold.format("B", "No.")
    text = f"{students.HOW}\n\n" + question.format(
        wrong + right, right + wrong
    )
    cell = nbformat.v4.new_markdown_cell(text, id="test")
    key = students.key_of(nbformat.v4.new_notebook(cells=[cell]), 1, False)
    _, answer, count = key.cells
    for source, points in ((answer.source, 2), ('choices = ["b", None]', 1)):
        scope = {}
        exec(source, scope)
        assert eval(count.source, scope) == points
    student = students.student_of(key)
    assert "- <b>a</b> B\n- <b>b</b> A\n" in student.cells[0].source
    assert student.cells[1].source == 'choices = [None, None]  # such as "a"\n'


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_metadata_is_what_nbgrader_needs(path, hidden):
    """These are the rules of version 3 of its schema, and those that its validators add."""
    for notebook in made(path, points=3, hidden=hidden):
        nbformat.validate(notebook)
        marked = [c for c in notebook.cells if "nbgrader" in c.metadata]
        names = [c.metadata["nbgrader"]["grade_id"] for c in marked]
        assert len(names) == len({*names}) == 2 * len(solutions(path)) + 2
        for cell in marked:
            data = cell.metadata["nbgrader"]
            assert data["schema_version"] == 3
            assert re.fullmatch(r"[\w-]+", data["grade_id"], re.ASCII)
            assert data["task"] is False
            assert cell.cell_type == "code"
            assert data["grade"] == data["locked"] == ("points" in data)
            assert data["solution"] is not data["grade"]
            assert set(data) - {"points"} == {
                *("schema_version", "grade_id", "grade", "locked"),
                *("solution", "task"),
            }
            assert data.get("points", 3) >= 3


def test_both_editions_are_folders_and_zips(tmp_path, monkeypatch):
    few = NOTEBOOKS[:3]
    monkeypatch.setattr(students, "NOTEBOOKS", few)
    wheel = tmp_path / "helper.whl"
    wheel.write_bytes(b"wheel")
    for again in ("first", "second"):
        students.write(tmp_path / again, wheel)
    names = {"helper.whl", *(path.name for path in few)}
    for edition, more in (
        (students.STUDENTS, set()),
        (students.KEY, {students.CONFIG}),
    ):
        folder, packed = (
            tmp_path / "first" / edition,
            f"rnn-by-hand-{edition}.zip",
        )
        assert {path.name for path in folder.iterdir()} == names | more
        with zipfile.ZipFile(tmp_path / "first" / packed) as archive:
            assert {
                n.partition("/")[2] for n in archive.namelist()
            } == names | more
        first, second = (tmp_path / f / packed for f in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_the_judges_speak_as_the_students_read():
    assert repr(exercises.exercise(lambda _: None)(None)) == UNANSWERED

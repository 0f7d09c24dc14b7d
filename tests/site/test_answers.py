"""Pencil exercises on a page: fields to type in, what is said of an answer, and what is kept."""

import json
import re
from itertools import chain

import nbformat
import pytest
from contents import NOTEBOOKS
from in_page import (
    BLOCK_STORAGE,
    open_trial,
    wait_for_answers,
    wait_for_explorables,
)
from pencils import SAMPLES, TWO, pencils
from playwright.sync_api import expect
from test_pages import AXE, assert_accessible

from rnn_by_hand.exercises import Pencil

WEIGHTS = Pencil(
    "What are both gradients?",
    ["with respect to wx", "with respect to wRec"],
    ((1.5, 3), "wRec has the larger one, and wx <b>half</b> of it."),
    [((3, 1.5), "wx comes first.")],
    ["wx is the mean of 1 and 2.", "wRec is 3."],
)
LONG = Pencil(
    "How long does it take?",
    ["number of steps, counted from the first one, until half of it is left"],
    ([7], "seven."),
    [],
    ["it is not that."],
)
TEN = SAMPLES[-1]


def cell(*exercises):
    """Put exercises on a page as the build does."""
    outputs = "".join(
        f'<div class="cell docutils container"><div class="cell_output docutils container">'
        f'<div class="output text_html">{e(None)._repr_html_()}</div></div></div>'
        for e in exercises
    )
    return f'<section id="exercises"><h1>Exercises</h1>{outputs}</section>'


class Fields:
    """The fields of an exercise on a page."""

    def __init__(self, page, pencil):
        self.group = page.get_by_role("group", name=pencil.__doc__, exact=True)
        self.inputs = [
            self.group.get_by_label(name, exact=True) for name in pencil.fields
        ]
        self.verdict = self.group.get_by_role("status")
        self.button = self.group.get_by_role("button", name="Check")

    def type(self, *texts):
        for field, text in zip(self.inputs, texts):
            field.fill(text)

    def answer(self, *texts):
        self.type(*texts)
        self.button.click()

    def said(self):
        """Give the verdict with every character of it."""
        return self.verdict.evaluate("node => node.textContent")

    def typed(self):
        return [field.input_value() for field in self.inputs]


def progress(page):
    return page.locator(".answers > p")


@pytest.mark.parametrize(
    "answer", [(1.5, 3), (3, 1.5), (2, 3), (1.5, 4), (0, -7)]
)
def test_an_answer_is_judged_in_the_words_of_python(site, page, answer):
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    assert fields.said() == ""
    fields.answer(*map(str, answer))
    assert fields.said() == repr(WEIGHTS(answer))


def test_the_weights_have_their_colours(site, page):
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    fields.answer("1.5", "3")
    codes = fields.group.locator("code")
    assert codes.all_text_contents() == ["wx", "wRec", "wRec", "wx"]
    assert [code.get_attribute("class") for code in codes.all()] == [
        *("rnn-wx", "rnn-wrec", "rnn-wrec", "rnn-wx")
    ]


def press(page, *keys):
    """Press keys; digits and points are typed."""
    for key in keys:
        if key[0].isdigit():
            page.keyboard.type(key)
        else:
            page.keyboard.press(key)


def test_the_keyboard_is_enough(site, page):
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    fields.inputs[0].focus()
    press(page, "1.5", "Tab", "3", "Enter")
    expect(fields.verdict).to_have_text(repr(WEIGHTS((1.5, 3))))
    expect(fields.inputs[1]).to_be_focused()
    press(page, "Backspace", "4", "Tab")
    expect(fields.button).to_be_focused()
    press(page, "Space")
    expect(fields.verdict).to_have_text(repr(WEIGHTS((1.5, 4))))


def test_what_has_the_focus_can_be_seen(site, page):
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    fields.answer("1", "2")
    clear = page.get_by_role("button", name="Clear my answers")
    fields.inputs[0].focus()
    for control in (*fields.inputs, fields.button, clear):
        expect(control).to_be_focused()
        outline = control.evaluate(
            "node => [getComputedStyle(node).outlineStyle, parseFloat(getComputedStyle(node).outlineWidth)]"
        )
        assert outline == ["solid", 2]
        page.keyboard.press("Tab")


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (("", " "), 0, repr(TWO(None))),
        (("", "2"), 0, "Not yet: “a” is still empty."),
        (("1/3", ""), 1, "Not yet: “b < 2” is still empty."),
        (
            ("1/3", "<b>two</b>"),
            1,
            "Not yet: “<b>two</b>” at “b < 2” cannot be read as a number; "
            "write one like 0.5, −2 or 1/3.",
        ),
        (
            ("1,333", "2"),
            0,
            "Not yet: “1,333” at “a” could be 1333 or 1.333; write one of the two.",
        ),
    ],
)
def test_a_field_that_cannot_be_read_is_named(site, page, typed, field, said):
    open_trial(page, site, cell(TWO))
    fields = Fields(page, TWO)
    fields.answer(*typed)
    assert fields.said() == said
    expect(fields.inputs[field]).to_be_focused()
    invalid = [f.get_attribute("aria-invalid") for f in fields.inputs]
    assert invalid[field] == "true"
    assert invalid.count(None) == 1
    page.keyboard.type("5")
    assert fields.inputs[field].get_attribute("aria-invalid") is None
    fields.answer("1/3", "-2")
    assert fields.said() == repr(TWO((1 / 3, -2)))


def test_a_verdict_on_what_was_typed_before_steps_back(site, page):
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    colour = "node => getComputedStyle(node).color"
    fields.answer("1.5", "3")
    fresh = fields.verdict.evaluate(colour)
    fields.type("1.5", "31")
    assert fields.said() == repr(WEIGHTS((1.5, 3)))
    assert fields.verdict.evaluate(colour) != fresh
    fields.type("1.5", "3")
    assert fields.verdict.evaluate(colour) == fresh


def test_a_phone_offers_a_keyboard_on_which_the_answer_can_be_typed(
    site, page
):
    open_trial(page, site, cell(TWO, WEIGHTS))
    modes = [
        Fields(page, pencil).inputs[0].evaluate("input => input.inputMode")
        for pencil in (TWO, WEIGHTS)
    ]
    # The one for decimals may lack the minus sign that TWO needs.
    assert modes == ["", "decimal"]


def test_answers_are_still_there_on_the_next_visit(site, page):
    body = cell(WEIGHTS, TWO, TEN)
    open_trial(page, site, body)
    right, typed, wrong = (Fields(page, p) for p in (WEIGHTS, TWO, TEN))
    right.answer("3/2", "3.0")
    typed.type("0,5", "nothing yet")
    wrong.answer(*map(str, range(10)))
    before = wrong.said()
    wrong.type("1")
    page.reload()
    wait_for_answers(page)
    assert right.typed() == ["3/2", "3.0"]
    assert right.said() == repr(WEIGHTS((1.5, 3)))
    assert typed.typed() == ["0,5", "nothing yet"]
    assert typed.said() == ""
    assert wrong.typed() == ["1", *map(str, range(1, 10))]
    assert wrong.said() == before
    assert "outdated" in wrong.verdict.get_attribute("class")
    expect(progress(page)).to_contain_text("1 of 3 pencil exercises solved")


def test_an_answer_belongs_to_its_question(site, page):
    """Other exercises may come and go; a question that has been reworded is asked anew."""
    open_trial(page, site, cell(WEIGHTS, TWO))
    Fields(page, TWO).answer("1/3", "-2")
    open_trial(page, site, cell(TEN, TWO, WEIGHTS))
    assert Fields(page, TWO).said() == repr(TWO((1 / 3, -2)))
    for other in (TEN, WEIGHTS):
        assert not any(Fields(page, other).typed())
    reworded = made_from(TWO, "What are b and a?")
    longer = made_from(TEN, TWO.__doc__)
    for exercise in (reworded, longer):
        open_trial(page, site, cell(exercise))
        assert not any(Fields(page, exercise).typed())


def made_from(pencil, question):
    """Give a pencil exercise with the same answer and another question."""
    right = (pencil.patterns[0], pencil.words[0])
    return Pencil(question, pencil.fields, right, [], pencil.otherwise)


def test_an_answer_is_judged_by_the_rules_of_today(site, page):
    open_trial(page, site, cell(WEIGHTS))
    Fields(page, WEIGHTS).answer("1.5", "3")
    other = Pencil(
        WEIGHTS.__doc__, WEIGHTS.fields, ((1, 1), "ones."), [], ["no.", "no."]
    )
    open_trial(page, site, cell(other))
    assert Fields(page, other).said() == "Not yet: no."
    expect(progress(page)).to_contain_text("0 of 1 pencil exercise solved")


def test_the_reader_can_clear_a_page_or_all(site, page):
    here = page.get_by_role("button", name="Clear my answers")
    everywhere = page.get_by_role("button", name="Clear all pages")
    for name, exercise in (("one", WEIGHTS), ("two", TWO)):
        open_trial(page, site, cell(exercise), name)
        assert not here.is_visible()
        Fields(page, exercise).answer("1", "2")
        assert here.is_visible()
        assert everywhere.is_visible() == (name == "two")
    page.evaluate("localStorage.setItem('mode', 'dark')")
    page.evaluate("localStorage.setItem('answers:/elsewhere/one', '{}')")
    here.click()
    assert Fields(page, TWO).typed() == ["", ""]
    assert Fields(page, TWO).said() == ""
    expect(here).not_to_be_visible()
    expect(progress(page)).to_be_focused()
    page.reload()
    wait_for_answers(page)
    assert Fields(page, TWO).typed() == ["", ""]
    open_trial(page, site, cell(WEIGHTS), "one")
    assert Fields(page, WEIGHTS).typed() == ["1", "2"]
    open_trial(page, site, cell(TWO), "two")
    everywhere.click()
    expect(everywhere).not_to_be_visible()
    open_trial(page, site, cell(WEIGHTS), "one")
    assert Fields(page, WEIGHTS).typed() == ["", ""]
    expect(here).not_to_be_visible()
    # Nothing else has been touched.
    left = page.evaluate("Object.keys(localStorage).sort()")
    assert left == ["answers:/elsewhere/one", "mode"]


def test_answers_work_where_storage_is_blocked(site, new_page):
    page = new_page()
    page.add_init_script(BLOCK_STORAGE)
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    fields.answer("1.5", "3")
    assert fields.said() == repr(WEIGHTS((1.5, 3)))
    expect(progress(page)).to_contain_text("1 of 1 pencil exercise solved")
    expect(progress(page)).to_contain_text("gone when you leave")
    page.get_by_role("button", name="Clear my answers").click()
    assert fields.typed() == ["", ""]


def test_answers_work_where_storage_is_full(site, page):
    page.add_init_script(
        """Storage.prototype.setItem = () => {
            throw new DOMException("the quota is exceeded", "QuotaExceededError");
        };"""
    )
    open_trial(page, site, cell(WEIGHTS))
    expect(progress(page)).to_contain_text("stay in this browser")
    fields = Fields(page, WEIGHTS)
    fields.answer("1.5", "3")
    assert fields.said() == repr(WEIGHTS((1.5, 3)))
    expect(progress(page)).to_contain_text("gone when you leave")


@pytest.mark.parametrize(
    "kept",
    [
        *("][", "null", "7", "[]", '"answer"'),
        *(
            json.dumps({WEIGHTS.__doc__: answer})
            for answer in (
                *(None, 7, "1.5", [1, 2], {}, {"typed": 7}),
                *({"typed": [1, 2], "judged": "12"}, {"judged": ["1"]}),
            )
        ),
    ],
)
def test_what_is_no_answer_in_storage_is_ignored(site, page, kept):
    page.add_init_script(
        f"localStorage.setItem('answers:/book/trial', {json.dumps(kept)})"
    )
    open_trial(page, site, cell(WEIGHTS))
    fields = Fields(page, WEIGHTS)
    assert fields.typed() == ["", ""]
    assert fields.said() == ""
    fields.answer("1.5", "3")
    assert fields.said() == repr(WEIGHTS((1.5, 3)))
    assert page.evaluate("Object.keys(localStorage)") == [
        "answers:/book/trial"
    ]


def test_nothing_is_sent_anywhere(site, page):
    open_trial(page, site, cell(WEIGHTS))
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    fields = Fields(page, WEIGHTS)
    for answer in (("1", "2"), ("1.5", "3")):
        fields.answer(*answer)
    page.get_by_role("button", name="Clear my answers").click()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert not sent
    assert page.url == f"{site}book/trial.html"
    assert not page.context.cookies()


def test_without_javascript_the_page_says_what_a_notebook_says(site, new_page):
    page = new_page(java_script_enabled=False)
    body = cell(WEIGHTS)
    page.route(
        f"{site}book/trial.html",
        lambda route: route.fulfill(body=body, content_type="text/html"),
    )
    page.goto(f"{site}book/trial.html")
    exercise = page.locator("book-exercise")
    assert exercise.inner_text() == repr(WEIGHTS(None))
    assert exercise.is_visible()


def test_paper_has_no_fields(site, page):
    open_trial(page, site, cell(WEIGHTS))
    Fields(page, WEIGHTS).answer("1", "2")
    page.emulate_media(media="print")
    for part in page.locator("book-exercise *, .answers, .answers *").all():
        assert not part.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_an_exercise_fits_and_is_accessible(site, new_page, scheme, width):
    page = new_page(viewport={"width": width, "height": 900})
    exercises = (WEIGHTS, TEN, LONG, TWO)
    open_trial(page, site, cell(*exercises))
    page.evaluate(
        "theme => { document.documentElement.dataset.theme = theme; }", scheme
    )
    page.evaluate(AXE)
    fields = [Fields(page, exercise) for exercise in exercises]
    assert_accessible(page)
    fields[0].answer("1.5", "3")
    fields[1].answer("1", "2")
    fields[2].answer("8")
    fields[3].answer("1", "2")
    fields[3].type("11")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(
        "book-exercise :is(label > span, input, button, .verdict)"
    ).evaluate_all(
        """(all) => all.map((node) => {
            const { left, right, top, bottom } = node.getBoundingClientRect();
            return [left, right, top, bottom, node.scrollWidth - node.clientWidth];
        })"""
    )
    assert len(boxes) > 30
    for i, (left, right, top, bottom, hidden) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        assert bottom - top >= 20
        assert hidden <= 0
        for other in boxes[i + 1 :]:
            across = min(right, other[1]) - max(left, other[0])
            along = min(bottom, other[3]) - max(top, other[2])
            assert min(across, along) < 1
    inputs = page.locator("book-exercise :is(input, button)")
    assert all(box["height"] >= 24 for box in map(box_of, inputs.all()))


def box_of(locator):
    return locator.bounding_box()


def test_ten_fields_take_half_a_screen_of_a_phone(site, new_page):
    page = new_page(viewport={"width": 390, "height": 844})
    open_trial(page, site, cell(TEN))
    box = page.locator("book-exercise .fields").bounding_box()
    assert box["height"] < 844 / 2
    # On a phone the text of a field is as large as the text around it; smaller, and the phone zooms in.
    size = (
        Fields(page, TEN)
        .inputs[0]
        .evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    )
    assert size >= 16


def outputs_of(path):
    """Give the HTML of the exercises in a notebook."""
    return [
        output["data"]["text/html"]
        for cell in nbformat.read(path, 4).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "<book-exercise " in output.get("data", {}).get("text/html", "")
    ]


WITH_EXERCISES = {path.stem: outputs_of(path) for path in NOTEBOOKS}
WITH_EXERCISES = {
    name: found for name, found in WITH_EXERCISES.items() if found
}


def test_every_pencil_exercise_is_on_one_page():
    on_pages = sorted(chain(*WITH_EXERCISES.values()))
    assert on_pages == sorted(p(None)._repr_html_() for _, p in pencils())


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_the_exercises_of_a_page_can_be_solved_there(
    site, site_dir, page, name
):
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    here = [
        p
        for _, p in pencils()
        if p(None)._repr_html_() in WITH_EXERCISES[name]
    ]
    assert len({pencil.__doc__ for pencil in here}) == len(here)
    for pencil in here:
        answer = [fitting(entry) for entry in pencil.patterns[0]]
        fields = Fields(page, pencil)
        fields.answer(*map(repr, answer))
        assert fields.said() == repr(pencil(answer))
        assert pencil(answer).right
        # The code is for the notebook, and comes after the fields.
        parts = fields.group.locator(
            "xpath=ancestor::div[contains(@class, 'cell ')]/*"
        )
        assert [
            part.evaluate("node => node.localName") for part in parts.all()
        ] == [*("div", "details")]
        summary = parts.nth(1).locator("summary")
        expect(summary).to_have_text("In a notebook", use_inner_text=True)
        assert not parts.nth(1).locator("pre").is_visible()
    expect(progress(page)).to_contain_text(
        re.compile(rf"{len(here)} of {len(here)} pencil exercises? solved")
    )


def fitting(entry):
    if isinstance(entry, list):
        return sum(entry) / 2
    return 0.0 if entry is None else entry

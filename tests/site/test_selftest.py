"""The self-test of a chapter: choose an answer, then see."""

import json
import re

import pytest
from contents import CHAPTERS
from in_page import (
    BLOCK_STORAGE,
    open_trial,
    scroll_to,
    wait_for_answers,
    wait_for_explorables,
)
from playwright.sync_api import expect
from test_pages import AXE, assert_accessible

CHAPTER = "04_bptt"


@pytest.fixture(scope="module")
def selftest(site_dir):
    """The HTML of the self-test of a chapter."""
    html = (site_dir / "book" / f"{CHAPTER}.html").read_text("utf8")
    (found,) = re.findall(
        r'(?s)<section id="test-yourself">.*?</section>', html
    )
    return f"<h1>A chapter</h1>{found}"


class Question:
    """A question on a page, by its place."""

    def __init__(self, page, place=0):
        self.form = page.locator(".choice").nth(place)
        self.radios = self.form.get_by_role("radio")
        self.see = self.form.get_by_role("button", name="See")
        self.answers = page.locator(
            f"xpath=//details[count(preceding-sibling::form) = {place + 1}]"
        )
        self.summaries = self.answers.locator("summary")
        self.group = self.form.get_by_role("group")

    def choose(self, place):
        self.radios.nth(place).check()
        self.see.click()

    @property
    def right(self):
        """Say which answer is right."""
        return self._places("Right.")[0]

    @property
    def wrong(self):
        return self._places("No.")[0]

    def _places(self, start):
        texts = self.answers.locator("p:first-of-type").all_text_contents()
        return [i for i, text in enumerate(texts) if text.startswith(start)]

    def opened(self):
        return self.answers.evaluate_all(
            "all => all.flatMap((node, i) => node.open ? [i] : [])"
        )


def enter(page):
    """Go to the first question with the keyboard."""
    page.locator("#test-yourself > p").first.evaluate(
        "node => { node.tabIndex = -1; node.focus(); }"
    )
    page.keyboard.press("Tab")


def progress(page):
    return page.locator(".answers > p")


def kept(page):
    return page.evaluate("Object.keys(localStorage)")


@pytest.mark.parametrize("name", [path.stem for path in CHAPTERS])
def test_every_question_of_a_chapter_is_a_choice(site, site_dir, page, name):
    html = (site_dir / "book" / f"{name}.html").read_text("utf8")
    (source,) = re.findall(
        r'(?s)<section id="test-yourself">.*?</section>', html
    )
    page.goto(f"{site}book/{name}.html")
    wait_for_explorables(page)
    asked = page.locator(".choice").count()
    assert asked == len(re.findall(r"<p><strong>\d+\.</strong>", source)) >= 3
    assert page.locator(".choice input").count() == source.count("<summary>")
    texts = set()
    for place in range(asked):
        question = Question(page, place)
        expect(question.group).to_have_accessible_name(re.compile(r"^\d+\. "))
        texts.add(question.group.evaluate(NAME))
        labels = question.form.locator("label").all_text_contents()
        assert labels == question.summaries.all_text_contents()
        assert len(set(labels)) == len(labels) >= 2
        assert not any(a.is_visible() for a in question.answers.all())
        scroll_to(question.form)
        question.choose(question.right)
    # An answer is kept under the text of its question.
    assert len(texts) == asked
    expect(progress(page)).to_contain_text(
        f"{asked} of {asked} questions answered, {asked} right"
    )


NAME = "node => document.getElementById(node.getAttribute('aria-labelledby')).textContent.slice(2)"


def test_moving_between_answers_reveals_nothing(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    enter(page)
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(question.radios.nth(1)).to_be_focused()
    assert question.radios.nth(1).is_checked()
    assert not any(answer.is_visible() for answer in question.answers.all())
    assert not kept(page)
    expect(progress(page)).to_contain_text(re.compile(r"^0 of \d questions"))


@pytest.mark.parametrize("keys", [["Enter"], ["Tab", "Space"]])
@pytest.mark.parametrize("is_right", [True, False])
def test_keys_choose_and_see(site, page, selftest, is_right, keys):
    open_trial(page, site, selftest)
    question = Question(page)
    place = question.right if is_right else question.wrong
    enter(page)
    page.keyboard.press("Space")
    for _ in range(place):
        page.keyboard.press("ArrowDown")
    status = page.get_by_role("status")
    expect(status).to_have_text("")
    for key in keys:
        page.keyboard.press(key)
    assert question.opened() == [place]
    expect(question.summaries.nth(place)).to_be_focused()
    expect(status).to_have_text(
        f"Your answer is {'' if is_right else 'not '}right."
    )
    # Now they are what they are without a script.
    page.keyboard.press("Space")
    assert question.opened() == []
    page.keyboard.press("Space")
    assert question.opened() == [place]


def test_enter_first_chooses_and_then_shows(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    assert not question.see.is_visible()
    enter(page)
    page.keyboard.press("Enter")
    assert question.radios.first.is_checked()
    assert question.see.is_visible()
    assert not kept(page)
    page.keyboard.press("Enter")
    assert question.opened() == [0]


def test_a_mouse_can_change_its_mind_until_it_sees(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    labels = question.form.locator("label")
    labels.nth(question.wrong).click()
    labels.nth(question.right).click()
    question.see.click()
    assert question.opened() == [question.right]
    assert not question.form.is_visible()
    expect(question.summaries.nth(question.right)).to_contain_text(
        "✓ your answer, right"
    )


def test_the_other_answers_can_be_opened_and_the_choice_stays(
    site, page, selftest
):
    open_trial(page, site, selftest)
    question = Question(page)
    wrong, right = question.wrong, question.right
    question.choose(wrong)
    mark = question.answers.locator(".verdict")
    expect(mark).to_have_text("✗ your answer, not right")
    question.summaries.nth(right).click()
    assert question.opened() == sorted([wrong, right])
    expect(mark).to_have_count(1)
    expect(question.summaries.nth(wrong)).to_contain_text("✗ your answer")
    expect(progress(page)).to_contain_text("answered, 0 right")


def test_the_choice_is_there_on_the_next_visit(site, page, selftest):
    open_trial(page, site, selftest)
    first, second, third = (Question(page, place) for place in range(3))
    first.choose(first.wrong)
    second.choose(second.right)
    third.radios.first.check()
    page.reload()
    wait_for_answers(page)
    for question, place, said in (
        (first, first.wrong, "✗ your answer, not right"),
        (second, second.right, "✓ your answer, right"),
    ):
        assert not question.form.is_visible()
        assert question.summaries.nth(place).is_visible()
        expect(question.answers.locator(".verdict")).to_have_count(1)
        expect(question.summaries.nth(place)).to_contain_text(said)
    assert third.form.is_visible()
    assert not third.answers.first.is_visible()
    expect(progress(page)).to_contain_text(
        re.compile(r"^2 of \d questions answered, 1 right")
    )


ANSWER = "<details><summary>{}</summary><p>{}</p></details>"


def asks(number, question, *answers):
    """Write a question, the first answer to which is right."""
    texts = [
        ANSWER.format(answer, "No." if i else "Right.")
        for i, answer in enumerate(answers)
    ]
    return f"<p><strong>{number}.</strong> {question}</p>" + "".join(texts)


def section(*questions):
    return f'<section id="test-yourself"><h1>Test</h1>{"".join(questions)}</section>'


def test_a_choice_belongs_to_its_question_and_its_answer(site, page):
    """Questions and answers may be moved; what has been reworded is asked anew."""
    a, b, c = (f"What is {letter}?" for letter in "abc")
    open_trial(
        page, site, section(asks(1, a, "one", "two"), asks(2, b, "one", "two"))
    )
    Question(page, 0).choose(1)
    Question(page, 1).choose(0)
    open_trial(
        page,
        site,
        section(
            asks(1, c, "one", "two"),
            asks(2, b, "zero", "one", "two"),
            asks(3, a, "two", "one"),
        ),
    )
    assert Question(page, 0).form.is_visible()
    marks = page.locator("summary > .verdict")
    expect(marks).to_have_text(
        ["✗ your answer, not right", "✓ your answer, right"]
    )
    expect(Question(page, 1).summaries.nth(1)).to_contain_text("✗")
    expect(Question(page, 2).summaries.nth(0)).to_contain_text("✓")
    open_trial(page, site, section(asks(1, a, "one", "2")))
    assert Question(page, 0).form.is_visible()


def test_what_stands_between_a_question_and_its_answers_stays(site, page):
    """Also a paragraph before the first question, and details that are no answers."""
    first = asks(1, "Is it?", "yes", "no").replace(
        "</p>", "</p><pre>code</pre><p>So?</p>", 1
    )
    before = "<p>Choose an answer, then see.</p>" + ANSWER.format("Hint", "h")
    open_trial(page, site, section(before, first, asks(2, "Why?", "a", "b")))
    assert page.locator(".choice").count() == 2
    assert page.locator(".choice input").count() == 4
    assert page.get_by_text("code", exact=True).is_visible()
    assert page.get_by_text("Hint").is_visible()


def test_the_reader_can_clear_the_choices(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    question.choose(1)
    page.get_by_role("button", name="Clear my answers").click()
    expect(progress(page)).to_be_focused()
    expect(progress(page)).to_contain_text(re.compile(r"^0 of"))
    assert not kept(page)
    assert question.form.is_visible()
    assert not question.answers.first.is_visible()
    assert page.locator("#test-yourself .verdict").count() == 0
    assert question.see.count() == 0
    assert not any(r.is_checked() for r in question.radios.all())
    question.choose(0)
    assert question.opened() == [0]


def test_a_selftest_works_where_storage_is_blocked(site, new_page, selftest):
    page = new_page()
    page.add_init_script(BLOCK_STORAGE)
    open_trial(page, site, selftest)
    question = Question(page)
    question.choose(question.right)
    assert question.opened() == [question.right]
    expect(progress(page)).to_contain_text("answered, 1 right")
    expect(progress(page)).to_contain_text("gone when you leave")


@pytest.mark.parametrize(
    "kept", ["][", "null", "[]", {"a": 1}, {"a": ["yes"]}]
)
def test_what_is_no_choice_in_storage_is_ignored(site, page, kept):
    if isinstance(kept, dict):
        kept = json.dumps({"Is it?": kept["a"]})
    page.add_init_script(
        f"localStorage.setItem('answers:/book/trial', {json.dumps(kept)})"
    )
    open_trial(page, site, section(asks(1, "Is it?", "1", "yes")))
    question = Question(page)
    assert question.form.is_visible()
    question.choose(1)
    assert question.opened() == [1]


def test_without_javascript_answers_are_a_list_to_open(site, new_page):
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}book/{CHAPTER}.html")
    answers = page.locator("#test-yourself > details")
    assert answers.count() >= 6
    answer = answers.first
    assert answer.locator("summary").is_visible()
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").click()
    assert answer.locator("p").first.is_visible()


@pytest.mark.parametrize("answered", [False, True])
def test_paper_shows_every_answer_and_no_choice(
    site, page, selftest, answered
):
    open_trial(page, site, selftest)
    if answered:
        Question(page).choose(0)
    page.emulate_media(media="print")
    for answer in page.locator("#test-yourself > details").all():
        assert answer.locator("summary").is_visible()
        assert answer.locator("p").first.bounding_box()["height"] > 10
    for part in page.locator(".choice, .choice *, .answers, .verdict").all():
        assert not part.is_visible()


def test_an_answer_keeps_its_place_when_one_is_chosen(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    texts = question.form.locator("label > span").all()
    before = [text.bounding_box() for text in texts[:2]]
    question.choose(1)
    for box, summary in zip(before, question.summaries.all()):
        after = summary.bounding_box()
        assert abs(box["y"] - after["y"]) < 4
        assert abs(box["x"] - after["x"] - 16) < 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_selftest_fits_and_is_accessible(
    site, new_page, selftest, scheme, width
):
    page = new_page(viewport={"width": width, "height": 900})
    open_trial(page, site, selftest)
    page.evaluate(
        "theme => { document.documentElement.dataset.theme = theme; }", scheme
    )
    page.evaluate(AXE)
    assert_accessible(page)
    first, second, third = (Question(page, place) for place in range(3))
    first.choose(first.right)
    second.choose(second.wrong)
    third.radios.first.check()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for control in page.locator(".choice button, .answers > button").all():
        if control.is_visible():
            assert control.bounding_box()["height"] >= 24
    for label in third.form.locator("label").all():
        assert label.bounding_box()["height"] >= 24


def test_what_has_the_focus_can_be_seen(site, page, selftest):
    open_trial(page, site, selftest)
    question = Question(page)
    enter(page)
    page.keyboard.press("Space")
    for control in (question.radios.first, question.see):
        expect(control).to_be_focused()
        assert (
            control.evaluate(
                "node => parseFloat(getComputedStyle(node).outlineWidth)"
            )
            >= 2
        )
        page.keyboard.press("Tab")

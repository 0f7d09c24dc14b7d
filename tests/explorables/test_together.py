"""Explorables that are linked, that play, and that leave and return to the page."""

import pytest
from in_page import FRAME, button, change, slider, wait_until
from playwright.sync_api import expect

from rnn_by_hand.explorables import Descent, Learning

SETTINGS = "all => all.map(({ wx, wRec }) => [wx, wRec])"


@pytest.fixture
def together(show, site):
    """Put several explorables on a page, and give them as one locator."""

    def put(*parts, **options):
        first, *others = parts
        element = show(first, **options)
        tags = sorted({part[1:].split(" ")[0] for part in parts})
        element.page.evaluate(
            """async ([parts, scripts]) => {
                document.querySelector("article").lastElementChild
                    .insertAdjacentHTML("beforebegin", parts.join(""));
                await Promise.all(scripts.map((script) => import(script)));
            }""",
            [others, [f"{site}_static/{tag}.js" for tag in tags]],
        )
        everything = element.page.locator(", ".join(tags))
        expect(everything).to_have_count(len(parts))
        everything.first.evaluate(f"() => {FRAME}")
        return everything

    return put


def tag(kind, /, **attributes):
    given = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return f"<{kind}{given}></{kind}>"


def test_three_that_are_linked_are_one(together):
    """Each kind takes the parameters that it has, and nothing goes round in circles."""
    all_of_them = together(
        tag("rnn-states", link="one", wx="0.3", wrec="0.7"),
        tag("rnn-learning", link="one"),
        tag("rnn-loss-surface", link="one"),
        tag("rnn-bptt", link="another"),
    )
    page = all_of_them.page
    page.evaluate(
        """() => {
            window.changes = [];
            document.addEventListener("rnn-change", ({ target }) => changes.push(target.localName));
        }"""
    )
    own = all_of_them.last.evaluate("({ wx, wRec }) => [wx, wRec]")
    assert all_of_them.evaluate_all(SETTINGS) == [*[[0.3, 0.7]] * 3, own]
    for k, tag_name in enumerate(("rnn-states", "rnn-loss-surface")):
        slider(page.locator(tag_name), "wRec").press("ArrowLeft")
        weights = [0.3, round(0.69 - 0.01 * k, 2)]
        assert all_of_them.evaluate_all(SETTINGS) == [*[weights] * 3, own]
    # Only the one that the reader moves tells the page.
    assert page.evaluate("changes") == ["rnn-states", "rnn-loss-surface"]


def test_a_link_that_comes_later_links(together):
    both = together(
        tag("rnn-states", link="one", wx="0.3", wrec="0.7"),
        tag("rnn-learning", wx="0.1", wrec="0.2"),
    )
    page = both.page
    assert both.evaluate_all(SETTINGS) == [[0.3, 0.7], [0.1, 0.2]]
    both.last.evaluate("element => element.setAttribute('link', 'one')")
    assert both.evaluate_all(SETTINGS) == [[0.3, 0.7]] * 2
    both.last.evaluate("element => element.setAttribute('link', 'other')")
    slider(page.locator("rnn-states"), "wx").press("ArrowRight")
    assert both.evaluate_all(SETTINGS) == [[0.31, 0.7], [0.3, 0.7]]


def test_two_that_are_linked_do_not_both_learn(together):
    """The one that was started last learns, and the other shows it."""
    both = together(
        tag("rnn-learning", link="one", wx="0.5", wrec="0.6"),
        tag("rnn-learning", link="one"),
    )
    for one in (both.first, both.last):
        button(one, "Let it learn").click()
    expect(button(both.first, "Let it learn")).to_be_visible()
    wait_until(
        both.page,
        "() => [...document.querySelectorAll('rnn-learning')].every(({ wRec }) => Math.abs(wRec - 1) < 0.1)",
    )
    expect(button(both.last, "Let it learn")).to_be_visible()
    first, last = both.evaluate_all(SETTINGS)
    assert first == last


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (tag("rnn-learning"), "Let it learn"),
        (tag("rnn-bptt", step="3"), "Play"),
        (tag("rnn-descent", wx="1", wrec="0.5", steps="1"), "Let it roll"),
        (tag("rnn-scan", n="32", kind="chain"), "Play"),
    ],
)
def test_reset_and_removal_end_what_plays(show, part, name):
    element = show(part)
    setting = element.evaluate("element => structuredClone(element.setting)")
    for end in ("reset", "remove"):
        button(element, name).click()
        element.page.wait_for_timeout(100)
        if end == "reset":
            button(element, "Reset").click()
        else:
            element.evaluate(
                """async (element) => {
                    const { parentNode, nextSibling } = element;
                    element.remove();
                    await new Promise((resolve) => setTimeout(resolve, 50));
                    parentNode.insertBefore(element, nextSibling);
                    element.reset();
                }"""
            )
        expect(button(element, name)).to_be_visible()
        element.page.wait_for_timeout(900)
        assert element.evaluate("element => element.setting") == setting


COUNT_WORKERS = """() => {
    window.workers = [];
    window.Worker = class {
        constructor() { workers.push(this); this.alive = true; }
        postMessage() {}
        terminate() { this.alive = false; }
    };
    const script = document.createElement("script");
    Object.assign(script, { type: "module", src: "_static/explorables.js" });
    document.head.append(script);
}"""
ALIVE = "() => workers.filter(({ alive }) => alive).length"


@pytest.mark.parametrize(
    "explorable", [Learning(), Descent()], ids=["learning", "descent"]
)
def test_a_map_of_fates_ends_with_its_explorable_and_begins_anew(
    show, explorable
):
    element = show(explorable)
    page = element.page
    page.evaluate(COUNT_WORKERS)
    change(element, show="fates")
    assert page.evaluate(ALIVE) == 1
    element.evaluate(
        """element => {
            window.away = element;
            window.place = element.nextSibling;
            // A change that is not painted yet must not start another map.
            element.rate = 0.02;
            element.remove();
        }"""
    )
    page.evaluate(f"{FRAME}.then(() => {FRAME})")
    assert page.evaluate(ALIVE) == 0
    page.evaluate("place.parentNode.insertBefore(away, place)")
    page.evaluate(f"{FRAME}.then(() => {FRAME})")
    assert page.evaluate(ALIVE) == 1


def test_a_map_of_fates_that_is_shown_again_and_again_has_one_worker(show):
    element = show(Learning())
    page = element.page
    page.evaluate(COUNT_WORKERS)
    for shown in range(50):
        change(element, show="fates")
        assert page.evaluate(ALIVE) == 1
        change(element, show="loss")
        assert page.evaluate(ALIVE) == 0, shown

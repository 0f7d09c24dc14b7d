"""Pencil exercises: what Python says of an answer, and that a page says the same."""

import json
import math
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from contents import ROOT
from pencils import SAMPLES, TWO, pencils

from rnn_by_hand.exercises import Pencil

NODE = shutil.which("node", path=Path(sys.executable).parent) or "node"
JUDGE = ROOT / "book" / "_static" / "judge.js"

ALL = {f"sample {i}": sample for i, sample in enumerate(SAMPLES)}
ALL.update(pencils())


@pytest.mark.parametrize(
    ("answer", "right", "why"),
    [
        ((1 / 3, -2), True, "a is a third & b isn't."),
        (np.array([[0.3333, -2.001]]), True, "a is a third & b isn't."),
        ([-2, 1 / 3], False, "the other way round."),
        ((0.5, 5), False, "a is between 0 and 1, and b is 5."),
        ((7, 0), False, "b is 0."),
        ((0, 5), False, "a is not a third."),
        ((1, 5), False, "a is not a third."),
        ((1 / 3, -2.1), False, "b is not minus 2."),
        ((math.nan, -2), False, "a is not a third."),
        ((1 / 3, math.inf), False, "b is not minus 2."),
        ((1, 2, 3), False, "2 asked for (a, b < 2), and there are 3."),
        (1, False, "2 asked for (a, b < 2), and there are 1."),
        (None, False, "there is no answer here so far."),
    ],
)
def test_the_first_pattern_that_fits_is_told(answer, right, why):
    assert TWO(answer) == (right, why)


def test_one_number_needs_no_list():
    assert SAMPLES[1](7).right
    assert SAMPLES[1]([7]).right


@pytest.mark.parametrize("answer", ["three", 1j, [1, [2, 3]], lambda: 1])
def test_what_is_no_number_is_refused_with_a_reason(answer):
    verdict = TWO(answer)
    assert not verdict.right
    assert "the answer" in verdict.why


def test_the_tolerance_is_a_part_of_the_number_and_none_of_0():
    assert SAMPLES[0]([1 / 3 * 1.0009, -2]).right
    assert not SAMPLES[0]([1 / 3 * 1.0011, -2]).right
    assert SAMPLES[2](-0.0).right
    assert not SAMPLES[2](5e-324).right


@pytest.mark.parametrize(
    ("right", "slips", "otherwise", "said"),
    [
        ([1], [], ["a", "b"], "there are 2 fields"),
        ([1, 2], [([1], "no")], ["a", "b"], "there are 2 fields"),
        ([1, 2], [], ["a"], "there are 2 fields"),
        ([1, math.nan], [], ["a", "b"], "finite"),
        ([1, math.inf], [], ["a", "b"], "finite"),
        ([1, (0, math.nan)], [], ["a", "b"], "finite"),
        ([1, (2, 1)], [], ["a", "b"], "low, high"),
    ],
)
def test_an_exercise_that_cannot_be_judged_is_refused(
    right, slips, otherwise, said
):
    with pytest.raises(ValueError, match=said):
        Pencil("What?", ["x", "y"], (right, "so."), slips, otherwise)


def test_the_last_digits_of_a_machine_are_not_in_the_page():
    made = Pencil(
        "What?", ["x"], ([0.1 + 0.2], "so."), [([2**53 - 1], "n")], "n"
    )
    assert made.patterns == [[0.3], [2**53 - 1]]


class Element(HTMLParser):
    """The attributes and the text of the elements in a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", ALL)
def test_no_answer_is_an_element_with_the_rules_and_the_verdict(name):
    element = Element(ALL[name](None)._repr_html_())
    ((tag, attributes),) = element.tags
    assert tag == "book-exercise"
    assert json.loads(attributes["rules"]) == ALL[name].rules
    assert element.text == repr(ALL[name](None))


def test_only_no_answer_is_an_element():
    assert not hasattr(TWO((1, 2)), "_repr_html_")


#: Numbers that are judged in a way of their own, or not at all.
EDGES = (
    *(0.0, -0.0, 1.0, -1.0, 5e-324, 1e308, -1e308),
    *(math.inf, -math.inf, math.nan),
)


def around(entry, rtol):
    """Give a number that fits an entry of a pattern, and others within and just outside its limits."""
    if entry is None:
        return [0.25, *EDGES]
    if isinstance(entry, list):
        low, high = entry
        ends = [low, high]
        return [low / 2 + high / 2, *ends, *neighbours(low), *neighbours(high)]
    number, sizes = float(entry), (1 - rtol, 1 + rtol)
    limits = [near for size in sizes for near in neighbours(number * size)]
    return [number, -number, number / 2, *(number * s for s in sizes), *limits]


def neighbours(number):
    with np.errstate(over="ignore"):
        return [float(np.nextafter(number, end)) for end in (-np.inf, np.inf)]


def answers(pencil):
    """Give all that is listed, each with a number that is not quite it or is an edge, and noise."""
    for pattern in pencil.patterns:
        near = [around(entry, pencil.rtol) for entry in pattern]
        fitting = [numbers[0] for numbers in near]
        yield fitting
        yield from map(list, zip(*(n[: min(map(len, near))] for n in near)))
        for i, numbers in enumerate(near):
            for number in (*numbers, *EDGES):
                yield [*fitting[:i], number, *fitting[i + 1 :]]
    if len(pencil.fields) <= 2:
        yield from map(list, product(EDGES, repeat=len(pencil.fields)))
    rng = np.random.default_rng(4)
    shape = (50, len(pencil.fields))
    yield from (rng.normal(size=shape) * 10.0 ** rng.integers(-3, 4)).tolist()


def in_javascript(code, argument):
    """Run code on `given` with everything that judge.js exports, in Node, and give its result."""
    script = f"""
        import {{ judge, read, sentence, ways }} from {json.dumps(JUDGE.as_uri())};
        let text = "";
        for await (const part of process.stdin) text += part;
        const given = JSON.parse(text);
        console.log(JSON.stringify({code}));
    """
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", script],
        input=json.dumps(argument),
        capture_output=True,
        encoding="utf8",
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


def as_text(number):
    """Write a float so that JavaScript's Number reads the same one; JSON has no infinity."""
    return repr(number).replace("inf", "Infinity").replace("nan", "NaN")


@pytest.mark.parametrize("name", ALL)
def test_a_page_says_what_python_says(name):
    pencil = ALL[name]
    given = [*answers(pencil)]
    python = [repr(pencil(answer)) for answer in given]
    # Every sentence that the exercise has is compared.
    assert {words.partition(": ")[2] for words in python} >= {*pencil.words}
    rules = Element(pencil(None)._repr_html_()).tags[0][1]["rules"]
    page = in_javascript(
        "given.answers.map((numbers) => sentence(judge(JSON.parse(given.rules), numbers.map(Number))))",
        {"rules": rules, "answers": [[*map(as_text, a)] for a in given]},
    )
    for answer, there, here in zip(given, page, python):
        assert there == here, answer


READ = {
    "0.5": 0.5,
    " .5 ": 0.5,
    "5.": 5,
    "-1.875": -1.875,
    "−1.875": -1.875,  # a minus sign
    "–1.875": -1.875,  # a dash
    "‐1.875": -1.875,  # a hyphen that is not on the keyboard
    "- 2": -2,
    "+3": 3,
    "0,5": 0.5,
    "-1,87": -1.87,
    "0,125": 0.125,
    "1234,567": 1234.567,
    "12 000": 12_000,
    "1 234 567.5": 1_234_567.5,
    "12\N{THIN SPACE}000": 12_000,
    "12\N{NARROW NO-BREAK SPACE}000": 12_000,
    "1/3": 1 / 3,
    "-15 / 8": -15 / 8,
    "½": 0.5,
    "2e-5": 2e-5,
    "2E5": 2e5,
    "9.26 × 10⁻⁵": 9.26e-5,
    "9.26*10^-5": 9.26e-5,
    "−3·10²": -300,
    "1e400": math.inf,
}
UNREAD = [
    *("", " ", "abc", "1.2.3", "1 2", "12 00", "1234 5678", "--2", "1/0"),
    *("1/2/3", "/2", "1/", "50%", "wx", "NaN", "Infinity", "0x10", "1_000"),
    *("1,234", "−1,875", "1,234.5", "1,2,3", "3 × 105", "e5", "1,5/3", "."),
]


def test_numbers_are_read_as_people_type_them():
    pairs = [(text, as_text(float(number))) for text, number in READ.items()]
    wrong = in_javascript(
        "given.filter(([text, number]) => !Object.is(read(text), Number(number)))"
        ".map(([text]) => [text, String(read(text))])",
        pairs,
    )
    assert wrong == []


def test_what_is_no_number_is_not_read():
    got = in_javascript("given.map((text) => String(read(text)))", UNREAD)
    assert dict(zip(UNREAD, got)) == dict.fromkeys(UNREAD, "null")


def test_a_number_that_can_be_read_in_two_ways_is_not_read():
    texts = ["1,234", "-12,345", "0,125", "1,23", "1234,567", "1.234"]
    got = in_javascript("given.map(ways)", texts)
    assert got == [["1234", "1.234"], ["-12345", "-12.345"], *4 * [None]]

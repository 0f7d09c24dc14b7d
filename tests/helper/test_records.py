"""The records are of what the project has now, and the judge of gradient checks is just."""

import json
import re
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gradients import ALL, ALONE, places
from judging import CASES, judge, judge_report, why_false

from rnn_by_hand.gradient_check import GradientCheckError, check_gradients
from rnn_by_hand.model import make_dataset
from rnn_by_hand.optimizers import OPTIMIZERS
from rnn_by_hand.records import (
    gradient_checks,
    optimizer_search,
    table_of_checks,
    table_of_search,
    write_record,
)
from rnn_by_hand.records.adder import ADDER_STARTS, ADDER_TRAINING
from rnn_by_hand.records.gates import GATES
from rnn_by_hand.records.newton import NEWTON_ROUNDS
from rnn_by_hand.records.practice import PRACTICE
from rnn_by_hand.surface import Surface

README = Path(__file__).parents[2] / "README.md"
RECORD = gradient_checks()
TOOLS = {tool["tool"]: tool for tool in RECORD["tools"]}


def test_the_record_of_checks_is_of_the_gradients_there_are():
    renew = "python tests/benchmarks/bench_gradient_check.py --record"
    assert RECORD["cases"] == len(CASES), f"to renew it: {renew}"


def test_the_check_of_the_book_says_nothing_false_and_leaves_nothing_open():
    book = TOOLS["this book"]
    assert (book["said falsely"], book["undecided"]) == (0, 0)


def test_the_readme_says_what_is_on_record():
    others = [
        t["said falsely"] for name, t in TOOLS.items() if name != "this book"
    ]
    text = README.read_text(encoding="utf8")
    assert f"Of {RECORD['cases']} gradients" in text
    assert f"say {min(others)} to {max(others)} falsely each" in text


def test_the_page_that_the_readme_names_has_the_table():
    text = README.read_text(encoding="utf8")
    page = re.search(r"\((book/\w+\.ipynb)\) has the table", text)[1]
    notebook = (README.parent / page).read_text(encoding="utf8")
    assert "show_table(*table_of_checks())" in notebook
    first, *_ = table_of_checks()[1]
    assert f'<td>{first[0]}</td><td class=\\"number\\">{len(CASES)}</td>' in (
        notebook
    )


def test_the_record_of_checks_has_all_tools_with_versions():
    assert [*TOOLS] == ["this book", "SciPy", "autograd", "PyTorch", "JAX"]
    assert {*RECORD["versions"]} == {*TOOLS} - {"this book"} | {
        "NumPy",
        "Python",
    }
    for version in RECORD["versions"].values():
        assert re.fullmatch(r"\d+(\.\d+)+", version)


def test_every_false_verdict_in_the_record_has_a_reason():
    for tool in TOOLS.values():
        reasons = (tool[why] for why in ("passed", "failed", "decided"))
        assert sum(reasons) == tool["said falsely"]
        assert tool["undecided"] <= (
            tool["too many losses"] + tool["other errors"]
        )


def test_the_table_of_checks_shows_the_record():
    header, rows = table_of_checks()
    assert len(header) == 6
    for row, tool in zip(rows, TOOLS.values(), strict=True):
        shown = dict(zip(header, row, strict=True))
        assert shown["tool"] == tool["tool"]
        assert shown["cases"] == str(len(CASES))
        assert shown["false verdicts"] == str(tool["said falsely"])
        assert shown["undecided"] == str(tool["undecided"])
        assert shown["losses used"] == str(tool["losses"])
        assert shown["seconds"] == str(tool["seconds"])


def case_with(truth, **allowed):
    return replace(CASES[0], truth=truth, **allowed)


@pytest.mark.parametrize(
    ("case", "judged"),
    [
        (case_with("right"), "sound false undecided"),
        (case_with("wrong"), "false sound undecided"),
        (case_with("undecided"), "false false sound"),
        (case_with("right", also={"wrong"}), "sound sound undecided"),
        (case_with("undecided", also={"right"}), "sound false sound"),
        (case_with("right", unsure={"wx": ALL}), "sound false sound"),
        (case_with("wrong", unsure={"wx": ALL}), "false sound undecided"),
    ],
)
def test_a_verdict_is_judged(case, judged):
    verdicts = ["right", "wrong", "undecided"]
    assert " ".join(judge(case, verdict) for verdict in verdicts) == judged


def test_a_false_verdict_has_a_kind():
    assert why_false(case_with("wrong"), "right") == "passed"
    assert why_false(case_with("right"), "wrong") == "failed"
    assert why_false(case_with("undecided"), "right") == "decided"


def reported(name):
    (case,) = (case for case in CASES if case.name == name)
    given = case.build()
    try:
        report = check_gradients(**given)
    except GradientCheckError as error:
        report = error.check
    return case, report, places(given)


def test_whatever_a_report_says_is_judged():
    name = "a logistic regression with one wrong weight of 60"
    case, report, values = reported(name)
    assert judge_report(case, report, values) == "sound"
    (bad,) = (row for row in report.rows if row.verdict == "wrong")
    for parts in (
        {"verdict": "right"},
        {"parameters": [replace(report.parameters[0], verdict="right")]},
        {"rows": [replace(bad, verdict="right")]},
        {"rows": [replace(bad, index=(0,))]},
    ):
        judged = judge_report(case, replace(report, **parts), values)
        assert judged == "false", parts
    unsure = replace(bad, verdict="undecided")
    seen = replace(report, rows=[unsure])
    assert judge_report(case, seen, values) == "undecided"
    seen = replace(case, unsure={ALONE: [(33,)]})
    judged = judge_report(seen, replace(report, rows=[unsure]), values)
    assert judged == "sound"


def test_a_cause_that_is_not_one_is_false():
    case, report, values = reported("a classifier whose biases go uphill")
    assert any("sign" in cause.keys for cause in report.causes)
    assert judge_report(case, report, values) == "sound"
    other = replace(case, causes=frozenset({"transposed"}))
    assert judge_report(other, report, values) == "false"


SEARCH = optimizer_search()
SCRIPT = Path(__file__).parents[2] / "book/experiments/search_optimisers.py"
OF_SCRIPT = runpy.run_path(str(SCRIPT))


def test_the_record_of_the_search_has_the_settings_of_the_script():
    assert {*SEARCH["optimizers"]} == {*OPTIMIZERS} == {*SEARCH["race"]}
    for name, found in SEARCH["optimizers"].items():
        tried = [{**one} for one in found["tried"]]
        for one in tried:
            del one["arrived"]
        assert tried == OF_SCRIPT["settings_of"](name)
        assert len(tried) == 125
    for key, name in (("steps", "CAPS"), ("losses", "LOSSES")):
        assert SEARCH[key] == [*OF_SCRIPT[name]]
    assert SEARCH["seeds"] == [*OF_SCRIPT["SEEDS"]]
    assert SEARCH["starts"] == OF_SCRIPT["SIDE"] ** 2


def test_the_best_setting_in_the_record_is_the_best():
    for found in SEARCH["optimizers"].values():
        arrived = [one["arrived"][0][0] for one in found["tried"]]
        assert arrived.index(max(arrived)) == found["best"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_part_of_the_search_comes_out_as_recorded(name):
    """The best setting, three others, the best on another data set, and a race on two."""
    surface = Surface(*make_dataset())
    found = SEARCH["optimizers"][name]
    arrivals = OF_SCRIPT["arrivals"]
    for i in (found["best"], 30, 62, 94):
        setting = {**found["tried"][i]}
        recorded = setting.pop("arrived")
        caps = OF_SCRIPT["CAPS"][:2]
        assert arrivals(name, setting, surface, caps) == recorded[:2]
    setting = {**found["tried"][found["best"]]}
    del setting["arrived"]
    for i in (4, 40):
        other = Surface(*make_dataset(seed=SEARCH["seeds"][i]))
        again = arrivals(name, setting, other, (500,), (1e-2,))
        assert again == [[found["other data"][i][0]]]
    for seed in (0, 8):
        assert OF_SCRIPT["race"](name, seed) == SEARCH["race"][name][seed]
    rate, steps = SEARCH["fastest"][name]
    assert OF_SCRIPT["race"](name, 0, rate)[1] == steps
    for other in (rate / 2, rate * 1.5):
        assert (OF_SCRIPT["race"](name, 0, other)[1] or np.inf) >= steps


def test_the_table_of_the_search_shows_the_record():
    header, rows = table_of_search()
    assert header[2:5] == ["500 steps", "1000", "2000"]
    for row, (name, found) in zip(
        rows, SEARCH["optimizers"].items(), strict=True
    ):
        shown = dict(zip(header, row, strict=True))
        best = found["tried"][found["best"]]
        assert shown["optimiser"] == name
        assert f"rate {best['rate']}" in shown["best setting"]
        for cap, counts in zip(header[2:5], best["arrived"], strict=True):
            assert shown[cap] == f"{counts[0] / 1681:.0%}"
        assert shown["below 0.0001"] == f"{best['arrived'][0][1] / 1681:.0%}"
        others = np.divide(found["other data"], 1681)[:, 0]
        assert len(others) == 60
        assert shown["60 other data sets: least"] == f"{min(others):.0%}"
        assert shown["median"] == f"{np.median(others):.0%}"
        assert shown["most"] == f"{max(others):.0%}"
        tried = [one["arrived"][0][0] / 1681 for one in found["tried"]]
        assert shown["median of 125 settings"] == f"{np.median(tried):.0%}"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (ADDER_STARTS, "runs"),
        (ADDER_TRAINING, "weights"),
        (GATES, "runs"),
        (NEWTON_ROUNDS, "runs"),
        (PRACTICE, "runs"),
    ],
    ids=lambda one: getattr(one, "stem", one),
)
def test_a_record_is_stored_as_it_is_written(tmp_path, path, name):
    """A row in each line, and no space that says nothing."""
    head = json.loads(path.read_text(encoding="utf8"))
    rows = head.pop(name)
    write_record(tmp_path / path.name, head, name, rows)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    assert len(path.read_text(encoding="utf8").splitlines()) == len(rows) + 2

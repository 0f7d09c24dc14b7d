"""Break the helper at every site, one change at a time, and count what its tests notice.

Each mutant is a fork of this process, which has imported what is slow to import and nothing of the
helper. It runs the tests that reach the changed line, until one fails.
"""

import argparse
import ast
import hashlib
import importlib
import json
import math
import os
import re
import resource
import signal
import sys
import time
import tomllib
from functools import partial
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

import hypothesis
import pytest
from mutation.operators import mutants

# What the tests import and what takes its time; a fork has it already.
for slow in (
    *("numpy", "matplotlib.pyplot", "autograd.numpy", "scipy.signal"),
    *(
        "scipy.optimize",
        "anywidget",
        "IPython.display",
        "hypothesis.strategies",
    ),
):
    importlib.import_module(slow)

ROOT = Path(__file__).parents[2]
HELPER = ROOT / "src" / "rnn_by_hand"
TESTS = ROOT / "tests" / "helper"
STORE = ROOT / "_build" / "mutants"
MODULES = (
    *("model", "vector_rnn", "gated", "gradient_check", "gradient_report"),
    *("diagnosis", "surface", "scan", "optimizers", "bug_zoo", "checks"),
)
#: The least share of mutants that are not equivalent and die, and the greatest of equivalent ones.
DIE, EQUIVALENT = 0.97, 0.03
#: Tests that take longer than this many seconds of a processor are left out.
SLOWEST = 2.0
KILLED, TIMED_OUT, SURVIVED, SAME = "killed", "timed out", "survived", "same"
CODES = {KILLED: 1, TIMED_OUT: 3, SURVIVED: 0, SAME: 4}
AT_ONCE = 2
# The same examples as ever; which of them is the smallest that fails does not matter here.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("mutants")


def run_pytest(files, plugin):
    options = "-q -x --noconftest --assert=plain --tb=no -o addopts="
    off = "-p no:cacheprovider -p no:faulthandler -p no:logging"
    where = f"--rootdir={ROOT} -c {ROOT / 'pyproject.toml'}"
    paths = map(str, files)
    return pytest.main(
        [*f"{options} {off} {where}".split(), *paths], plugins=[plugin]
    )


def forked(jobs):
    """Run each job in a fork, two at once, and yield its key and its exit code."""
    running = {}
    for key, job in jobs:
        if len(running) == AT_ONCE:
            yield _one_ended(running)
        sys.stdout.flush()
        if pid := os.fork():
            running[pid] = key
            continue
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = CODES[KILLED]
        try:
            code = job()
        finally:
            os._exit(code)
    while running:
        yield _one_ended(running)


def _one_ended(running):
    pid, status = os.wait()
    return running.pop(pid), os.waitstatus_to_exitcode(status)


# ------------------------------------------------------------ which test reaches which line


class Recorder:
    """Notes the lines of the helper that each test reaches, and how long it takes."""

    def __init__(self):
        self.lines, self.seconds, self.failed = {}, {}, []
        self.codes = {}
        self.now = self.lines.setdefault("", {})

    def trace(self, frame, event, _):
        code = frame.f_code
        name = self.codes.get(code)
        if name is None:
            path = Path(code.co_filename)
            is_ours = path.parent == HELPER and path.stem in MODULES
            name = self.codes[code] = path.stem if is_ours else ""
        if not name:
            return None
        self.now.setdefault(name, set()).add(frame.f_lineno)
        return self.trace

    def pytest_sessionstart(self):
        sys.settrace(self.trace)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        self.now = self.lines[item.nodeid] = {}
        sys.settrace(self.trace)
        begin = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - begin
        sys.settrace(None)

    def pytest_runtest_logreport(self, report):
        if not report.passed:
            self.failed.append(report.nodeid)


def record(path, target, digest):
    recorder = Recorder()
    run_pytest([path, "--maxfail=1000"], recorder)
    lines = {
        test: {name: sorted(found) for name, found in of.items()}
        for test, of in recorder.lines.items()
        if test not in recorder.failed
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    said = [digest, lines, recorder.seconds, recorder.failed]
    target.write_text(json.dumps(said))
    return 0


def recorded():
    """What each file of tests reaches, recorded anew where it or the helper has changed."""
    paths = sorted(TESTS.glob("test_*.py"))
    shared = {*HELPER.rglob("*.py")} | {*TESTS.glob("*.py")} - {*paths}
    common = b"".join(path.read_bytes() for path in sorted(shared))
    found, stale = {}, []
    for path in paths:
        digest = hashlib.sha256(common + path.read_bytes()).hexdigest()
        target = STORE / "reached" / f"{path.stem}.json"
        if not target.exists() or json.loads(target.read_text())[0] != digest:
            stale.append(
                (path, lambda p=path, t=target, d=digest: record(p, t, d))
            )
    for path, code in forked(stale):
        print(f"recorded {path.stem}" + f": exit code {code}" * bool(code))
    for path in paths:
        target = STORE / "reached" / f"{path.stem}.json"
        found[path] = json.loads(target.read_text())[1:]
    return found


def reaching(module, first, last, reached):
    """The tests that reach a line, as pairs of seconds and name."""
    tests, wide = [], []
    for path, (lines, seconds, _) in reached.items():
        at_import = lines.get("", {}).get(module, ())
        named = re.search(
            rf"(?m)^from rnn_by_hand.*\b{module}\b", path.read_text()
        )
        for test, found in lines.items():
            if not test or seconds[test] > SLOWEST:
                continue
            if any(first <= line <= last for line in found.get(module, ())):
                tests.append((seconds[test], test))
            elif named or module in found:
                wide.append((seconds[test], test))
        ran = any(first <= line <= last for line in at_import)
        if ran:
            tests += [(1000, "")]
    if (1000, "") in tests:
        tests += wide
    return sorted({pair for pair in tests if pair[1]})


# ------------------------------------------------------------ one mutant


class Changed(SourceFileLoader):
    """Loads a module of the helper from other code."""

    def __init__(self, name, path, code):
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname):
        return self.code

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        spec = PathFinder.find_spec(fullname, path)
        spec.loader = self
        return spec


class Selection:
    """Runs some tests alone, the fastest first, each for no longer than it may take."""

    def __init__(self, seconds):
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if item.nodeid in self.seconds]
        items.sort(key=lambda item: self.seconds[item.nodeid])

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item):
        limit(1 + 5 * self.seconds[item.nodeid])
        yield
        limit(10)


def limit(seconds):
    # Seconds of the processor: another process does not make a mutant slow.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def essence(code):
    consts = [
        essence(c) if hasattr(c, "co_code") else repr(c)
        for c in code.co_consts
    ]
    return code.co_code, consts, code.co_names, code.co_varnames, code.co_flags


def run_mutant(module, tree, mutant, tests):
    path = HELPER / f"{module}.py"
    before = compile(tree, path, "exec")
    if mutant:
        mutant.apply()
    after = compile(ast.fix_missing_locations(tree), path, "exec")
    if mutant and essence(before) == essence(after):
        return CODES[SAME]
    sys.meta_path.insert(0, Changed(f"rnn_by_hand.{module}", str(path), after))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.signal(signal.SIGVTALRM, lambda *_: os._exit(CODES[TIMED_OUT]))
    limit(10)
    files = {}
    for seconds, test in tests:
        files.setdefault(test.partition("::")[0], {})[test] = seconds
    own = f"tests/helper/test_{module}.py"
    for stage in ([own], [name for name in files if name != own]):
        stage = [name for name in stage if name in files]
        chosen = {t: s for name in stage for t, s in files[name].items()}
        if stage and run_pytest([ROOT / n for n in stage], Selection(chosen)):
            return CODES[KILLED]
    return CODES[SURVIVED]


# ------------------------------------------------------------ all of a module


def run_module(module, reached, only=None):
    """Give the line, the function, the change and the outcome of each mutant of a module."""
    source = (HELPER / f"{module}.py").read_text(encoding="utf8")
    tree, all_mutants = mutants(source)
    chosen = [
        m for m in all_mutants if only is None or [m.within, m.change] in only
    ]

    def jobs():
        every = reaching(module, 1, math.inf, reached)
        yield None, lambda: run_mutant(module, tree, None, every)
        for i, m in enumerate(chosen):
            tests = reaching(module, m.first, m.last, reached)
            yield i, partial(run_mutant, module, tree, m, tests)

    outcomes = dict(forked(jobs()))
    if outcomes.pop(None) != CODES[SURVIVED]:
        sys.exit(f"{module}: a test fails although nothing is changed")
    names = {code: name for name, code in CODES.items()}
    return [
        (m.line, m.within, m.change, names.get(outcomes[i], KILLED))
        for i, m in enumerate(chosen)
    ]


def judge(module, outcomes, equivalent):
    """The row of a module in the table, its survivors, and what is wrong with the list."""
    listed = {(e["within"], e["change"]) for e in equivalent}
    alive = [o for o in outcomes if o[3] == SURVIVED]
    sites = [o for o in outcomes if o[3] != SAME]
    wrong = [
        f"{module}: listed as equivalent and {o[3]}: {o[1]}: {o[2]}"
        for o in sites
        if o[1:3] in listed and o[3] != SURVIVED
    ]
    wrong += [
        f"{module}: listed as equivalent, and there is none such: {key}"
        for key in listed - {o[1:3] for o in sites}
    ]
    survivors = [o for o in alive if o[1:3] not in listed]
    n_equivalent = len(alive) - len(survivors)
    dead = len(sites) - len(alive)
    share = dead / max(1, len(sites) - n_equivalent)
    if share < DIE:
        wrong.append(f"{module}: {share:.1%} die; at least {DIE:.0%} must")
    if n_equivalent > EQUIVALENT * len(sites):
        wrong.append(
            f"{module}: {n_equivalent} are called equivalent; that is too many"
        )
    timed_out = sum(o[3] == TIMED_OUT for o in sites)
    row = (
        module,
        len(sites),
        dead - timed_out,
        timed_out,
        len(survivors),
        n_equivalent,
        f"{share:.1%}",
    )
    return row, survivors, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument(
        "--again",
        action="store_true",
        help="only those that survived last time",
    )
    options = parser.parse_args()
    os.chdir(ROOT)
    table = tomllib.loads(
        (Path(__file__).parent / "equivalent.toml").read_text(encoding="utf8")
    )
    reached = recorded()
    rows, all_wrong = [], []
    for module in options.modules:
        begin = time.time()
        store, only = STORE / f"{module}.json", None
        if options.again:
            only = [
                o[1:3]
                for o in json.loads(store.read_text())
                if o[3] == SURVIVED
            ]
        outcomes = run_module(module, reached, only)
        if not options.again:
            store.write_text(json.dumps(outcomes, ensure_ascii=False))
        row, survivors, wrong = judge(module, outcomes, table.get(module, []))
        for line, within, change, _ in survivors:
            where = f"src/rnn_by_hand/{module}.py:{line}"
            print(f"{where} {within}\n    {change}")
        rows.append((*row, f"{(time.time() - begin) / 60:.1f}"))
        all_wrong += wrong
        print(*rows[-1], flush=True)
    heads = [
        "module",
        "sites",
        "killed",
        "timed-out",
        "survived",
        "equivalent",
        "share",
        "minutes",
    ]
    print("\n|", " | ".join(heads), "|\n" + "| --- " * len(heads) + "|")
    for row in rows:
        print("|", " | ".join(map(str, row)), "|")
    sys.exit("\n".join(all_wrong) or 0)


if __name__ == "__main__":
    main()

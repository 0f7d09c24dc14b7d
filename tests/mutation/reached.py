"""Which test reaches which line of the helper, and how long it takes."""

import gc
import hashlib
import json
import os
import re
import sys
import time
from functools import partial
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[2]
HELPER = ROOT / "src" / "rnn_by_hand"
TESTS = ROOT / "tests" / "helper"
STORE = ROOT / "_build" / "mutants"
MODULES = (
    *("model", "vector_rnn", "gated", "gradient_check", "gradient_report"),
    *("diagnosis", "surface", "scan", "fan", "optimizers", "bug_zoo"),
    "checks",
)
#: Tests that take longer than this many seconds, while traced, are left out.
SLOWEST = 2.0
AT_ONCE = 2

# The same examples as in `make test`; which is the smallest that fails does not matter here.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("mutants")


def run_pytest(files, plugin, *options):
    """Run some files of tests in this process, without other plugins, and give the exit code."""
    plain = f"""
        -q -x --noconftest --assert=plain --tb=no -o addopts=
        -p no:cacheprovider -p no:faulthandler -p no:logging
        -p no:unraisableexception -p no:threadexception
        --rootdir={ROOT} -c {ROOT / "pyproject.toml"}
    """
    return pytest.main(
        [*plain.split(), *options, *map(str, files)], plugins=[plugin]
    )


def forked(jobs):
    """Run each job in a fork, two at once, and yield its key and its exit code."""
    running = {}
    # Nothing that is here already is ever garbage.
    gc.freeze()
    for key, job in jobs:
        if len(running) == AT_ONCE:
            yield _one_ended(running)
        sys.stdout.flush()
        if pid := os.fork():
            running[pid] = key
            continue
        code = 1
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            code = job()
        finally:
            os._exit(code)
    while running:
        yield _one_ended(running)


def _one_ended(running):
    pid, status = os.wait()
    return running.pop(pid), os.waitstatus_to_exitcode(status)


class Recorder:
    """Notes the lines that each test reaches; those of the test "" are run by imports."""

    def __init__(self):
        self.lines, self.seconds, self.passed = {"": {}}, {}, {""}
        self.names, self.now = {}, self.lines[""]

    def trace(self, frame, event, _):
        code = frame.f_code
        if code not in self.names:
            path = Path(code.co_filename)
            is_one = path.parent == HELPER and path.stem in MODULES
            self.names[code] = path.stem if is_one else None
        if not self.names[code]:
            return None
        self.now.setdefault(self.names[code], set()).add(frame.f_lineno)
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
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def told(self):
        return {
            test: {
                "seconds": self.seconds.get(test, 0.0),
                "lines": {name: sorted(of) for name, of in lines.items()},
            }
            for test, lines in self.lines.items()
            if test in self.passed
        }


def _record(path, target, digest):
    recorder = Recorder()
    run_pytest([path], recorder, "--maxfail=1000")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"of": digest, "tests": recorder.told()}))
    return 0


def record():
    """Note what each file of tests reaches, where it or the helper has changed."""
    files = sorted(TESTS.glob("test_*.py"))
    shared = {*HELPER.rglob("*.py"), *TESTS.glob("*.py")} - {*files}
    # A module that is new in the list has not been looked at.
    shared.add(Path(__file__))
    common = b"".join(path.read_bytes() for path in sorted(shared))
    stale = []
    for path in files:
        digest = hashlib.sha256(common + path.read_bytes()).hexdigest()
        target = STORE / "reached" / f"{path.stem}.json"
        if not target.exists() or _read(target)["of"] != digest:
            stale.append((path, partial(_record, path, target, digest)))
    if stale:
        print(f"Tracing {len(stale)} files of tests")
    for path, code in forked(stale):
        if code:
            sys.exit(f"{path} could not be traced: exit code {code}")


def _read(target):
    return json.loads(target.read_text())


class Reached:
    """The tests that reach a line of a module.

    What an import runs is reached by every test that reaches any line of the module, and by all in
    the files that name it; the header of a function by those that reach the function, and by all in
    the file of the module's tests, which may be refused before they reach it.
    """

    def __init__(self, module):
        named = re.compile(rf"(?m)^from rnn_by_hand\b.*\b{module}\b")
        self.at_import, self.seconds = set(), {}
        self.own, self.at = set(), {}
        for path in sorted(TESTS.glob("test_*.py")):
            tests = _read(STORE / "reached" / f"{path.stem}.json")["tests"]
            self.at_import |= {*tests.pop("")["lines"].get(module, ())}
            is_named = named.search(path.read_text(encoding="utf8"))
            for test, told in tests.items():
                lines = told["lines"].get(module, ())
                if told["seconds"] > SLOWEST or not (lines or is_named):
                    continue
                self.seconds[test] = told["seconds"]
                if path.stem == f"test_{module}":
                    self.own.add(test)
                for line in lines:
                    self.at.setdefault(line, set()).add(test)

    def by(self, mutant):
        """The seconds that each test takes that may notice a mutant."""
        lines = range(mutant.first, mutant.last + 1)
        found = {test for line in lines for test in self.at.get(line, ())}
        if not self.at_import.isdisjoint(lines):
            own = mutant.of_function and self.own
            found |= own or {*self.seconds}
        return {test: self.seconds[test] for test in found}

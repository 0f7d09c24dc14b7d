"""Break the helper at every site, one change at a time, and count what its tests notice.

Each mutant is a fork of this process, which has imported what is slow to import and nothing of the
helper. It runs the tests that reach the changed line, the fastest first, until one fails.
"""

import argparse
import ast
import importlib
import json
import os
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

import pytest
from mutation.operators import mutants
from mutation.reached import (
    HELPER,
    MODULES,
    ROOT,
    STORE,
    Reached,
    forked,
    record,
    run_pytest,
)

for slow in (
    *("anywidget", "autograd.numpy", "hypothesis.strategies", "IPython"),
    *("matplotlib.pyplot", "scipy.optimize", "scipy.signal"),
):
    importlib.import_module(slow)

#: The least share of mutants that die, of those that are not equivalent, and the greatest share of
#: those that may be called so.
DIE, EQUIVALENT = 0.97, 0.03
OUTCOMES = ("survived", "killed", "timed out", "the same")
SURVIVED, KILLED, TIMED_OUT, SAME = range(len(OUTCOMES))
HEADS = ("module", "sites", *OUTCOMES[1:3], "equivalent", "survived")


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

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os._exit(KILLED)


def limit(seconds):
    # Seconds of the processor: another process does not make a mutant slow.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def essence(code):
    """What a module does, whatever its lines are."""
    consts = [
        essence(c) if hasattr(c, "co_code") else repr(c)
        for c in code.co_consts
    ]
    return code.co_code, consts, code.co_names, code.co_varnames, code.co_flags


def run_mutant(module, tree, mutant, seconds):
    """Load the changed module and run these tests; give the place of the outcome."""
    path = str(HELPER / f"{module}.py")
    before = compile(tree, path, "exec")
    if mutant:
        mutant.apply()
    after = compile(ast.fix_missing_locations(tree), path, "exec")
    if mutant and essence(before) == essence(after):
        return SAME
    sys.meta_path.insert(0, Changed(f"rnn_by_hand.{module}", path, after))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    signal.signal(signal.SIGVTALRM, lambda *_: os._exit(TIMED_OUT))
    limit(10)
    # What is most likely to fail is not kept waiting until all other tests are imported.
    files = {test.partition("::")[0] for test in seconds}
    own = {f"tests/helper/test_{module}.py"} & files
    for stage in (own, files - own):
        paths = [ROOT / name for name in sorted(stage)]
        if not paths:
            continue
        code = run_pytest(paths, Selection(seconds))
        # Tests that are there under another name have not failed.
        if code not in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            return KILLED
    return SURVIVED


def died(store):
    """The outcomes of those that died last time, where no twin in the same words survived."""
    found = json.loads(store.read_text()) if store.exists() else []
    outcomes = {}
    for _, *name, outcome in found:
        outcomes.setdefault(tuple(name), set()).add(outcome)
    return {
        name: min(known)
        for name, known in outcomes.items()
        if SURVIVED not in known
    }


def run_module(module, dead, equivalent):
    """Give what each mutant of a module is, with its outcome, and tell of each survivor."""
    source = (HELPER / f"{module}.py").read_text(encoding="utf8")
    tree, all_mutants = mutants(source)
    reached = Reached(module)
    outcomes = {}

    def jobs():
        yield None, partial(run_mutant, module, tree, None, reached.seconds)
        for i, m in enumerate(all_mutants):
            name = m.within, m.change
            if name in dead:
                outcomes[i] = dead[name]
                continue
            yield i, partial(run_mutant, module, tree, m, reached.by(m))

    for i, code in forked(jobs()):
        if i is None and code != SURVIVED:
            sys.exit(f"{module}: a test fails although nothing is changed")
        # A child that was ended by a signal, such as for want of memory, is dead, too.
        outcomes[i] = code if code in range(len(OUTCOMES)) else KILLED
        if i is None or code != SURVIVED:
            continue
        m = all_mutants[i]
        if (m.within, m.change) not in equivalent:
            where = f"src/rnn_by_hand/{module}.py:{m.line}"
            print(f"{where} {m.within}\n    {m.change}", flush=True)
    return [
        (m.line, m.within, m.change, outcomes[i])
        for i, m in enumerate(all_mutants)
    ]


def judge(module, found, names):
    """Give the row of a module in the table, and what is wrong with it."""
    sites = [mutant for mutant in found if mutant[3] != SAME]
    wrong = [
        f"{module}:{line}: called equivalent and {OUTCOMES[outcome]}: {change}"
        for line, within, change, outcome in sites
        if (within, change) in names and outcome != SURVIVED
    ]
    for name in names - {mutant[1:3] for mutant in sites}:
        wrong.append(f"{module}: called equivalent and not there: {name}")
    counts = [sum(m[3] == outcome for m in sites) for outcome in range(3)]
    equivalent = sum(m[1:3] in names and m[3] == SURVIVED for m in sites)
    share = 1 - (counts[0] - equivalent) / (len(sites) - equivalent)
    if share < DIE:
        wrong.append(f"{module}: {share:.1%} die; it must be {DIE:.0%}")
    if equivalent > EQUIVALENT * len(sites):
        wrong.append(
            f"{module}: {equivalent} of {len(sites)} are called equivalent; "
            f"{EQUIVALENT:.0%} may be"
        )
    row = (module, len(sites), *counts[1:], equivalent, counts[0] - equivalent)
    return (*row, f"{share:.1%}"), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "modules", nargs="*", default=MODULES, metavar="MODULE"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="leave out those that died last time",
    )
    options = parser.parse_args()
    os.chdir(ROOT)
    table = Path(__file__).with_name("equivalent.toml").read_text("utf8")
    listed = {
        module: {(entry["within"], entry["change"]) for entry in entries}
        for module, entries in tomllib.loads(table).items()
    }
    record()
    rows, wrong = [(*HEADS, "die", "minutes"), ("---",) * 8], []
    for module in options.modules:
        store, begin = STORE / f"{module}.json", time.time()
        dead = died(store) if options.again else {}
        equivalent = listed.get(module, set())
        found = run_module(module, dead, equivalent)
        store.write_text(json.dumps(found, ensure_ascii=False))
        row, problems = judge(module, found, equivalent)
        rows.append((*row, f"{(time.time() - begin) / 60:.1f}"))
        wrong += problems
    print()
    for row in rows:
        print("|", *(f"{cell} |" for cell in row))
    if wrong:
        sys.exit("\n".join(["", *wrong]))


if __name__ == "__main__":
    main()

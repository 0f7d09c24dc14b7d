"""Run Lighthouse on every page of a built site, as on a phone.

    python tests/audit/audit.py _build/html

A small server stands in for GitHub Pages, which compresses text. Each page is loaded three times, on
a simulated phone (a processor four times as slow, 1.6 Mbit/s, 150 ms to the server), and the median
of each score counts. A page fails if its performance is below 95, or any other score below 100. The
pages name an address other than this server's as their own, which Lighthouse accepts.

The performance depends on processor time, so other work on the machine lowers it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "book" / "_tools"), str(ROOT / "tests")]

from browser import QUIET, chromium  # noqa: E402
from compressed import serve  # noqa: E402

LIGHTHOUSE = Path(__file__).parent / "node_modules/.bin/lighthouse"
LEAST = {
    "performance": 95,
    "accessibility": 100,
    "best-practices": 100,
    "seo": 100,
}
RUNS = 3


def run(address, program):
    """Load a page once; give Lighthouse's report."""
    flags = ["--headless", *QUIET]
    command = [
        LIGHTHOUSE,
        address,
        "--quiet",
        "--output=json",
        "--no-enable-error-reporting",
        f"--only-categories={','.join(LEAST)}",
        f"--chrome-flags={' '.join(flags)}",
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, "CHROME_PATH": program},
    )
    if done.returncode:
        sys.exit(f"Lighthouse failed on {address}\n{done.stderr}")
    return json.loads(done.stdout)


def scores(report):
    categories = report["categories"]
    return {name: round(100 * categories[name]["score"]) for name in LEAST}


def faults(report, category):
    """Name the audits that cost a category points, with what they measured."""
    for reference in report["categories"][category]["auditRefs"]:
        audit = report["audits"][reference["id"]]
        if reference["weight"] and audit["score"] not in (None, 1):
            yield f"    {audit['title']} {audit.get('displayValue', '')}"


def main(site):
    pages = sorted(path.stem for path in (site / "book").glob("*.html"))
    with sync_playwright() as playwright:
        program = chromium(playwright)
    print(f"{'':22}" + "".join(f"{name:>16}" for name in LEAST))
    failed = False
    with serve(site) as address:
        for page in pages:
            reports = [
                run(f"{address}book/{page}.html", program) for _ in range(RUNS)
            ]
            result = {
                name: median(scores(report)[name] for report in reports)
                for name in LEAST
            }
            row = "".join(f"{score:16}" for score in result.values())
            print(f"{page:22}{row}", flush=True)
            for name in [n for n in LEAST if result[n] < LEAST[n]]:
                failed = True
                worst = min(reports, key=lambda r: scores(r)[name])
                print("\n".join(faults(worst, name)), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())

"""Time a chapter until it can be read, compared with the same notebook in a stock Jupyter Book.

    python tests/benchmarks/bench_page.py

Stock means no settings but a title. Such a page loads MathJax, require.js and the widget manager from
CDNs. Here they are on the same server as the page, which spares it connections to three other hosts,
and its side bar has only one chapter.

Lighthouse loads both pages in turn, as on a simulated phone (a processor four times as slow,
1.6 Mbit/s, 150 ms to the server), and the median of each time counts. The server compresses both.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path += [
    str(ROOT / part) for part in ("book/_tools", "tests", "tests/audit")
]

from audit import RUNS, run  # noqa: E402
from browser import chromium  # noqa: E402
from compressed import serve  # noqa: E402

CHAPTER = "05_gradient_checking"
STOCK = ROOT / "_build" / "stock"
#: What the stock page loads from CDNs, in the versions it asks for.
PACKAGES = (
    "mathjax@3.2.2",
    "requirejs@2.3.4",
    "@jupyter-widgets/html-manager@1.0.6",
    "anywidget@0.11.0",
)
TIMES = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
}


def build_stock():
    """Build the chapter with Jupyter Book's defaults; give the folder of its pages."""
    source = STOCK / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    shutil.copy(ROOT / "book" / f"{CHAPTER}.ipynb", source)
    (source / "_config.yml").write_text("title: RNN by Hand\n")
    (source / "_toc.yml").write_text(f"format: jb-book\nroot: {CHAPTER}\n")
    subprocess.run(
        ["jupyter-book", "build", source, "--all", "--quiet"],
        check=True,
        capture_output=True,
    )
    return source / "_build" / "html"


def serve_cdns_locally(site):
    """Put what the page loads from CDNs on the server of the page."""
    subprocess.run(
        ["npm", "install", "--silent", "--prefix", STOCK, *PACKAGES],
        check=True,
    )
    modules = STOCK / "node_modules"
    shutil.copytree(modules, site / "npm", ignore=shutil.ignore_patterns(".*"))
    # A widget asks for this package by a range.
    (site / "npm" / "anywidget").rename(site / "npm" / "anywidget@~0.11.*")
    # The CDN serves this file minified, the package only has its source.
    small = site / "npm" / "require.min.js"
    options = [f"baseUrl={modules / 'requirejs'}"]
    options += ["paths.lib=require", "name=lib"]
    subprocess.run(
        [
            "node",
            modules / "requirejs/bin/r.js",
            "-o",
            *options,
            f"out={small}",
        ],
        check=True,
        capture_output=True,
    )
    page = site / f"{CHAPTER}.html"
    text = page.read_text(encoding="utf8")
    for found, local in (
        (r' integrity="[^"]*"', ""),
        (r"https://[^\"]*/require\.min\.js", "/npm/require.min.js"),
        (r"https://cdn\.[^\"/]*/npm/", "/npm/"),
        (r"(npm/(?:@[\w-]+/)?[\w-]+)@[\d.]+", r"\1"),
    ):
        text = re.sub(found, local, text)
    page.write_text(text, encoding="utf8")


def transferred(report):
    """Give the number of bytes transferred for a page."""
    return report["audits"]["total-byte-weight"]["numericValue"]


def main():
    stock = build_stock()
    serve_cdns_locally(stock)
    with (
        sync_playwright() as playwright,
        serve(ROOT / "_build" / "html") as ours,
        serve(stock) as theirs,
    ):
        program = chromium(playwright)
        turns = [
            (
                run(f"{ours}book/{CHAPTER}.html", program),
                run(f"{theirs}{CHAPTER}.html", program),
            )
            for _ in range(RUNS)
        ]
    print(f"Chapter {CHAPTER} on a simulated phone, median of {RUNS}")
    print(f"{'':16} {'here':>9} {'stock':>9} {'ratio':>7}")
    for name, words in TIMES.items():
        row(words, "ms", *median_of(turns, name))
    row("sent", "KB", *(transferred(report) / 1000 for report in turns[0]))


def median_of(turns, name):
    for reports in zip(*turns):
        yield median(r["audits"][name]["numericValue"] for r in reports)


def row(words, unit, here, stock):
    ratio = f"{stock / here:.1f}" if here else "–"
    print(f"{words:12} {unit:3} {here:9.0f} {stock:9.0f} {ratio:>7}")


if __name__ == "__main__":
    main()

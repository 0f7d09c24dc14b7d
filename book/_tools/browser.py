"""The browser that prints the book and runs the tests."""

import shutil
import sys

from playwright.sync_api import sync_playwright

# The headless shell takes half the time of the full browser.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
# Without these, Chromium contacts Google for updates and the like.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium(playwright):
    """Find a Chromium: the system's, or else Playwright's own."""
    own = playwright.chromium.executable_path
    program = next(filter(None, map(shutil.which, (*BROWSERS, own))), None)
    if program is None:
        raise FileNotFoundError(
            "No Chromium found: install your system's, "
            "or run `.venv/bin/playwright install chromium`."
        )
    return program


if __name__ == "__main__":
    # `make test` runs this first, so that a missing browser is reported at once.
    with sync_playwright() as playwright:
        try:
            chromium(playwright)
        except FileNotFoundError as error:
            sys.exit(str(error))

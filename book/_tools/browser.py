"""The browser that prints the book and that the tests read it with."""

import shutil
import sys

from playwright.sync_api import sync_playwright

# The shell is Chromium without its windows, and takes half the time.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
)
# Chromium asks its maker's hosts for updates and the like, unless told not to.
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
    """Find a Chromium: the system's, or else playwright's own."""
    own = playwright.chromium.executable_path
    program = next(filter(None, map(shutil.which, (*BROWSERS, own))), None)
    if program is None:
        raise FileNotFoundError(
            "There is no Chromium: install your system's, "
            "or run `.venv/bin/playwright install chromium`."
        )
    return program


if __name__ == "__main__":
    # `make test` asks this before it runs anything.
    with sync_playwright() as playwright:
        try:
            chromium(playwright)
        except FileNotFoundError as error:
            sys.exit(str(error))

"""Run notebooks and write their text outputs back; nothing else writes outputs.

Pictures and widget state are left out: they differ between machines, and the build of the site
makes them again. What a figure shows is said in its place, for those who read the notebook on
GitHub. A second run changes no byte.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import nbclient
import nbformat
import yaml
from contents import ROOT
from traitlets.config import Config

#: All other metadata comes from the kernel or the editor, and differs between machines.
KEPT = ("description", "found_as", "kernelspec")
LEFT_OUT = (
    "image/png",
    "image/svg+xml",
    "application/vnd.jupyter.widget-view+json",
)


def run(notebook, **options):
    """Run a notebook in a kernel that is reached through files.

    A port would be chosen before the kernel starts, and another process may take it until then.
    """
    with TemporaryDirectory() as place:
        files = {"transport": "ipc", "ip": f"{place}/kernel"}
        return nbclient.execute(
            notebook,
            config=Config(KernelManager=files),
            # Printed text arrives in chunks, cut at arbitrary places that differ every time.
            coalesce_streams=True,
            # A kernel warns that its connection is not encrypted.
            extra_arguments=["--log-level=ERROR"],
            **options,
        )


def execute(path):
    before = path.read_text(encoding="utf8")
    notebook = nbformat.reads(before, as_version=4)
    run(notebook, timeout=120, cwd=path.parent)
    notebook.metadata = {
        key: notebook.metadata[key] for key in KEPT if key in notebook.metadata
    }
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            keep_text(output, page_of(path))
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf8")
    return f"{path}: {'written' if after != before else 'unchanged'}"


def page_of(path, config=ROOT / "_config.yml"):
    """Give the address of the page of a notebook, or "" if _config.yml names none of the site."""
    address = yaml.safe_load(config.read_text("utf8"))["html"]["baseurl"]
    return address and f"{address.rstrip('/')}/book/{path.stem}.html"


def keep_text(output, page=""):
    for mime in LEFT_OUT:
        output.get("data", {}).pop(mime, None)
    if "text/html" in output.get("data", {}):
        link = page and f' <a href="{page}">See it on its page.</a>'
        html = re.sub(
            r'(?s)<svg role="img" aria-label="([^"]*)".*?</svg>',
            lambda svg: (
                f"<p>Figure, drawn when you run this: {svg[1]}{link}</p>"
            ),
            output.data["text/html"],
        )
        output.data["text/html"] = re.sub(
            r"(?s)<svg.*?</svg>", "<!-- drawing -->", html
        )


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        for line in pool.map(execute, map(Path, sys.argv[1:])):
            print(line)

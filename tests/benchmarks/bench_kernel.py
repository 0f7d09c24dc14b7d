"""Measure what one student needs on a server: memory and processor time to run a chapter.

    python tests/benchmarks/bench_kernel.py

The memory is the kernel's peak, the processor time what it used in total. On a JupyterHub each
student also has a server, which is measured right after it has started.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import psutil
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "book" / "_tools")]

from contents import CHAPTERS  # noqa: E402
from lab_server import serve_lab  # noqa: E402

ASK = """
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_maxrss / 1024, used.ru_utime + used.ru_stime]))
"""


def measure(path):
    """Run a notebook; give the peak memory of its kernel in MiB and its processor time in seconds."""
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    quiet = ["--log-level=ERROR"]
    NotebookClient(notebook, timeout=600, extra_arguments=quiet).execute()
    return json.loads(notebook.cells[-1].outputs[0].text)


def server_memory():
    with TemporaryDirectory() as home:
        (Path(home) / "notebooks").mkdir()
        with serve_lab(Path(home)):
            (server,) = psutil.Process().children()
            return server.memory_info().rss / 2**20


if __name__ == "__main__":
    print(f"{'':24}  memory  processor")
    print(f"{'JupyterLab':24} {server_memory():4.0f} MiB")
    for path in CHAPTERS:
        memory, seconds = measure(path)
        print(f"{path.stem:24} {memory:4.0f} MiB {seconds:6.1f} s")

"""What one student needs on a server: the memory and the processor of a kernel that runs a chapter."""

import json
from pathlib import Path

import nbformat
from nbclient import NotebookClient

BOOK = Path(__file__).parent.parent.parent / "book"
ASK = """
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_maxrss / 1024, used.ru_utime + used.ru_stime]))
"""


def measure(path):
    """Run a notebook and give the most memory it had, in MiB, and the seconds it computed."""
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_code_cell(ASK))
    NotebookClient(notebook, timeout=600).execute()
    return json.loads(notebook.cells[-1].outputs[0].text)


if __name__ == "__main__":
    print("one kernel, from the top to the end   memory     processor")
    for path in sorted(BOOK.glob("*.ipynb")):
        memory, seconds = measure(path)
        print(f"{path.stem:35} {memory:6.0f} MiB  {seconds:8.1f} s")

"""Run the notebooks of the site as `make notebooks` does.

MyST-NB (1.4) has no setting for what that needs. Each chunk of printed text would become a box of
its own, even in the middle of a table, and its `nb_merge_streams` adds a line break at every cut.
"""

from execute import run
from jupyter_cache.executors import utils


def setup(app):
    utils.executenb = run
    return {"parallel_read_safe": True}

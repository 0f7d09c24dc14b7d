"""Keep what a cell prints in one piece, and what a kernel logs out of the build.

Printed text arrives from a kernel in pieces that are cut anywhere, differently every time. Left
alone, each piece of a table would get a box of its own; `nb_merge_streams` of MyST-NB (1.4) adds
a line break wherever a cut was. The client that runs the notebooks can put the pieces together
as they were, but MyST-NB has no setting that asks it to.

The same for the kernels' own warning that they talk to the build without encryption.
"""

from functools import partial

from jupyter_cache.executors import utils


def setup(app):
    utils.executenb = partial(
        utils.executenb,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
    )
    return {"parallel_read_safe": True}

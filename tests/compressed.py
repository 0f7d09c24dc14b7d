"""Serve the built site like GitHub Pages, which compresses text.

This is for measuring pages. The tests do not need it, and on one machine it only takes time.
"""

import gzip
from functools import cache
from io import BytesIO
from pathlib import Path

from conftest import QuietHandler
from serve import served

TEXT = (".css", ".html", ".js", ".json", ".svg", ".xml")


@cache
def compressed(path):
    return gzip.compress(path.read_bytes())


class CompressedHandler(QuietHandler):
    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXT or not path.is_file():
            return super().send_head()
        content = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)


def serve(folder):
    """Give the address at which a folder is served, with a slash at the end."""
    return served(folder, CompressedHandler)

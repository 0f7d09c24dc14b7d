"""Give a figure that a reader saves the fonts of its symbols, which no other computer has.

They are a script with the fonts in it: a page opened from disk can read no other kind of file.
"""

import json
from base64 import b64encode

FONTS = {
    "KaTeX_Main": ("normal", "KaTeX_Main-Regular.woff2"),
    "KaTeX_Math": ("italic", "KaTeX_Math-Italic.woff2"),
}


def rule(folder, family):
    style, name = FONTS[family]
    data = b64encode((folder / name).read_bytes()).decode()
    return (
        f"@font-face {{ font-family: {family}; font-style: {style}; "
        f'src: url(data:font/woff2;base64,{data}) format("woff2"); }}'
    )


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    static = app.outdir / "_static"
    rules = {family: rule(static / "fonts", family) for family in FONTS}
    (static / "lib" / "fonts.js").write_text(
        f"export const RULES = {json.dumps(rules)};\n", encoding="utf8"
    )


def setup(app):
    # After PurgeCSS, which would take bits of a font for names of classes.
    app.connect("build-finished", write, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

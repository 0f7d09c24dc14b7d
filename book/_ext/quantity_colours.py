"""Give the names of quantities, in sentences and in code, the colours that they have in figures.

A style sheet cannot select by text, so the names get a class here; in a sentence also when an index
or a value follows, as in `S[:, k]` or `wx = 1`. Of the other classes that Pygments adds, book.css
uses only a few; the rest would be at least a third of all elements of a chapter.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

#: The names of each quantity.
QUANTITIES = {
    "wx": "wx",
    "wrec": "wRec",
    "x": "X x X_k Xk xk",
    "state": "S S_prev s_prev s",
    "gradient": "delta delta_k grad_out grad_over_time",
    "target": "t",
}
CLASSES = {
    name: f"rnn-{quantity}"
    for quantity, names in QUANTITIES.items()
    for name in names.split()
}
#: The classes that book.css uses: keywords, comments and docstrings, and quantities.
SHOWN = r"k|kn|kc|ow|c1|sd|rnn-\w+"


class QuantityColours(SphinxPostTransform):
    default_priority = 500

    def run(self):
        for literal in self.document.findall(nodes.literal):
            quantity = re.fullmatch(
                r"(\w+)(\[[^]]*\]| = [^=]+)?", literal.astext()
            )
            # A lone s is no state: it also stands for the third of three maps.
            if quantity and quantity[1] in CLASSES.keys() - {"s"}:
                literal["classes"].append(CLASSES[quantity[1]])


def colour_code(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = re.sub(
            r"<pre>.*?</pre>",
            lambda code: mark(code[0]),
            context["body"],
            flags=re.DOTALL,
        )


def mark(code):
    """Mark the quantities in the HTML of a piece of code, and drop the marks that no style uses."""
    text = re.sub("<[^>]*>", "", code)
    code = re.sub(
        rf'<span class="n">({"|".join(CLASSES)})</span>',
        lambda name: (
            f'<span class="{CLASSES[name[1]]}">{name[1]}</span>'
            if is_meant(name[1], text)
            else name[1]
        ),
        code,
    )
    return re.sub(
        rf'<span class="(?!(?:{SHOWN})")\w+">([^<]*)</span>', r"\1", code
    )


def is_meant(name, code):
    """Tell whether a name stands for its quantity in a piece of code."""
    if name in ("x", "t") and re.search(r"\b(?:ax|plt)\.", code):
        return False  # a place in a drawing
    if name == "t":  # not for whatever else a loop runs over
        return not re.search(r"\bfor t\b|, t in zip\b", code)
    if name == "s":  # not for the last of three maps
        return re.search(r"(?m)^ *s(?:, \w+)* = ", code)
    if name == "delta":  # not for the step of a discretisation
        return "for delta in" not in code
    return True


def setup(app):
    app.connect("html-page-context", colour_code)
    app.add_post_transform(QuantityColours)
    return {"parallel_read_safe": True}

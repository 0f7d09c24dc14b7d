"""`wx` and `wRec` in a sentence and in code have the colours of their sliders and arrows.

A style sheet cannot select by text, so the two words get a class here; in a sentence also with a
value. Of what else Pygments marks in code, only a few kinds look different; a third of all elements of
a chapter, or more, would be marks of the others.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

#: The marks that book.css has a use for: key words, comments and docstrings, and the weights.
SHOWN = r"k|kn|kc|ow|c1|sd|rnn-\w+"


class WeightColours(SphinxPostTransform):
    default_priority = 500

    def run(self):
        for literal in self.document.findall(nodes.literal):
            weight = re.fullmatch(r"(wx|wRec)( = [^=]+)?", literal.astext())
            if weight:
                literal["classes"].append(f"rnn-{weight[1].lower()}")


def colour_code(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = re.sub(
            r"<pre>.*?</pre>",
            lambda code: mark(code[0]),
            context["body"],
            flags=re.DOTALL,
        )


def mark(code):
    """Leave the marks that are shown in the HTML of a piece of code, and add those of the weights."""
    code = re.sub(
        r'<span class="n">(wx|wRec)</span>',
        lambda name: f'<span class="rnn-{name[1].lower()}">{name[1]}</span>',
        code,
    )
    return re.sub(
        rf'<span class="(?!(?:{SHOWN})")\w+">([^<]*)</span>', r"\1", code
    )


def setup(app):
    app.connect("html-page-context", colour_code)
    app.add_post_transform(WeightColours)
    return {"parallel_read_safe": True}

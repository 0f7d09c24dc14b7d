"""Give `wx` and `wRec`, in sentences and in code, the colours of their sliders and arrows.

A style sheet cannot select by text, so the two words get a class here; in a sentence also when a
value follows, as in `wx = 1`. Of the other classes that Pygments adds, book.css uses only a few;
the rest would be at least a third of all elements of a chapter.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

#: The classes that book.css uses: keywords, comments and docstrings, and the weights.
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
    """Mark the weights in the HTML of a piece of code, and drop the marks that no style uses."""
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

"""`wx` and `wRec` in a sentence and in code have the colours of their sliders and arrows.

A style sheet cannot select by text, so the two words get a class here; in a sentence also with a
value.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


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
            r'<span class="n">(wx|wRec)</span>',
            lambda name: (
                f'<span class="rnn-{name[1].lower()}">{name[1]}</span>'
            ),
            context["body"],
        )


def setup(app):
    app.connect("html-page-context", colour_code)
    app.add_post_transform(WeightColours)
    return {"parallel_read_safe": True}

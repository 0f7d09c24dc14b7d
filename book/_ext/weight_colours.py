"""`wx` and `wRec` in a sentence have the colours of their sliders and arrows.

A style sheet cannot select by text, so the two words get a class of their own here.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

WEIGHTS = {"wx": "rnn-wx", "wRec": "rnn-wrec"}


class WeightColours(SphinxPostTransform):
    default_priority = 500

    def run(self):
        for literal in self.document.findall(nodes.literal):
            if literal.astext() in WEIGHTS:
                literal["classes"].append(WEIGHTS[literal.astext()])


def setup(app):
    app.add_post_transform(WeightColours)
    return {"parallel_read_safe": True}

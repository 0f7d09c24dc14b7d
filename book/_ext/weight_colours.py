"""`wx` and `wRec` in a sentence have the colours of their sliders and arrows.

A style sheet cannot select by text, so the two words, alone or with a value, get a class here.
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


def setup(app):
    app.add_post_transform(WeightColours)
    return {"parallel_read_safe": True}

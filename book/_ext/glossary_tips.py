"""Explain a term where it is used, in the words of the glossary.

A page with links such as `[state](glossary.md#term-state)` has at its end, hidden, what the glossary
says of these terms. The links are described by it, so that a screen reader says it, and tips.js shows
it. A tip does not need a server, because nothing is fetched.
"""

import re

from docutils import nodes

GLOSSARY = "book/glossary"
#: The last sentence of an explanation, which only leads elsewhere.
ELSEWHERE = re.compile(r"(?:^|(?<=[.?)])\s+)See\s*$")
LINK = re.compile(
    r'(?<=<a class="reference internal" )href="([^"]*)#(term-[^"]+)"'
)


def explanations(app):
    """Give what the glossary says of each term as HTML, by the id of the term."""
    if not hasattr(app.builder, "rnn_explanations"):
        glossary = app.env.get_and_resolve_doctree(GLOSSARY, app.builder)
        app.builder.rnn_explanations = {
            anchor: explanation(app.builder, item)
            for item in glossary.findall(nodes.definition_list_item)
            for term in item.findall(nodes.term)
            for anchor in term["ids"]
        }
    return app.builder.rnn_explanations


def explanation(builder, item):
    definition = item.next_node(nodes.definition)
    for paragraph in definition.findall(nodes.paragraph):
        leave_out_where_to_go(paragraph)
    for link in list(definition.findall(nodes.reference)):
        link.replace_self(link.children)
    return "".join(
        builder.render_partial(child)["fragment"] for child in definition
    )


def leave_out_where_to_go(paragraph):
    """Cut a paragraph off before the sentence that begins with "See" and a link."""
    for i, (text, link) in enumerate(
        zip(paragraph.children, paragraph.children[1:], strict=False)
    ):
        if isinstance(link, nodes.reference) and ELSEWHERE.search(str(text)):
            kept = nodes.Text(ELSEWHERE.sub("", str(text)))
            paragraph.children[i:] = [kept] if kept else []
            return


def explain(app, pagename, templatename, context, doctree):
    if app.builder.name != "html" or not doctree or pagename == GLOSSARY:
        return
    address = app.builder.get_relative_uri(pagename, GLOSSARY)
    used = {}

    def describe(link):
        if link[1] != address:
            return link[0]
        used[link[2]] = explanations(app)[link[2]]
        return f'{link[0]} aria-describedby="tip-{link[2]}"'

    context["body"] = LINK.sub(describe, context["body"])
    if used:
        tips = "".join(
            f'<div id="tip-{anchor}">{text}</div>\n'
            for anchor, text in used.items()
        )
        context["body"] += f'<div class="term-tips" hidden>\n{tips}</div>\n'


def setup(app):
    app.connect("html-page-context", explain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

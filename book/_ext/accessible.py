"""Repairs to the HTML of docutils and MyST-NB that no setting and no template reaches.

axe-core finds each of them; take one out and `test_site.py` says so.
"""

import re

REPAIRS = (
    # The name read aloud would be that of every folded cell, and not what stands there.
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    # ARIA has withdrawn the role, and a list has to hold items of a list.
    ('role="doc-biblioentry"', 'role="listitem"'),
    # The empty corner of a table is the heading of nothing.
    (r"<th( class=\"[^\"]*\")?>\s*(?:<p></p>)?</th>", r"<td\1></td>"),
)


def repair(app, pagename, templatename, context, doctree):
    for found, better in REPAIRS:
        if "body" in context:
            context["body"] = re.sub(found, better, context["body"])


def setup(app):
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True}

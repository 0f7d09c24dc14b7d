"""Fix HTML from docutils and MyST-NB that no setting and no template can change.

axe-core reports each fault; remove a repair and `tests/site/test_pages.py` fails.
"""

import re

REPAIRS = (
    # A screen reader would read this for every folded cell, instead of the visible text.
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    # ARIA has deprecated the role, and a list may only contain list items.
    ('role="doc-biblioentry"', 'role="listitem"'),
    # The empty corner of a table is not a heading.
    (r"<th( class=\"[^\"]*\")?>\s*(?:<p></p>)?</th>", r"<td\1></td>"),
    # What is said for every cell of a column; a formula alone would be no heading for axe.
    (
        r"<th(?: class=\"[^\"]*\")?><p><span class=\"math\">(?:(?!</th>).)*</th>",
        lambda heading: name_formula(heading[0]),
    ),
)


def name_formula(heading):
    formula = re.sub(
        "<annotation.*?</annotation>|<[^>]*>",
        " ",
        heading.partition("</math>")[0],
    )
    words = " ".join(formula.split())
    return heading.replace("<math ", f'<math aria-label="{words}" ', 1)


def repair(app, pagename, templatename, context, doctree):
    for found, better in REPAIRS:
        if "body" in context:
            context["body"] = re.sub(found, better, context["body"])


def setup(app):
    app.connect("html-page-context", repair)
    return {"parallel_read_safe": True}

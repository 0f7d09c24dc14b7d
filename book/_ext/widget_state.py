"""Keep the state of notebook widgets out of the pages.

MyST-NB writes it into each page that shows a widget, for a widget manager to load. No page here has
one: an explorable is a custom element. The state would be most of the weight of a page, and its
random ids would make every build different.
"""


def drop_state(app, doctree):
    metadata = app.env.nb_metadata.get(app.env.docname, {})
    metadata.get("js_files", {}).pop("ipywidgets_state", None)


def setup(app):
    app.connect("doctree-read", drop_state)
    return {"parallel_read_safe": True}

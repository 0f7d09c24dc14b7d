"""Read pages, and therefore run notebooks, in parallel; Jupyter Book has no option for it.

Without this extension a build gives the same pages, but takes half as long again on two cores.
"""

#: One more than the two cores of a small machine, because a notebook also spends time waiting; not
#: more, because every notebook starts a kernel of its own.
PROCESSES = 3

#: Jupyter Book always loads these, and they do not say whether this is safe. It is: neither keeps
#: anything about the pages it has read.
SILENT = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")


def share_out(app, env, docnames):
    # Sphinx gives each process consecutive pages, and the long chapters are next to each other.
    docnames[:] = [
        name for i in range(PROCESSES) for name in docnames[i::PROCESSES]
    ]
    for name in SILENT:
        app.extensions[name].parallel_read_safe = True
    app.parallel = PROCESSES


def write_one_by_one(app, env):
    # Sphinx's worker processes exit without stopping the servers that render their mathematics.
    app.parallel = 1


def setup(app):
    app.connect("env-before-read-docs", share_out)
    app.connect("env-updated", write_one_by_one)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

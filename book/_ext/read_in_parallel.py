"""Read, and so run, several pages at a time; Jupyter Book has no option for it.

Without this file and its two lines in _config.yml a build gives the same pages, and takes half as
long again on two cores.
"""

#: At a time. One more than the two cores of a small machine, because a notebook also waits; not one
#: for each page, because every notebook is a kernel of its own.
PROCESSES = 3

#: Jupyter Book always loads these, and they do not say whether they bear it. They do: neither keeps
#: anything of a page that it has read.
SILENT = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")


def share_out(app, env, docnames):
    # Sphinx gives each process a run of pages; the long chapters are neighbours.
    docnames[:] = [
        name for i in range(PROCESSES) for name in docnames[i::PROCESSES]
    ]
    for name in SILENT:
        app.extensions[name].parallel_read_safe = True
    app.parallel = PROCESSES


def write_one_by_one(app, env):
    # A process of Sphinx ends without stopping the server that it renders mathematics with.
    app.parallel = 1


def setup(app):
    app.connect("env-before-read-docs", share_out)
    app.connect("env-updated", write_one_by_one)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

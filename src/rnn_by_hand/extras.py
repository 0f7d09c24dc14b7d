"""What the helper can do only with packages besides NumPy, and what it says where they lack."""

from contextlib import contextmanager

__all__ = ["needs"]

#: What to install for each extra of pyproject.toml.
INSTALL = {
    "figures": "matplotlib ipython",
    "explorables": "anywidget ipywidgets matplotlib",
}


@contextmanager
def needs(extra):
    """Import the packages of an extra, or say how to install them.

    Parameters
    ----------
    extra : str
        The name of the extra in pyproject.toml.

    Raises
    ------
    ModuleNotFoundError
        If a package lacks; the message names it, the extra, and what to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        # One that lacks inside another package is not ours to explain.
        if (error.name or "").partition(".")[0] not in _modules(extra):
            raise
        raise ModuleNotFoundError(
            f"{error.name} is not installed. It belongs to the extra {extra!r} of "
            f"rnn-by-hand: type `pip install {INSTALL[extra]}`.",
            name=error.name,
        ) from None


def _modules(extra):
    return {*INSTALL[extra].replace("ipython", "IPython").split()}

"""What the helper says if a package is missing that only a part of it needs."""

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
        If a package is missing; the message names it, the extra, and what to type.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        # What another package misses is not ours to explain.
        if (error.name or "").partition(".")[0] not in _modules(extra):
            raise
        raise ModuleNotFoundError(
            f"{error.name} is not installed. It belongs to the extra {extra!r} of "
            f"rnn-by-hand: type `pip install {INSTALL[extra]}`.",
            name=error.name,
        ) from None


def _modules(extra):
    return {*INSTALL[extra].replace("ipython", "IPython").split()}

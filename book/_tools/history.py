"""What Git knows of the book, where there is a Git that knows it."""

from pathlib import Path
from subprocess import DEVNULL, CalledProcessError, check_output

ROOT = Path(__file__).parents[2]


def git(*arguments, root=ROOT):
    """Give what a Git command prints; nothing where there is no Git, or `root` is not a repository.

    A copy without a repository of its own may lie in someone else's.
    """
    command = ["git", "-C", str(root)]
    try:
        top, said = (
            check_output(
                [*command, *words], stderr=DEVNULL, encoding="utf8"
            ).strip()
            for words in (("rev-parse", "--show-toplevel"), arguments)
        )
    except (OSError, CalledProcessError):
        return ""
    return said if Path(top).resolve() == Path(root).resolve() else ""

"""One script from many files, where a page's modules do not reach.

anywidget takes a module that imports nothing, and a page opened from a disk takes no module at
all. In both, each file of ``js`` keeps a scope of its own: it becomes a function that returns what
the file exports. A statement that this cannot be done with is refused, not guessed at.

    python -m rnn_by_hand.explorables.script > explorables.js

writes the script for a page that is opened from a disk::

    <rnn-states wx="1" wrec="0.9"></rnn-states>
    <script src="explorables.js"></script>
"""

import re
from pathlib import Path

__all__ = ["classic_script", "notebook_script"]

FOLDER = Path(__file__).parent.parent / "js"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
# What `let` declares may change later, and who has it already would not see it.
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE
)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def notebook_script(tag, folder=FOLDER):
    """Make the module of one explorable for a live notebook.

    Parameters
    ----------
    tag : str
        The name of its element, which is also the name of its file.
    folder : pathlib.Path
        Where the files are.

    Returns
    -------
    str
        A module that imports nothing and exports what anywidget asks for.

    Raises
    ------
    ValueError
        If a file has an import or export of a form that is not known here, or imports what
        another does not export.
    """
    scopes = _scopes([folder / f"{tag}.js", folder / "lib" / "notebook.js"])
    return (
        f"{scopes}export default {{ render: (view) => "
        f"{_name(folder / 'lib' / 'notebook.js')}.render({tag!r}, view) }};\n"
    )


def classic_script(tags=None, folder=FOLDER):
    """Make one script of several explorables for a page that is opened from a disk.

    Parameters
    ----------
    tags : sequence of str, optional
        The names of the elements; all, unless given.
    folder : pathlib.Path
        Where the files are.

    Returns
    -------
    str
        A script that is no module and leaves no name behind.

    Raises
    ------
    ValueError
        As in `notebook_script`.
    """
    if tags is None:
        tags = sorted(path.stem for path in folder.glob("rnn-*.js"))
    scopes = _scopes([folder / f"{tag}.js" for tag in tags])
    return f'"use strict";\n(() => {{\n{scopes}}})();\n'


def _scopes(paths):
    """Give files, and before each what it imports, every one in a scope of its own."""
    done = {}
    for path in paths:
        _add(path, done)
    return "".join(scope for _, scope in done.values())


def _add(path, done):
    if path in done:
        return
    text = path.read_text(encoding="utf8")
    for names, name in _IMPORT.findall(text):
        imported = (path.parent / name).resolve()
        _add(imported, done)
        exported, _ = done[imported]
        for wanted in re.findall(r"(\w+)(?: as \w+)?", names):
            if wanted not in exported:
                raise ValueError(
                    f"{path.name} imports {wanted!r}; it must be exported by "
                    f"{imported.name}"
                )
    exported = _EXPORT.findall(text)
    text = _EXPORT.sub(
        "",
        _IMPORT.sub(
            lambda found: (
                f"const {{{found[1].replace(' as ', ': ')}}} = "
                f"{_name((path.parent / found[2]).resolve())};"
            ),
            text,
        ),
    )
    if other := _OTHER.search(text):
        raise ValueError(
            f"{path.name} has {other[0]!r}; it must be import {{…}} from "
            '"./file.js", or export before function, class or const'
        )
    scope = f"(() => {{\n{text}return {{ {', '.join(exported)} }};\n}})()"
    done[path] = exported, f"const {_name(path)} = {scope};\n"


def _name(path):
    """Name the scope of a file; no two files of one name are in one folder."""
    return re.sub(r"\W", "_", f"{path.parent.name}_{path.stem}")


if __name__ == "__main__":
    print(classic_script(), end="")

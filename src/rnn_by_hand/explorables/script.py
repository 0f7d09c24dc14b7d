"""Bundle many files into one script, for places where modules cannot be loaded.

anywidget requires a module without imports, and a page opened from disk cannot load modules at
all. In both cases each file in ``js`` keeps its own scope: it becomes a function that returns what
the file exports. A statement that cannot be converted this way is rejected rather than guessed at.

    python -m rnn_by_hand.explorables.script > explorables.js

writes the script for a page opened from disk::

    <rnn-states wx="1" wrec="0.9"></rnn-states>
    <script src="explorables.js"></script>
"""

import re
from pathlib import Path

__all__ = ["classic_script", "notebook_script"]

FOLDER = Path(__file__).parent.parent / "js"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
# A variable declared with `let` may change later, and importers would not see the change.
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE
)
# Comments that have lines of their own, which are a third of a file.
_COMMENT = re.compile(
    r"^[ ]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL
)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def notebook_script(tag, folder=FOLDER):
    """Build the module of one explorable for a live notebook.

    Parameters
    ----------
    tag : str
        The name of its element, which is also its file name.
    folder : pathlib.Path
        The folder that holds the files.

    Returns
    -------
    str
        A module that imports nothing and exports what anywidget expects.

    Raises
    ------
    ValueError
        If a file has an import or export in an unsupported form, or imports a name that the
        other file does not export.
    """
    scopes = _scopes([folder / f"{tag}.js", folder / "lib" / "notebook.js"])
    return (
        f"{scopes}export default {{ render: (view) => "
        f"{_name(folder / 'lib' / 'notebook.js')}.render({tag!r}, view) }};\n"
    )


def classic_script(tags=None, folder=FOLDER):
    """Build one script of several explorables for a page opened from disk.

    Parameters
    ----------
    tags : sequence of str, optional
        The names of the elements; by default all.
    folder : pathlib.Path
        The folder that holds the files.

    Returns
    -------
    str
        A script that is not a module and defines no global names.

    Raises
    ------
    ValueError
        For the same reasons as in `notebook_script`.
    """
    if tags is None:
        tags = sorted(path.stem for path in folder.glob("rnn-*.js"))
    scopes = _scopes([folder / f"{tag}.js" for tag in tags])
    return f'"use strict";\n(() => {{\n{scopes}}})();\n'


def _scopes(paths):
    """Wrap each file in its own scope, preceded by the files it imports."""
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
    text = _COMMENT.sub("", text)
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
    """Name the scope of a file; file names within a folder are unique."""
    return re.sub(r"\W", "_", f"{path.parent.name}_{path.stem}")


if __name__ == "__main__":
    print(classic_script(), end="")

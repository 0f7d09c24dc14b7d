"""What a page shows besides text: figures in the page's colours, source code and tables."""

import hashlib
import html
import inspect
import io
import re
import textwrap

from rnn_by_hand.extras import needs
from rnn_by_hand.loss_colours import LIGHT, STYLED
from rnn_by_hand.records.frameworks import record_of

with needs("figures"):
    import matplotlib.pyplot as plt
    from IPython.display import HTML, Markdown

__all__ = [
    "PALETTE",
    "figure_html",
    "show",
    "show_recorded",
    "show_source",
    "show_table",
]

#: The colour of each quantity on a light background, by its name in palette.css.
PALETTE = {name: colour for name, colour in LIGHT.items() if "-" not in name}

# Outside the book's own pages the variables may be missing; text then takes the notebook's colour.
_FALLBACKS = PALETTE | {
    "ink": "currentColor",
    "paper": "var(--jp-layout-color0, #ffffff)",
}


def figure_html(fig, alt, caption=""):
    """Turn a figure into HTML that follows the colours of the page, light or dark.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure, drawn with the colours of `PALETTE`.
    alt : str
        What the figure shows, for those who cannot see it.
    caption : str
        HTML to go beneath the drawing.

    Returns
    -------
    str
        A ``<figure>`` with the drawing inside as SVG. The same figure gives the same text.

    Raises
    ------
    ValueError
        If `alt` is empty.
    """
    if not alt.strip():
        raise ValueError("alt is empty; it must say what the figure shows")
    file = io.StringIO()
    # Names that depend on nothing but the drawing; otherwise they are new each time.
    with plt.rc_context({"svg.hashsalt": "rnn-by-hand"}):
        fig.savefig(file, format="svg", metadata={"Date": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL
    )
    # An image has the colours of one theme; the page shows the one that fits.
    svg = re.sub(r' id="(in-(?:light|dark))\b[^"]*"', r' class="\1"', svg)
    svg = _unique_ids(_round_places(svg))
    variables = STYLED | {
        colour: f"var(--rnn-{name}, {_FALLBACKS[name]})"
        for name, colour in PALETTE.items()
    }
    # In one pass, because the variables themselves contain colours.
    svg = re.sub("|".join(variables), lambda colour: variables[colour[0]], svg)
    svg = svg.replace(
        "<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1
    )
    caption = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="rnn-figure">{svg}{caption}</figure>'


def show(fig, alt):
    """Show a figure in the page's own colours, and close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure.
    alt : str
        What the figure shows, for those who cannot see it.

    Returns
    -------
    IPython.display.HTML
        The figure, as the result of a notebook cell.

    Raises
    ------
    ValueError
        If `alt` is empty.
    """
    shown = HTML(figure_html(fig, alt))
    plt.close(fig)
    return shown


def show_source(*functions):
    """Show the code of functions as it stands in their modules, without docstrings.

    Parameters
    ----------
    *functions : function
        The functions.

    Returns
    -------
    IPython.display.Markdown
        Their code, as the result of a notebook cell.
    """
    sources = []
    for function in functions:
        source = textwrap.dedent(inspect.getsource(function))
        sources.append(
            re.sub(
                r'\n +r?""".*?"""(?=\n)', "", source, count=1, flags=re.DOTALL
            )
        )
    return Markdown("```python\n" + "\n\n".join(sources) + "```")


def show_recorded(name, folded=False):
    """Show a script of ``book/frameworks`` and what it printed when it was last recorded.

    Parameters
    ----------
    name : str
        The name of the script, without ``.py``.
    folded : bool
        Whether a reader has to open the script.

    Returns
    -------
    IPython.display.Markdown
        The script, the versions it ran with, and what it printed, as the result of a notebook
        cell.

    Raises
    ------
    ValueError
        If there is no record of that name.
    """
    record = record_of(name)
    script, printed = ("\n".join(record[k]) for k in ("script", "printed"))
    *most, last = (f"{n} {v}" for n, v in record["versions"].items())
    code = f"```python\n{script}\n```"
    if folded:
        summary = (
            f"<summary>The script, {len(record['script'])} lines</summary>"
        )
        code = f"<details>\n{summary}\n\n{code}\n\n</details>"
    return Markdown(
        f"{code}\n\n"
        f"`book/frameworks/{name}.py` printed, with {', '.join(most)} and {last}:\n\n"
        f"```text\n{printed}\n```"
    )


def show_table(header, rows):
    """Show a table whose cells wrap on a narrow page, which printed columns cannot.

    Parameters
    ----------
    header : sequence of str
        The heading of each column. Text between backticks is set as code, here and in the cells.
    rows : iterable of sequences of str
        The cells, row by row.

    Returns
    -------
    IPython.display.HTML
        The table, as the result of a notebook cell. The same cells give the same text.
    """
    table = "".join(
        "<tr>" + "".join(_cell(tag, text) for text in row) + "</tr>\n"
        for tag, row in (("th", header), *(("td", row) for row in rows))
    )
    return HTML(f'<table class="rnn-table">{table}</table>')


def _cell(tag, text):
    number = ' class="number"' if re.fullmatch(r"-?[\d.]+", text) else ""
    text = re.sub(r"`(.+?)`", r"<code>\1</code>", html.escape(text))
    return f"<{tag}{number}>{text}</{tag}>"


def _round_places(svg):
    """Round positions to a hundredth of a point; further digits would take up most of the file."""
    return re.sub(
        r' (d|x|y)="[^"]*"',
        lambda place: re.sub(
            r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", place[0]
        ),
        svg,
    )


def _unique_ids(svg):
    """Drop the ids that nothing refers to, and make the others unique to the figure."""
    own = hashlib.sha256(svg.encode()).hexdigest()[:8]
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
    used = {a or b for a, b in used}
    svg = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", svg)
    return re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{own}-", svg)

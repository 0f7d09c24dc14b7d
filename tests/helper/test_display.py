"""The figures and tables on the pages."""

import re

import matplotlib.pyplot as plt
import numpy as np

from rnn_by_hand.display import figure_html, show_table


def test_a_line_is_drawn_accurately_to_a_hundredth_of_a_point():
    fig, ax = plt.subplots()
    (line,) = ax.plot(np.random.default_rng(0).random(40), gid="line")
    html = figure_html(fig, "forty random numbers")
    points = line.get_transform().transform(line.get_xydata()) * 72 / fig.dpi
    points[:, 1] = fig.get_figheight() * 72 - points[:, 1]
    plt.close(fig)
    assert not re.search(r' (d|x|y)="[^"]*\.\d{3}', html)
    drawn = [
        re.findall(r"[ML] (\S+) (\S+)", path)
        for path in re.findall(r' d="([^"]*)"', html)
    ]
    (drawn,) = [path for path in drawn if len(path) == 40]
    np.testing.assert_allclose(np.array(drawn, float), points, atol=0.006)


def test_a_table_formats_code_and_numbers_and_escapes_markup():
    table = show_table(["bug", "`wx`"], [["a < b", "-0.5"], ["c", "`x = 1`"]])
    assert table.data == (
        '<table class="rnn-table"><tr><th>bug</th><th><code>wx</code></th></tr>\n'
        '<tr><td>a &lt; b</td><td class="number">-0.5</td></tr>\n'
        "<tr><td>c</td><td><code>x = 1</code></td></tr>\n</table>"
    )

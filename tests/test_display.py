"""What the pages show besides text."""

from rnn_by_hand.display import show_table


def test_a_table_sets_code_and_numbers_and_takes_no_markup():
    table = show_table(["bug", "`wx`"], [["a < b", "-0.5"], ["c", "`x = 1`"]])
    assert table.data == (
        '<table class="rnn-table"><tr><th>bug</th><th><code>wx</code></th></tr>\n'
        '<tr><td>a &lt; b</td><td class="number">-0.5</td></tr>\n'
        "<tr><td>c</td><td><code>x = 1</code></td></tr>\n</table>"
    )

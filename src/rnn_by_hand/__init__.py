"""The helper module of the book *RNN by Hand*."""

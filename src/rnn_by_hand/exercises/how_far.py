"""The exercises of the chapter on how far a trained network counts."""

__all__ = []

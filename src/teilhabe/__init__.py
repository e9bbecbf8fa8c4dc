"""Teilhabe: a need and the offer that meets it find each other."""

__version__ = "0.1.0"

"""Exercises of lab 00: how a check answers."""

PREDICTIONS = 3
ORDER = ("double",)

"""Whoever answers the questions of the contest, each by a function that gives all answers."""

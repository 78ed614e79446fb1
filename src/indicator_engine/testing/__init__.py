"""Tests of packs and of those tests, the pytest plugin, witnesses, and Hypothesis strategies for target logic."""

"""Tests of packs, the pytest plugin, and Hypothesis strategies for target logic."""

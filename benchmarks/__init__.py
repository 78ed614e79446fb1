"""Benchmarks: seeded data, contestants side by side in one run, answers compared before any time counts."""

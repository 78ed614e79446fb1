"""The compiled evaluator: what the reference says, at the speed of the best hand-written SQL."""

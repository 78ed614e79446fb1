"""The packs below are input of the tests here, not packs whose own tests should run."""

collect_ignore_glob = ["bad/*", "good/*"]

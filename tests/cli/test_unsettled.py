"""`indicators open` and `indicators settle`."""

from __future__ import annotations

import json

import click
import pytest

NEW = ("--at-least", "40", "--set-by", "Steering Group", "--set-on", "2027-02-10")


@pytest.fixture
def settle(starter, indicators):
    """Settle the starter's number that is to be agreed."""

    def run(*more, name="participants", version=NEW, **options):
        return indicators("settle", starter, name, *version, *more, "--no-plugins", **options)

    return run


class TestOpen:
    """`indicators open`."""

    def test_table(self, starter, indicators):
        """What is open is listed with who owes it, and told as overdue once its day has gone by."""
        found = indicators("open", starter, "--as-of", "2026-12-31", "--no-plugins").stdout

        line = next(line for line in found.splitlines() if line.startswith("participants"))
        assert "TBC" in line
        assert "Steering Group  2026-09-30 OVERDUE" in line
        assert "1 thing open, 1 of them overdue" in found

    def test_json(self, starter, indicators):
        """JSON has the same."""
        found = json.loads(indicators("open", starter, "--format", "json", "--no-plugins").stdout)

        (item,) = found["open"]
        assert ("tbc", "Steering Group", "2026-09-30") == (item["matter"], item["owed_by"], item["owed_on"])
        assert item["overdue"] is None

    def test_nothing(self, settle, starter, indicators):
        """Once it is settled nothing is open."""
        settle("--yes")

        assert "Nothing is open in 1 pack.\n" == indicators("open", starter, "--no-plugins").stdout

    def test_pack_with_a_mistake(self, mistake, indicators):
        """A pack with errors is refused with them."""
        found = indicators("open", mistake, "--no-plugins")

        assert 1 == found.exit_code
        assert "memmbers" in found.stderr

    def test_current_folder(self, starter, indicators, monkeypatch):
        """Without a pack, those of the current folder are looked at."""
        monkeypatch.chdir(starter)

        assert "1 thing open" in indicators("open", "--no-plugins").stdout

    def test_no_day(self, starter, indicators):
        """What is no day is told."""
        found = indicators("open", starter, "--as-of", "31/12/2026")

        assert 2 == found.exit_code
        assert "write it year first" in found.stderr


class TestSettle:
    """`indicators settle`."""

    def test_writes_what_it_shows(self, settle, starter):
        """The change is shown and written, with its comments, and the pack still passes its tests."""
        before = (starter / "pack.toml").read_text(encoding="utf-8")
        found = settle("--yes")

        after = (starter / "pack.toml").read_text(encoding="utf-8")
        assert 0 == found.exit_code
        assert "+      { at_least = 40, known_from = 2027-02-10," in found.stdout
        assert [line for line in before.splitlines() if "#" in line] == [
            line for line in after.splitlines() if "#" in line
        ]
        assert 'set_by = "Steering Group", set_on = 2027-02-10 },' in after

    def test_dry_run(self, settle, starter):
        """A dry run writes nothing."""
        before = (starter / "pack.toml").read_bytes()
        found = settle("--dry-run")

        assert (0, before) == (found.exit_code, (starter / "pack.toml").read_bytes())
        assert "this was a dry run" in found.stdout

    @pytest.mark.parametrize(("answer", "expected"), [("y\n", (0, True)), ("n\n", (1, False)), ("", (1, False))])
    def test_asks(self, settle, starter, answer, expected):
        """Without --yes it asks, and writes only on a yes."""
        found = settle(stdin=answer)

        assert expected == (found.exit_code, "at_least = 40" in (starter / "pack.toml").read_text(encoding="utf-8"))

    def test_file_changed_meanwhile(self, settle, starter, monkeypatch):
        """What somebody else has written since is not written over."""
        pack = starter / "pack.toml"

        def change_it(*_, **__):
            pack.write_text(pack.read_text(encoding="utf-8") + "\n# a note\n", encoding="utf-8")
            return True

        monkeypatch.setattr(click, "confirm", change_it)
        found = settle()

        assert 2 == found.exit_code
        assert "was changed meanwhile" in found.stderr
        assert "at_least = 40" not in pack.read_text(encoding="utf-8")

    def test_effect_on_results(self, settle, starter):
        """With data the verdicts that move are shown before anything is written."""
        data = ("--events", starter / "events.csv", "--register", starter / "register.csv")
        found = settle("--dry-run", *data, "--as-of", "2027-03-31").stdout

        assert "As of 2027-03-31 this moves:\nparticipants\n  before " in found
        assert "no target yet" in found
        assert "target at least 40" in found

    def test_no_effect_before_the_decision(self, settle, starter):
        """As of a day before the decision nothing moves."""
        data = ("--events", starter / "events.csv", "--register", starter / "register.csv")

        assert "No verdict moves as of 2027-02-09" in settle("--dry-run", *data, "--as-of", "2027-02-09").stdout

    @pytest.mark.parametrize(
        ("version", "expected"),
        [
            (("--between", "30", "50", "--set-on", "2027-02-10"), "between = [30, 50]"),
            (("--more-than", "2.5", "--set-on", "2027-02-10"), "more_than = 2.5,"),
            (("--exactly", "9/17", "--set-on", "2027-02-10"), 'exactly = "9/17"'),
            (("--more-than", "1", "--set-on", "early February 2027"), 'known_from = 2027-02-10, set_on = "early F'),
            (("--at-least", "9", "--known-from", "2027-01-01", "--to-be-reviewed"), "to_be_reviewed = true"),
        ],
    )
    def test_every_comparator(self, settle, version, expected):
        """Every comparator can be given, and days also roughly."""
        assert expected in settle("--dry-run", version=version).stdout

    @pytest.mark.parametrize(
        ("present", "given", "expected"),
        [
            ("increase = true", "12", "{ increase = true, baseline = 12, known_from = 2027-02-10"),
            ('increase_by = "10%"', "12", '{ increase_by = "10%", baseline = 12,'),
            ("decrease_by = 2.5", "at(period_start, 3)", '{ decrease_by = 2.5, baseline = "at(period_start, 3)",'),
        ],
    )
    def test_baseline(self, settle, starter, present, given, expected):
        """A movement gets its baseline, a number or an expression, and stays what it was."""
        pack = starter / "pack.toml"
        text = pack.read_text(encoding="utf-8")
        old = '{ at_least = "TBC", owed_by = "Steering Group", owed_on = 2026-09-30 }'
        head, tail = text.replace(old, f"{{ {present} }}").split('id = "participants"')
        tail = tail.replace('"higher"', '"lower"', 1) if "decrease" in present else tail
        pack.write_text(f'{head}id = "participants"{tail}', encoding="utf-8")

        found = settle("--dry-run", version=("--baseline", given, "--set-on", "2027-02-10"))

        assert expected in found.stdout, found.stderr

    @pytest.mark.parametrize(
        ("name", "version", "message"),
        [
            ("participant", NEW, "there is no indicator `participant`; did you mean `participants`?"),
            ("participants", NEW[2:], "say what is to be reached with one of --at-least"),
            ("participants", ("--baseline", "3", *NEW[2:]), "is no increase or decrease, so it has no baseline"),
            ("participants", NEW[:4], "say when it was decided with --set-on"),
            ("participants", ("--at-least", "forty", *NEW[2:]), '"forty" is not a number; write 20, 2.5 or 40%'),
            ("participants", (*NEW[:4], "--set-on", "April"), '--set-on: "April" is no day and no month with its year'),
            ("participants", (*NEW[:4], "--set-on", "soon"), 'write 2008-09-10, "September 2008" or "early September'),
            ("participants", (*NEW[:4], "--set-on", "2027-06-31"), '--set-on: "2027-06-31" is not a day of the calen'),
            ("participants", (*NEW[:4], "--known-from", "2027-06-31"), "June 2027 ends on 2027-06-30"),
            ("participants", (*NEW, "--stage", "2"), "has 1 stage, and no stage 2"),
            ("participants", (*NEW, "--ratified-on", "soon"), '--ratified-on: "soon" is no day and no month with'),
        ],
    )
    def test_what_is_wrong(self, settle, name, version, message):
        """What cannot be settled is told in a sentence."""
        found = settle(name=name, version=version)

        assert 2 == found.exit_code
        assert message in " ".join(found.stderr.split())

    def test_version_that_does_not_fit(self, settle, starter):
        """A version that makes a problem is refused with that problem, and nothing is written."""
        before = (starter / "pack.toml").read_bytes()
        found = settle("--yes", version=("--at-least", "40%", "--set-on", "2027-02-10"))

        assert 1 == found.exit_code
        assert 'at_least = "40%"' in found.stderr
        assert before == (starter / "pack.toml").read_bytes()


class TestSettleTheRest:
    """`indicators settle` of what is no target: a deemed size, a draft."""

    def test_deemed_size(self, starter, indicators):
        """It joins the population as a dated version, and comments stay."""
        pack = starter / "pack.toml"
        text = pack.read_text(encoding="utf-8")
        pack.write_text(text.replace("[population.members]", '[population.members]\ndeemed = "TBC"  # they said', 1))
        assert "members" in indicators("open", starter).stdout
        found = indicators("settle", starter, "members", "--deemed", "6", "--set-on", "2026-05-01", "--yes")

        assert 0 == found.exit_code
        assert "{ size = 6, known_from = 2026-05-01, set_on = 2026-05-01 }," in pack.read_text(encoding="utf-8")
        assert "]  # they said" in pack.read_text(encoding="utf-8")
        assert "members" not in indicators("open", starter).stdout

    def test_draft(self, starter, indicators):
        """The statement is a draft no more."""
        pack = starter / "pack.toml"
        text = pack.read_text(encoding="utf-8")
        draft = text.replace("[statement]", '[statement]\nstatus = "draft"  # until May', 1)
        pack.write_text(draft, encoding="utf-8")
        found = indicators("settle", starter, "--agreed", "--yes")

        assert 0 == found.exit_code
        assert draft.replace('"draft"', '"agreed"') == pack.read_text(encoding="utf-8")
        assert "is agreed already" in indicators("settle", starter, "--agreed").stderr

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (["members", "--deemed", "6", "--set-on", "2026-05-01"], "is counted by the register. To deem it"),
            (["membres", "--deemed", "6", "--set-on", "2026-05-01"], "did you mean `members`?"),
            (["members", "--deemed", "six", "--set-on", "2026-05-01"], "is not a whole number"),
            (["pledges", "--agreed"], "leave out `pledges`"),
            (["pledges", "--agreed", "--at-least", "4"], "--agreed and --deemed go with no number"),
            ([], "say which INDICATOR is to be settled"),
        ],
    )
    def test_what_is_wrong(self, starter, indicators, given, message):
        """Each slip is told, and nothing is written."""
        before = (starter / "pack.toml").read_bytes()
        found = indicators("settle", starter, *given, "--yes")

        assert (2, before) == (found.exit_code, (starter / "pack.toml").read_bytes())
        assert message in found.stderr

"""`indicators explain`, `functions`, `problems`, `schema`, `plugins`, `completion`."""

from __future__ import annotations

import json
import re

import pytest

from indicator_engine.definitions import catalogue
from indicator_engine.engine import answering
from indicator_engine.language import limits
from indicator_engine.language.functions import TABLE
from indicator_engine.rendering import reference
from indicator_engine.store import codes

pytestmark = pytest.mark.slow


class TestExplain:
    """`indicators explain`."""

    @pytest.mark.parametrize("code", ["IE103", "ie103", "IE306"])
    def test_code(self, indicators, code):
        """A code of a pack or of data is explained, whatever its capitals."""
        found = indicators("explain", code)

        assert 0 == found.exit_code
        assert found.stdout.startswith(code.upper())
        assert "Why it matters" in found.stdout

    def test_unknown_code(self, indicators):
        """An unknown code is answered with the nearest."""
        found = indicators("explain", "IE130")

        assert 2 == found.exit_code
        assert "there is no code IE130; did you mean" in found.stderr

    def test_indicator(self, starter, indicators):
        """An indicator is told with words, place, expression, English, target, deadline."""
        found = indicators("explain", "pledges", starter).stdout

        for part in (
            "“4 member organisations to make the Skills Pledge by March 2027”",
            "pack.toml:",
            "count(members & pledged)",
            "written out: count(members & organisations(in_force(pledge)))",
            "at least 4",
            "“by March 2027”, read as 31 March 2027",
            "Priority 1: A workforce with the skills it needs",
        ):
            assert part in found

    @pytest.mark.usefixtures("filled")
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_large_store_is_told_as_a_small_one(self, starter, store, indicators, monkeypatch, form):
        """What queries find and what the records say is one and the same."""
        asked = ("explain", starter, "pledges", "--store", store, "--as-of", "2026-12-31", "--format", form)
        small = indicators(*asked)
        monkeypatch.setattr(answering, "EVIDENCE_EVENTS", 0)

        assert 0 == small.exit_code
        assert small.stdout == indicators(*asked).stdout

    @pytest.mark.usefixtures("filled")
    def test_evidence_of_a_large_store(self, starter, store, indicators, monkeypatch):
        """Who counted, who did not and why, and what is odd is the same by queries, where it is asked for."""
        asked = ("run", starter, "--store", store, "--as-of", "2026-12-31", "--format", "json", "--evidence")
        small = json.loads(indicators(*asked).stdout)
        monkeypatch.setattr(answering, "EVIDENCE_EVENTS", 0)
        large = json.loads(indicators(*asked).stdout)

        assert small["results"][0]["who"]
        assert [small[one] for one in ("results", "diagnostics")] == [large[one] for one in ("results", "diagnostics")]

    def test_unknown_indicator(self, starter, indicators):
        """An unknown indicator is answered with the nearest."""
        found = indicators("explain", "pledge", starter)

        assert 2 == found.exit_code
        assert "has no indicator `pledge`; did you mean `pledges`?" in found.stderr

    def test_indicator_without_a_pack(self, indicators):
        """Which pack is meant must be said."""
        found = indicators("explain", "pledges")

        assert 2 == found.exit_code
        assert "indicators explain PACK pledges" in found.stderr


class TestEvaluated:
    """`indicators explain` with data."""

    @pytest.fixture
    def explain(self, starter, indicators):
        """Explain an indicator of the starter's pack over its data."""

        def run(*more, name="training-held"):
            data = ("--events", starter / "events.csv", "--register", starter / "register.csv")
            return indicators("explain", starter, name, *data, "--as-of", "2026-12-31", "--no-plugins", *more)

        return run

    def test_calculation(self, explain):
        """The definition is followed by the figure, each step, who counted and who did not, and the cost."""
        found = explain().stdout

        for part in (
            "As of 31 December 2026, with everything recorded so far",
            "    ratio(members & organisations(in_period(training)), members) = ",
            "        organisations(in_period(training)) = ",
            "nodes; records read:",
            "Counted\n",
            "Did not count\n",
            "Assumptions applied\n",
            "Rests on\n",
        ):
            assert part in found

    def test_subject(self, explain):
        """The story of one: its outcome, each condition, its events and what would make it count."""
        found = explain("--subject", "elm").stdout

        for part in (
            "Organisation elm in training-held\n    It did not count: ",
            "On the register\n",
            "Conditions, on 31 December 2026\n",
            "    yes: is among member organisations",
            "It would count if\n    it has training day records",
        ):
            assert part in found

    def test_json(self, explain):
        """JSON has the result with every reason, and the tree with every value."""
        found = json.loads(explain("--format", "json").stdout)

        ((calculation,), (result,)) = found["calculations"], found["results"]
        assert found == json.loads(explain("--json").stdout)
        assert result["numerator"] == calculation["tree"]["numerator"]
        assert {"members", "undecided", "unnamed"} <= set(calculation["tree"]["steps"][0])
        assert "no training day by 31 December 2026" == result["why_not"]["elm"]
        assert [] == found["stories"]

    def test_story_as_json(self, explain):
        """Of one subject its story is given, with what it rests on, and nothing of others."""
        found = json.loads(explain("--subject", "elm", "--format", "json").stdout)

        (story,) = found["stories"]
        assert {"schema", "as_of", "known_at", "provenance", "stories"} == set(found)
        assert ("indicator-engine/stories/v1", "2026-12-31") == (found["schema"], found["as_of"])
        assert ("elm", "not_counted") == (story["subject"], story["outcome"])
        assert 64 == len(found["provenance"]["pack"]) == len(found["provenance"]["data"])

    def test_either_order(self, starter, indicators):
        """The pack may be named first or last."""
        orders = [(starter, "pledges"), ("pledges", starter)]

        assert 1 == len({indicators("explain", *order, "--no-plugins").stdout for order in orders})

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            (("--subject", "alm"), "there is no organisation `alm`"),
            (("--subject", "Alder academy"), "the register has it as the name of `alder`: ask for that"),
            (("--store", "some.store"), "exclude each other"),
        ],
    )
    def test_what_is_wrong(self, explain, more, message):
        """Who is not known, and data that exclude each other, are told."""
        found = explain(*more)

        assert 2 == found.exit_code
        assert message in found.stderr

    def test_nobody_counts_in_a_narrative(self, explain, starter):
        """What is only told has no stories."""
        pack = starter / "pack.toml"
        told = '\n[[priority.indicator]]\nid = "told"\nkind = "narrative"\ntext = "Two newsletters."\n'
        pack.write_text(pack.read_text(encoding="utf-8").replace("\n# Tests:", f"{told}\n# Tests:"), encoding="utf-8")
        found = explain("--subject", "elm", name="told")

        assert 2 == found.exit_code
        assert "nobody counts in it" in found.stderr

    def test_a_name_of_the_register(self, starter, store, filled, indicators):  # the store is filled
        """Over a store, too, who is asked for by name is told the key."""
        asked = ("--store", store, "--as-of", "2026-12-31", "--subject", "Alder Academy")
        found = indicators("explain", starter, "pledges", *asked)

        assert 2 == found.exit_code
        assert "the register has it as the name of `alder`: ask for that" in found.stderr

    def test_a_stage(self, starter, indicators):
        """What `report` and `open` call a stage is told with its indicator; a stage too many is refused."""
        pack = starter / "pack.toml"
        stages = """
[[priority.indicator]]
id = "staged"
measure = "count(pledge)"
better = "higher"
target = [{ at_least = 1, due = "by 31 December 2026" }, { at_least = 2, due = "by 31 March 2027" }]
"""
        pack.write_text(pack.read_text(encoding="utf-8").replace("\n# Tests:", f"{stages}\n# Tests:"), encoding="utf-8")
        told = [indicators("explain", starter, name) for name in ("staged", "staged/stage-2")]
        data = ("--events", starter / "events.csv", "--register", starter / "register.csv", "--as-of", "2026-12-31")
        found = [indicators("explain", starter, name, *data) for name in ("staged/stage-1", "staged/stage-3")]

        assert told[0].stdout == told[1].stdout
        assert "stage-1: " in found[0].stdout
        assert 2 == found[1].exit_code
        assert "`staged` has no part `stage-3`" in found[1].stderr

    def test_subject_without_data(self, starter, indicators):
        """Nobody has a story without data."""
        found = indicators("explain", starter, "pledges", "--subject", "elm")

        assert 2 == found.exit_code
        assert "--events is missing" in found.stderr

    def test_data_without_a_day(self, starter, indicators):
        """Data are looked at as of a day."""
        found = indicators("explain", starter, "pledges", "--events", starter / "events.csv")

        assert 2 == found.exit_code
        assert "--as-of is missing" in found.stderr

    def test_store(self, starter, store, filled, indicators):
        """A store is looked into like files."""
        found = indicators("explain", starter, "pledges", "--store", store, "--as-of", "2026-12-31", "--no-plugins")

        assert "Calculation\n    count(members & " in found.stdout


class TestFunctions:
    """`indicators functions`."""

    def test_all(self, indicators):
        """Every function has its line."""
        found = indicators("functions").stdout

        assert [] == [function.name for function in TABLE if f"{function.signature} " not in found]

    def test_one(self, indicators):
        """One function is told with its parameters and an example."""
        found = indicators("functions", "ratio").stdout

        assert found.startswith("ratio(a, b)\n")
        assert "ratio(members & organisations(pledge), members)" in found

    def test_unknown(self, indicators):
        """An unknown function is answered with the nearest."""
        found = indicators("functions", "raito")

        assert 2 == found.exit_code
        assert "did you mean `ratio`?" in found.stderr

    def test_json(self, indicators):
        """JSON has every function."""
        found = json.loads(indicators("functions", "--format", "json").stdout)

        assert [function.name for function in TABLE] == [one["name"] for one in found]

    def test_page(self, indicators):
        """The reference page has every function with its example, and every limit."""
        page = indicators("functions", "--format", "markdown").stdout

        assert [] == [one.name for one in TABLE if f"### `{one.signature}`" not in page or one.example not in page]
        assert f"| {limits.TEXT_LENGTH:,} | Characters of one expression |" in page

    def test_every_limit_is_told(self):
        """Each constant of the limits has its sentence."""
        constants = [name for name in vars(limits) if name.isupper()]

        assert len(constants) == len(reference.limits_told())

    def test_every_group_and_role_has_words(self):
        """No function falls between the chapters, no parameter goes without words."""
        assert {function.group for function in TABLE} == set(reference.GROUPS)
        assert {one.role for function in TABLE for one in function.parameters} <= set(reference.ROLES)


class TestProblems:
    """`indicators problems`."""

    def test_all(self, indicators):
        """Every code has its line."""
        found = indicators("problems").stdout.splitlines()

        assert [*catalogue.CATALOGUE, *codes.CODES] == [line.partition(" ")[0] for line in found]

    def test_page(self, indicators):
        """The reference page has every code."""
        page = indicators("problems", "--format", "markdown").stdout

        assert [] == [code for code in (*catalogue.CATALOGUE, *codes.CODES) if f"### {code}: " not in page]

    def test_no_code_is_told_twice(self):
        """Codes of packs and codes of data are different ones."""
        assert set() == set(catalogue.CATALOGUE) & set(codes.CODES)


class TestSchema:
    """`indicators schema`."""

    def test_print(self, indicators):
        """The schema is JSON."""
        assert "statement" in json.loads(indicators("schema").stdout)["properties"]

    def test_write(self, indicators, tmp_path):
        """It is written beside a pack under the name the pack's first line has."""
        found = indicators("schema", "--write", tmp_path)

        assert (0, "") == (found.exit_code, found.stdout)
        assert "properties" in json.loads((tmp_path / "statement.schema.json").read_text(encoding="utf-8"))


class TestQueries:
    """`indicators explain --sql`."""

    def test_over_a_store(self, indicators, starter, filled, store):
        """Each step stands on a line, texts of the pack are bound and told below."""
        found = indicators("explain", starter, "pledges", "--store", store, "--as-of", "2026-12-31", "--sql").stdout

        assert found.startswith("WITH step")
        assert "\n-- $t0: " in found

    def test_over_files(self, indicators, starter):
        """Files have no queries."""
        found = indicators("explain", starter, "pledges", "--sql")

        assert 2 == found.exit_code
        assert "--sql belongs to --store" in found.stderr

    def test_plan(self, indicators, starter, filled, store):
        """What figures ask for is named once, in the same way each time; each figure says how it was found."""
        data = ("--store", store, "--as-of", "2026-12-31", "--plan")
        one, again = (indicators("explain", starter, "pledges", *data).stdout for _ in range(2))
        whole = indicators("explain", starter, *data).stdout

        assert one == again
        assert one.startswith("1 figure over ")
        assert "\n  with others, by masks (" in one
        asked_for = re.findall(r"^  ([0-9a-f]{6})  ", one, re.MULTILINE)
        assert asked_for
        assert set(asked_for) <= set(re.findall(r"^  ([0-9a-f]{6})  ", whole, re.MULTILINE))

    def test_plan_of_files(self, indicators, starter):
        """Files have no plan."""
        found = indicators("explain", starter, "pledges", "--plan")

        assert 2 == found.exit_code
        assert "--plan belongs to --store" in found.stderr


class TestPlugins:
    """`indicators plugins`."""

    def test_list(self, indicators):
        """Each plugin is listed with what it registers."""
        found = indicators("plugins", "--no-plugins").stdout

        assert "source csv, source tsv" in found

    def test_json(self, indicators):
        """JSON has them, too."""
        found = json.loads(indicators("plugins", "--no-plugins", "--format", "json").stdout)

        assert ["source csv", "source tsv"] == next(one["registers"] for one in found if one["name"] == "source_csv")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(indicators, shell):
    """The script of each shell begins with where to put it."""
    found = indicators("completion", shell)

    assert 0 == found.exit_code
    assert found.stdout.startswith("# ")
    assert "_INDICATORS_COMPLETE" in found.stdout

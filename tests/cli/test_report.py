"""`indicators report`, and the edition for the public."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def report_starter(starter, indicators):
    """Write a page about the starter's pack; more options may follow."""

    def report(*more):
        data = ("--events", starter / "events.csv", "--register", starter / "register.csv")
        return indicators("report", starter, *data, "--as-of", "2026-12-31", "--no-plugins", *more)

    return report


def test_writes_a_page_and_says_where(report_starter, tmp_path):
    """The page goes to the file named, and where it went is said."""
    out = tmp_path / "page.html"
    found = report_starter("--out", out)

    assert (0, "", f"Wrote {out}.\n") == (found.exit_code, found.stdout, found.stderr)
    assert out.read_text().startswith("<!doctype html>")


def test_writes_report_html_unless_told(report_starter, tmp_path, monkeypatch):
    """Without a name the file is report.html in the folder one is in."""
    monkeypatch.chdir(tmp_path)

    assert "Wrote report.html.\n" == report_starter().stderr
    assert (tmp_path / "report.html").exists()


def test_is_what_run_writes(report_starter, run_starter, tmp_path):
    """`run --format html` gives the same bytes, and so does a file that ends in .html."""
    files = [tmp_path / name for name in ("a.html", "b.txt", "c.html")]
    report_starter("--out", files[0])
    run_starter("--format", "html", "--out", files[1])
    run_starter("--out", files[2])

    assert {files[0].read_bytes()} == {file.read_bytes() for file in files}


@pytest.mark.parametrize(
    ("name", "begins"), [("a.PDF", b"%PDF"), ("a.docx", b"PK"), ("a.xlsx", b"PK"), ("a.md", b"# "), ("a", b"<!doctype")]
)
def test_form_by_the_ending(report_starter, tmp_path, name, begins):
    """The file's name says in which form it is written; a page is written where it says none."""
    assert 0 == report_starter("--out", tmp_path / name).exit_code

    assert (tmp_path / name).read_bytes().startswith(begins)


def test_has_the_course_of_each_figure(report_starter, tmp_path):
    """The page has a chart for every figure that is counted."""
    report_starter("--out", tmp_path / "page.html")

    assert 'class="chart wide"' in (tmp_path / "page.html").read_text()


def test_as_of_cannot_be_left_out(indicators, starter):
    """Without a day there is no report, as there is no run."""
    found = indicators("report", starter, "--events", starter / "events.csv")

    assert 2 == found.exit_code
    assert "--as-of is missing" in found.stderr


@pytest.mark.parametrize("form", ["table", "json", "csv", "csv-raw", "markdown", "html"])
def test_public_edition_of_every_format(run_starter, form):
    """The public is told no name in any format; the internal edition tells some."""
    internal = run_starter("--format", form, "--details").stdout
    public = run_starter("--format", form, "--details", "--audience", "public").stdout

    assert (True, False) == ("birch" in internal.casefold(), "birch" in public.casefold())


def test_public_edition_keeps_small_counts(run_starter):
    """A count of two is not told to the public, nor is the verdict that would tell it."""
    found = json.loads(run_starter("--format", "json", "--audience", "public").stdout)
    pledges = found["results"][0]

    assert ("public", None, ["small"], "withheld") == (
        found["audience"],
        pledges["value"],
        pledges["unknown"],
        pledges["verdict"],
    )


def test_rows_in_quarantine_are_told(starter, indicators, tmp_path):
    """A page over a store says how many of its rows wait in quarantine."""
    store, events, out = tmp_path / "s.store", tmp_path / "events.csv", tmp_path / "page.html"
    events.write_text((starter / "events.csv").read_text().replace("2026-07-14", "14th of July"))
    data = (events, "--register", starter / "register.csv", "--recorded-at", "2026-04-01", "--store", store)
    assert 3 == indicators("import", starter / "pack.toml", *data).exit_code

    indicators("report", starter / "pack.toml", "--store", store, "--as-of", "2026-12-31", "--out", out)

    assert "1 row of the event store waits in quarantine" in out.read_text()

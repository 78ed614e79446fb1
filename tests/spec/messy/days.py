"""Days: written in ways that could mean two days, in ways nobody declared, or that no calendar has."""

from __future__ import annotations

from datetime import date

from tests.spec.messy.case import Case, Taken, cells, days, text

BRITISH, AMERICAN, SERIAL = 'dates = ["%d/%m/%Y"]', 'dates = ["%m/%d/%Y"]', 'dates = ["excel serial"]'
JUNE = date(2009, 6, 5)


def on(**of: date) -> dict[str, dict[str, date]]:
    """What events must hold: the day they are of."""
    return {event: {"occurred_on": day} for event, day in of.items()}


DAYS = (
    Case(
        "day-or-month-undeclared",
        "05/06/2009, which is 5 June or 6 May, and nobody declares which",
        days("05/06/2009", "2009-06-05"),
        Taken(2, stored=1, aside=((2, "IE350", "occurred_on"),), holds=on(E2=JUNE)),
        says=('"%d/%m/%Y"', '"%m/%d/%Y"'),
    ),
    Case(
        "day-first-declared",
        "05/06/2009 where the day is declared to come first",
        days("05/06/2009", "5/6/2009", "2009-06-05"),
        Taken(3, stored=3, holds=on(E1=JUNE, E2=JUNE, E3=JUNE)),
        BRITISH,
    ),
    Case(
        "month-first-declared",
        "05/06/2009 where the month is declared to come first",
        days("05/06/2009"),
        Taken(1, stored=1, holds=on(E1=date(2009, 5, 6))),
        AMERICAN,
    ),
    Case(
        "both-orders",
        "04/13/2010 among days that come first: the column has both orders",
        days("03/04/2010", "04/13/2010", "31/03/2010"),
        Taken(3, stored=2, aside=((3, "IE350", "occurred_on"),), holds=on(E1=date(2010, 4, 3), E3=date(2010, 3, 31))),
        BRITISH,
        says=("04/13/2010", "%d/%m/%Y"),
    ),
    Case(
        "both-orders-declared",
        "both orders are declared, so that some days can be read in two ways",
        days("05/06/2009", "31/03/2010", "03/31/2010", "05/05/2009"),
        Taken(
            4,
            stored=3,
            aside=((2, "IE351", "occurred_on"),),
            holds=on(E2=date(2010, 3, 31), E3=date(2010, 3, 31), E4=date(2009, 5, 5)),
        ),
        'dates = ["%d/%m/%Y", "%m/%d/%Y"]',
        says=("2009-05-06 or 2009-06-05",),
    ),
    Case(
        "no-such-day",
        "31 November, and 29 February of a year that has none",
        days("31/11/2009", "29/02/2010", "2010-02-30", "29/02/2008"),
        Taken(
            4,
            stored=1,
            aside=((2, "IE350", "occurred_on"), (3, "IE350", "occurred_on"), (4, "IE350", "occurred_on")),
            holds=on(E4=date(2008, 2, 29)),
        ),
        BRITISH,
        says=("no calendar has such a day",),
    ),
    Case(
        "two-digit-year-undeclared",
        "05/06/09 where years are declared to have four digits",
        days("05/06/09"),
        Taken(1, aside=((2, "IE350", "occurred_on"),)),
        BRITISH,
        says=("%d/%m/%Y",),
    ),
    Case(
        "two-digit-year-declared",
        "05/06/09 where years are declared to have two digits: 69 to 99 are of the last century",
        days("05/06/09", "31/03/99", "31/03/68"),
        Taken(
            3,
            stored=2,
            aside=((4, "IE352", "occurred_on"),),
            holds=on(E1=JUNE, E2=date(1999, 3, 31)),
        ),
        'dates = ["%d/%m/%y"]',
        says=("2068-03-31",),
    ),
    Case(
        "month-name-undeclared",
        "5 June 2009, and nobody declares that days are written with names of months",
        days("5 June 2009", "5-Jun-2009", "5th June 2009"),
        Taken(3, aside=((2, "IE350", "occurred_on"), (3, "IE350", "occurred_on"), (4, "IE350", "occurred_on"))),
        says=('dates = ["%d %B %Y"]', 'dates = ["%d-%B-%Y"]', "without st, nd, rd or th"),
    ),
    Case(
        "month-name-declared",
        "5 June 2009 and 5 Jun 2009, declared; and a month in another language",
        days("5 June 2009", "05 JUN 2009", "5 Juni 2009"),
        Taken(3, stored=2, aside=((4, "IE350", "occurred_on"),), holds=on(E1=JUNE, E2=JUNE)),
        'dates = ["%d %B %Y"]',
    ),
    Case(
        "year-first-undeclared",
        "2009/06/05 and 2009-6-5: year first, but not with hyphens and two digits",
        days("2009/06/05", "2009-6-5"),
        Taken(2, aside=((2, "IE350", "occurred_on"), (3, "IE350", "occurred_on"))),
        says=('dates = ["%Y/%m/%d"]', 'dates = ["%Y-%m-%d"]'),
    ),
    Case(
        "serial-undeclared",
        "39969, which is how spreadsheets count 5 June 2009",
        days("39969"),
        Taken(1, aside=((2, "IE350", "occurred_on"),)),
        says=("2009-06-05", "excel serial"),
    ),
    Case(
        "serial-declared",
        "39969 where that is declared; 60, a day that never was; 39969.5, which has a time",
        days("39969", "39969.0", "60", "39969.5"),
        Taken(
            4,
            stored=2,
            aside=((4, "IE350", "occurred_on"), (5, "IE353", "occurred_on")),
            holds=on(E1=JUNE, E2=JUNE),
        ),
        SERIAL,
    ),
    Case(
        "serial-beside-digits",
        "20090605, where both that and spreadsheets' numbers are declared",
        days("20090605", "39969"),
        Taken(2, stored=2, holds=on(E1=JUNE, E2=JUNE)),
        'dates = ["%Y%m%d", "excel serial"]',
    ),
    Case(
        "time-of-day",
        "days with a time",
        days("2009-06-05 14:30", "2009-06-05T23:59:59Z", "2009-06-05 25:00"),
        Taken(3, aside=((2, "IE353", "occurred_on"), (3, "IE353", "occurred_on"), (4, "IE350", "occurred_on"))),
    ),
    Case(
        "midnight",
        "days with a time that is midnight, as databases and spreadsheets write plain days",
        days("2009-06-05 00:00:00", "2009-06-05T00:00", "2009-06-05T00:00:00+01:00"),
        Taken(3, stored=2, aside=((4, "IE353", "occurred_on"),), holds=on(E1=JUNE, E2=JUNE)),
    ),
    Case(
        "time-declared-format",
        "days with a time, written as the source declares days",
        days("05/06/2009 00:00", "05/06/2009 14:30"),
        Taken(2, stored=1, aside=((3, "IE353", "occurred_on"),), holds=on(E1=JUNE)),
        BRITISH,
    ),
    Case(
        "year-slips",
        "years that are slips of the pen: 0209, 2109, 1909",
        days("0209-06-05", "2109-06-05", "1909-06-05", "209-06-05"),
        Taken(
            4,
            aside=(
                (2, "IE352", "occurred_on"),
                (3, "IE352", "occurred_on"),
                (4, "IE352", "occurred_on"),
                (5, "IE350", "occurred_on"),
            ),
        ),
        says=("1950-01-01 to 2011-06-01", "`earliest` or `latest`"),
    ),
    Case(
        "years-declared",
        "days before 1950 and long from now, which the source allows",
        days("1931-06-05", "2014-06-05", "2015-01-01"),
        Taken(3, stored=2, aside=((4, "IE352", "occurred_on"),)),
        "earliest = 1930-01-01\nlatest = 2014-12-31",
    ),
    Case(
        "other-days-may-be-far-off",
        "a day that something ends, far from now; and one beyond what any day can be",
        cells("ends", "2040-03-31", "2400-03-31"),
        Taken(2, stored=1, aside=((3, "IE352", "ends"),), holds={"E1": {"ends": date(2040, 3, 31)}}),
    ),
    Case(
        "blank-day",
        "events without a day",
        days("", "  ", "n/a"),
        Taken(3, aside=((2, "IE302", "occurred_on"), (3, "IE302", "occurred_on"), (4, "IE302", "occurred_on"))),
        'missing = ["n/a"]',
    ),
    Case(
        "words-for-a-day",
        "words and months where a day should stand",
        days("TBC", "unknown", "June 2009", "2009"),
        Taken(
            4,
            aside=(
                (2, "IE350", "occurred_on"),
                (3, "IE350", "occurred_on"),
                (4, "IE350", "occurred_on"),
                (5, "IE350", "occurred_on"),
            ),
        ),
    ),
    Case(
        "spaces-round-a-day",
        "spaces round a day, also those that do not break a line",
        days(" 2009-06-05 ", "\N{NO-BREAK SPACE}2009-06-05", '"2009-06-05 "'),
        Taken(3, stored=3, holds=on(E1=JUNE, E2=JUNE, E3=JUNE)),
    ),
    Case(
        "digits-of-other-scripts",
        "digits of other scripts, and hyphens that are none",
        days("２００９-06-05", "2009\N{NON-BREAKING HYPHEN}06\N{NON-BREAKING HYPHEN}05"),  # on purpose
        Taken(2, aside=((2, "IE350", "occurred_on"), (3, "IE350", "occurred_on"))),
    ),
    Case(
        "error-for-a-day",
        "an error of a spreadsheet where a day should stand",
        days("#REF!", "#N/A"),
        Taken(2, aside=((2, "IE360", "occurred_on"), (3, "IE360", "occurred_on"))),
    ),
    Case(
        "recorded-at",
        "when rows were recorded: a day, an instant with a zone, a word, and a day in an order nobody declared",
        text(
            "event_id,type,organisation,occurred_on,recorded_at",
            "E1,pledge,A,2009-06-05,2009-06-30",
            "E2,pledge,B,2009-06-05,2009-06-30T14:30:00+01:00",
            "E3,pledge,C,2009-06-05,last week",
            "E4,pledge,D,2009-06-05,05/06/2009",
            "E5,pledge,E,2009-06-05,",
        ),
        Taken(5, stored=3, aside=((4, "IE359", "recorded_at"), (5, "IE359", "recorded_at"))),
    ),
    Case(
        "formats-misunderstood",
        "days in the way of a format that the mapping does not declare are told, not matched by likeness",
        days("2009.06.05", "5.6.2009"),
        Taken(2, aside=((2, "IE350", "occurred_on"), (3, "IE350", "occurred_on"))),
        BRITISH,
    ),
)

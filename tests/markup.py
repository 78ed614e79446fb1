"""HTML taken apart, for tests that ask what a page says."""

from __future__ import annotations

from html.parser import HTMLParser

INLINE = {"bdi", "span", "strong", "code", "a", "small"}
VOID = {"meta", "link", "br", "img", "input", "hr", "line", "rect", "circle", "polyline", "polygon"}


class Elements(HTMLParser):
    """Every element with its attributes and text; an element left open, or closed twice, is a fault."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.faults = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        """One opens."""
        self._part(tag)
        self.found.append([tag, dict(attrs), ""])
        if tag not in VOID:
            self.open.append(len(self.found) - 1)

    def handle_startendtag(self, tag, attrs):
        """One opens and closes."""
        self.found.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        """One closes."""
        if not self.open or self.found[self.open[-1]][0] != tag:
            self.faults.append(tag)
        else:
            self.open.pop()
        self._part(tag)

    def _part(self, tag):
        if tag not in INLINE:
            self.handle_data(" ")

    def handle_data(self, data):
        """A text within all that are open."""
        for index in self.open:
            self.found[index][2] += data

    def all(self, tag, **wanted):
        """The texts of the elements of a kind; `of` is a class they have."""
        found = [one for one in self.found if one[0] == tag]
        if "of" in wanted:
            found = [one for one in found if wanted["of"] in (one[1].get("class") or "").split()]
        return [" ".join(one[2].split()) for one in found]

    def classes(self, name):
        """The classes of the elements that have this one."""
        found = (one[1].get("class") or "" for one in self.found)
        return {classes for classes in found if name in classes.split()}

"""What axe finds in a page that is open in a browser."""

from __future__ import annotations

VIOLATIONS = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}

CONTRAST = """
async () => {
  const grounds = new Map(), alike = new Map(), looks = new Map();
  const ground = one => {
    if (!one) return {on: "", shown: true};
    if (!grounds.has(one)) {
      const is = getComputedStyle(one), below = ground(one.parentElement), size = one.getBoundingClientRect();
      const own = [is.backgroundColor, is.backgroundImage, is.opacity, is.filter, is.mixBlendMode, is.position];
      const shown = is.clip === "auto" && is.clipPath === "none" && size.bottom + scrollY > 0;
      grounds.set(one, {on: own + below.on, shown: shown && below.shown});
    }
    return grounds.get(one);
  };
  for (const one of document.querySelectorAll("body, body :not(svg, svg *)")) {
    const is = getComputedStyle(one), {on, shown} = ground(one);
    const look = [is.color, is.fontSize, is.fontWeight, is.textShadow] + on;
    looks.set(one, look);
    const lettered = one.value || [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim().length > 1);
    if (lettered && shown && one.getClientRects().length) alike.set(look, [...alike.get(look) ?? [], one]);
  }
  const run = include => axe.run({include}, {runOnly: ["color-contrast"], elementRef: true});
  const few = await run([...alike.values()].flatMap(all => [...new Set([all[0], all.at(-1)])]));
  for (const rule of [...few.passes, ...few.violations])
    for (const node of rule.nodes) alike.delete(looks.get(node.element));
  const rest = [...alike.values()].flatMap(all => all.slice(1, -1));
  const found = [few, ...rest.length ? [await run(rest)] : []];
  return found.flatMap(one => one.violations).flatMap(rule => rule.nodes.map(node => [node.target, node.html]));
}
"""
"""The contrast of letters, by far the dearest rule, asked of two of all that have the same letters on the same ground.

Where axe cannot tell of these two it is asked of all the others. It cannot tell of drawings, of single letters and of
what is there for the ear alone; so it is not asked.
"""


def violations(page):
    """What axe finds, a line a finding; of all that it finds nothing wrong with it need not say where it is."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=VIOLATIONS).response["violations"]
    told = [f"{one['id']}: {node['target']} {node['html']}" for one in found for node in one["nodes"]]
    return told + [f"color-contrast: {target} {html}" for target, html in page.evaluate(CONTRAST)]

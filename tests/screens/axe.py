"""What axe finds wrong with a page: WCAG 2.1, levels A and AA."""

from functools import cache
from typing import Any, Final

from playwright.sync_api import Page

from deploy.client.build import WEB

_RUN: Final = """async () => {
  const rules = {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']};
  const told = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return told.violations.flatMap(one => one.nodes.map(node =>
    `${one.id} ${node.target.join(' ')}: ${node.failureSummary.split('\\n').slice(1).join(';')}`));
}"""


def violations(page: Page) -> list[str]:
    """Rule, place and what is wrong, one a line."""
    # By the debugger, not as a script of the page: the page's policy would not let it in, and must not.
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(_source())
    found: Any = page.evaluate(_RUN)
    return [str(line) for line in found]


@cache
def _source() -> str:
    return (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()

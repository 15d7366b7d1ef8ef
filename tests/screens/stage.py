"""Where screens are brought about: a browser for each person and look, used for one screen after the other."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.screens.cast import Cast, Who
from tests.screens.screen import FAILED, Screen, fail
from tests.support.client import PLAIN, Client, Look

_STANDS = "() => document.querySelector('main h1') && !document.querySelector('main .skeleton')"
_WIDER = """() => {
  const edge = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= edge) return []
  const scrolls = one => one && (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement))
  const beyond = [...document.querySelectorAll('body *')].filter(one =>
    one.getBoundingClientRect().right > edge + 1 && !scrolls(one.parentElement))
  const last = beyond.filter(one => !beyond.some(other => other !== one && one.contains(other)))
  return last.map(one => `${one.localName}.${one.className} «${one.textContent.trim().slice(0, 40)}»`)
}"""
_BROKEN = """() => {
  const broken = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (texts.nextNode()) {
    const node = texts.currentNode
    // What is only read aloud stands in a box of one pixel.
    if (!node.parentElement.checkVisibility() || node.parentElement.clientWidth === 1) continue
    for (const word of node.data.matchAll(/\\p{Script=Cyrillic}{3,}/gu)) {
      range.setStart(node, word.index)
      range.setEnd(node, word.index + word[0].length)
      const lines = new Set([...range.getClientRects()].map(one => Math.round(one.bottom)))
      if (lines.size > 1) broken.push(word[0])
    }
  }
  return broken
}"""
_API = "**/api/v1/{accounts,me}/**"


@dataclass
class Stage:
    """`show(screen)` gives the page once everything on it is there."""

    client: Client
    cast: Cast
    _pages: dict[tuple[Who, Look], Page] = field(default_factory=dict)
    _own: Page | None = None

    def show(self, screen: Screen, look: Look = PLAIN) -> Page:
        page = self._own_page(screen, look) if screen.setting else self._page(screen.who, look)
        address = screen.address or screen.route
        if screen.who != "nobody":
            address = address.format(**self.cast.facts(screen.who))
        if screen.state == FAILED:
            page.context.route(_API, fail)
        try:
            page.goto(address)
            page.wait_for_function(_STANDS)
            page.evaluate("document.fonts.ready.then(() => true)")
            if screen.act:
                screen.act(page)
        finally:
            if screen.state == FAILED:
                page.context.unroute(_API)
        return page

    def complaints(self, screen: Screen) -> list[str]:
        """What the console said since the last screen, but for what belongs to the state."""
        told = [text for text in self.client.unexpected() if not text.startswith(screen.expects)]
        self.client.complaints.clear()
        return told

    def _own_page(self, screen: Screen, look: Look) -> Page:
        """Of a browser that no other screen is shown in; the one before is shut."""
        if self._own:
            self._own.context.close()
        self._own = self._new_page(screen.who, look, worker=screen.worker)
        assert screen.setting
        screen.setting(self._own)
        return self._own

    def _page(self, who: Who, look: Look) -> Page:
        if (who, look) not in self._pages:
            self._pages[who, look] = self._new_page(who, look)
        return self._pages[who, look]

    def _new_page(self, who: Who, look: Look, *, worker: bool = False) -> Page:
        session = None if who == "nobody" else self.client.sign_in(self.cast[who])
        # Seldom with the worker: it would keep the client's files anew for each of these browsers.
        workers = "allow" if worker else "block"
        return self.client.page(look, session, service_workers=workers, reduced_motion="reduce")


def sideways(page: Page) -> list[str]:
    """What makes the page wider than what is seen of it; empty when nothing does."""
    found: list[str] = page.evaluate(_WIDER)
    return found


def broken_words(page: Page) -> list[str]:
    """Words that begin on one line and end on the next; numbers of orders and the like may."""
    found: list[str] = page.evaluate(_BROKEN)
    return found

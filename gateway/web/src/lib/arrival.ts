/// Where the focus goes when a page is arrived at: its heading, but not when the cabinet has just been opened.

let first = true

export function arrived(heading: HTMLElement): void {
  if (!first) heading.focus({ preventScroll: true })
  if (!first) scrollTo(0, 0)
  first = false
}

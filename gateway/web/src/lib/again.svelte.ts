/// Asking again for as long as an answer is still to come: after growing pauses, and never behind a page that is gone.

const PAUSES_MS = [1000, 1500, 2000, 3000, 5000, 8000, 13_000, 20_000, 30_000]

/** `wanted` starts it, and ends it when it turns false; a page in the background waits until it is looked at. */
export function again(wanted: () => boolean, act: () => Promise<unknown>): void {
  const going = $derived(wanted())
  $effect(() => {
    if (!going) return
    let timer = 0
    let turn = 0
    const next = () => {
      timer = window.setTimeout(async () => {
        if (!document.hidden) await act()
        if (timer) next()
      }, PAUSES_MS[Math.min(turn++, PAUSES_MS.length - 1)])
    }
    next()
    return () => {
      clearTimeout(timer)
      timer = 0
    }
  })
}

/// Asking again for as long as an answer is still to come: after growing pauses, and never behind a page that is gone.

const PAUSES_MS = [1000, 1500, 2000, 3000, 5000, 8000, 13_000, 20_000, 30_000]

/** `wanted` starts it, and ends it when it turns false; a page in the background asks at once when it is looked at. */
export function again(wanted: () => boolean, act: () => Promise<unknown>): void {
  const going = $derived(wanted())
  $effect(() => {
    if (!going) return
    let timer = 0
    let turn = 0
    let over = false
    const later = () => {
      timer = window.setTimeout(ask, PAUSES_MS[Math.min(turn++, PAUSES_MS.length - 1)])
    }
    const ask = async () => {
      timer = 0
      if (!document.hidden) await act()
      if (!over) later()
    }
    const looked = () => {
      if (document.hidden) return
      turn = 0
      // Without a timer it is being asked already.
      if (!timer) return
      clearTimeout(timer)
      void ask()
    }
    document.addEventListener('visibilitychange', looked)
    later()
    return () => {
      over = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', looked)
    }
  })
}

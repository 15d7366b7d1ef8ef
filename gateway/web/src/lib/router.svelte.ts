/// The router: which page stands at an address, and going to another without loading the document anew.
import type { Component } from 'svelte'

export type Table = Record<string, () => Promise<{ default: Component }>>
/** Where to go instead, when this page is not for this person now. */
export type Guard = (wanted: URL) => Promise<string | null>
export interface Going {
  /** The page that is left cannot be gone back to. */
  replace?: boolean
  /** For the `:names` of the address. */
  params?: Record<string, string>
  search?: Record<string, string>
}
type Change = 'pushState' | 'replaceState' | null

const OTHERS = /^\/(api|staff|health)\//

/** The page that is seen: all of it changes at once, when the next page is there. */
export const route = $state<{ pathname: string; params: Record<string, string>; search: Record<string, string> }>({ pathname: location.pathname, params: {}, search: {} })
export const seen = new (class {
  page = $state.raw<Component | null>(null)
})()

let table: Table = {}
let guard: Guard = () => Promise.resolve(null)
let latest = 0

/** Show the page of the present address, and those of all that are gone to. Gives what undoes it. */
export function start(addresses: Table, guarded: Guard): () => void {
  table = addresses
  guard = guarded
  const back = () => void open(new URL(location.href), null)
  addEventListener('popstate', back)
  addEventListener('click', pressed)
  back()
  return () => {
    removeEventListener('popstate', back)
    removeEventListener('click', pressed)
  }
}

/** Go to an address, which may name parameters: `navigate('/payments/:payment', { params: { payment } })`. */
export async function navigate(address: string, going: Going = {}): Promise<void> {
  const path = address.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(going.params?.[name] ?? ''))
  const url = new URL(path, location.href)
  for (const [name, value] of Object.entries(going.search ?? {})) url.searchParams.set(name, value)
  await open(url, going.replace ? 'replaceState' : 'pushState')
}

/** The parameters of a path at an address of the table; null when it is another address. */
export function match(address: string, pathname: string): Record<string, string> | null {
  if (address === '*') return {}
  const wanted = address.split('/')
  const given = pathname.replace(/(.)\/$/, '$1').split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [at, part] of wanted.entries()) {
    const text = given[at]!
    if (!part.startsWith(':')) {
      if (part !== text) return null
      continue
    }
    try {
      params[part.slice(1)] = decodeURIComponent(text)
    } catch {
      return null
    }
  }
  return params
}

/** The last one asked for wins: a slow page does not come after the person has gone on. */
async function open(url: URL, change: Change): Promise<void> {
  const mine = ++latest
  const instead = await guard(url)
  if (mine !== latest) return
  if (instead !== null) return open(new URL(instead, url), change ?? 'replaceState')
  for (const [address, fetch] of Object.entries(table)) {
    const params = match(address, url.pathname)
    if (!params) continue
    const page = await fetch().catch((error: unknown) => {
      // Its file is gone since a newer version came: the document is loaded anew, unless that was just done.
      if (!change) throw error
      location.assign(url)
    })
    if (!page || mine !== latest) return
    if (change) history[url.href === location.href ? 'replaceState' : change](null, '', url)
    Object.assign(route, { pathname: url.pathname, params, search: Object.fromEntries(url.searchParams) })
    seen.page = page.default
    return
  }
}

/** A plain press on a link of ours; tabs, windows, files and places on this page are the browser's business. */
function pressed(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (!link?.href || link.target || link.hasAttribute('download') || event.defaultPrevented) return
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  const url = new URL(link.href)
  const here = url.pathname === location.pathname && url.search === location.search
  if (url.origin !== location.origin || OTHERS.test(url.pathname) || (here && url.hash)) return
  event.preventDefault()
  void open(url, 'pushState')
}

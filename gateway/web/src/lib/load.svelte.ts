/// Something fetched for a page: not there yet, there, or failed; with the last-known value when there is no network.
import { untrack } from 'svelte'
import { Failure, OFFLINE, UNREACHABLE } from '../api/client'
import { keepState, keptState } from './kept'
import { network } from './online.svelte'
import { session } from './session.svelte'

export class Load<T> {
  value = $state.raw<T | null>(null)
  failure = $state.raw<Failure | null>(null)
  busy = $state(false)
  /** When the shown value was seen, when it is not fresh. */
  keptAt = $state<string | null>(null)

  #fetch: () => Promise<T>
  #name: () => string | null
  #latest = 0

  constructor(fetch: () => Promise<T>, name: () => string | null = () => null) {
    this.#fetch = fetch
    this.#name = name
  }

  /** Fetch anew; what was shown stays until the answer comes, and a late answer to an older call is dropped. */
  async reload(): Promise<void> {
    const mine = ++this.#latest
    const name = this.#name()
    this.busy = true
    try {
      const value = await this.#fetch()
      if (mine !== this.#latest) return
      Object.assign(this, { value, failure: null, keptAt: null })
      if (name) void keepState(name, value)
    } catch (error) {
      if (mine !== this.#latest) return
      const failure = Failure.of(error)
      const kept = name && (failure.code === OFFLINE || failure.code === UNREACHABLE) ? await keptState<T>(name) : null
      if (mine !== this.#latest) return
      if (kept) Object.assign(this, { value: kept.value, failure: null, keptAt: kept.at })
      else Object.assign(this, { failure, value: null })
    } finally {
      if (mine === this.#latest) this.busy = false
    }
  }
}

/** Fetched now, and again whenever what `fetch` reads of the reactive state changes (the account, an interval). */
export function load<T>(fetch: () => Promise<T>, name: () => string | null = () => null): Load<T> {
  const loading = new Load(fetch, name)
  $effect(() => {
    void loading.reload()
  })
  // The network is back: what could not be fetched without it is.
  $effect(() => {
    if (network.online && session.state !== 'offline' && untrack(() => loading.keptAt !== null || loading.failure?.code === OFFLINE)) void untrack(() => loading.reload())
  })
  return loading
}

/// Last-known states of accounts on this device, shown with their date when there is no network; wiped on leaving.
import { clear, createStore, get, set } from 'idb-keyval'

const store = lazily(() => createStore('svet-kept', 'states'))

export interface Kept<T> {
  at: string
  value: T
}

/** Keep what was just seen under a name such as `state:180211111`. */
export async function keepState(name: string, value: unknown): Promise<void> {
  const plain: unknown = JSON.parse(JSON.stringify(value))
  await set(name, { at: new Date().toISOString(), value: plain }, store()).catch(() => undefined)
}

export async function keptState<T>(name: string): Promise<Kept<T> | null> {
  return (await get<Kept<T>>(name, store()).catch(() => undefined)) ?? null
}

export async function forgetKept(): Promise<void> {
  await clear(store()).catch(() => undefined)
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

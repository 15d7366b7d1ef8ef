/// Readings taken without a signal: kept on this device with their key, sent once, later (product H3). Never payments.
import { createStore, del, entries, set, clear } from 'idb-keyval'
import { session } from './session.svelte'

export interface Waiting {
  key: string
  account: string
  values: string[]
  takenAt: string
  /** Why the server would not take it as it is; the person must look. */
  problem: string | null
}

const store = () => (made ??= createStore('svet-queue', 'readings'))
let made: ReturnType<typeof createStore> | undefined
let sending: Promise<void> | null = null

export const queue = $state<{ waiting: Waiting[] }>({ waiting: [] })

/** Keep a reading until it can be sent; a newer one of the account takes its place. */
export async function keepReading(account: string, values: string[], key: string): Promise<void> {
  for (const older of queue.waiting.filter((one) => one.account === account)) await del(older.key, store())
  const reading: Waiting = { key, account, values: [...values], takenAt: new Date().toISOString(), problem: null }
  await set(key, reading, store())
  await lookAtQueue()
}

export async function lookAtQueue(): Promise<void> {
  const found = await entries<string, Waiting>(store()).catch(() => [])
  queue.waiting = found.map(([, reading]) => reading).sort((a, b) => a.takenAt.localeCompare(b.takenAt))
}

export async function dropReading(key: string): Promise<void> {
  await del(key, store()).catch(() => undefined)
  await lookAtQueue()
}

/** Send what waits, one after the other, with the key it was made with: twice sent is once taken. */
export async function sendQueue(): Promise<void> {
  sending ??= locked(send).finally(() => (sending = null))
  await sending
}

export async function forgetQueue(): Promise<void> {
  await clear(store()).catch(() => undefined)
  queue.waiting = []
}

async function send(): Promise<void> {
  await lookAtQueue()
  if (session.state !== 'in' || !navigator.onLine) return
  const { api, got, Failure, OFFLINE, UNREACHABLE } = await import('../api/client')
  for (const reading of queue.waiting.filter((one) => one.problem === null)) {
    try {
      await got(
        api.POST('/api/v1/accounts/{account}/readings', {
          params: { path: { account: reading.account }, header: { 'Idempotency-Key': reading.key } },
          body: { values: reading.values },
        }),
      )
      await del(reading.key, store())
    } catch (error) {
      const failure = Failure.of(error)
      if ([OFFLINE, UNREACHABLE, 'unauthenticated', 'session_ended', 'too_many_requests', 'internal_error'].includes(failure.code)) break
      await set(reading.key, { ...$state.snapshot(reading), problem: Object.values(failure.fields)[0] ?? failure.message }, store())
    }
  }
  await lookAtQueue()
}

async function locked(act: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request('svet.queue', act)
  else await act()
}

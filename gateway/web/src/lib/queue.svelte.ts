/// Readings taken without a signal: kept on this device with their key, sent once, later (product H3). Never payments.
import { clear, createStore, del, entries, set } from 'idb-keyval'
import { api, Failure, got } from '../api/client'
import { session } from './session.svelte'
import { comeBack, queue, STORE, tabs, type Waiting } from './waiting.svelte'

const AGAIN_MS = [3000, 6000, 12_000, 30_000]
const LATER = new Set(['offline', 'unavailable', 'unauthenticated', 'session_ended', 'csrf_failed', 'too_many_requests', 'internal_error'])
const store = () => (made ??= createStore(STORE, 'readings'))
let made: ReturnType<typeof createStore> | undefined
let sending: Promise<void> | null = null
let timer = 0
let tries = 0

/** Keep a reading until it can be sent; a newer one of the account takes its place. */
export async function keepReading(account: string, values: string[], key: string): Promise<void> {
  await locked(async () => {
    await drop((older) => older.account === account)
    await put({ key, account, values: [...values], takenAt: new Date().toISOString(), problem: null })
  })
  await changed()
  sendLater()
}

export async function dropReading(key: string): Promise<void> {
  await drop((reading) => reading.key === key)
  await changed()
}

/** A reading of the account has been given another way: what waited is older. */
export async function dropReadingsOf(account: string): Promise<void> {
  if (!queue.waiting.some((reading) => reading.account === account)) return
  await drop((reading) => reading.account === account)
  await changed()
}

export function heard(key: string): void {
  queue.told = queue.told.filter((told) => told.key !== key)
}

/** Send what waits, one after the other, with the key it was made with: twice sent is once taken. */
export async function sendWaiting(): Promise<void> {
  sending ??= locked(send).finally(() => (sending = null))
  await sending
}

export async function forgetWaiting(): Promise<void> {
  await clear(store()).catch(() => undefined)
  Object.assign(queue, { waiting: [], told: [] })
}

async function send(): Promise<void> {
  await look()
  const unsent = queue.waiting.filter((one) => one.problem === null)
  if (!unsent.length) return
  for (const reading of unsent) {
    const sent = session.state === 'in' && navigator.onLine && (await sendOne(reading))
    if (!sent) break
    tries = 0
    await changed()
  }
  sendLater()
}

/** False when it must wait: there is no network, no answer, no session. */
async function sendOne(reading: Waiting): Promise<boolean> {
  const { key, account, values } = reading
  try {
    const taken = await got(
      api.POST('/api/v1/accounts/{account}/readings', { params: { path: { account }, header: { 'Idempotency-Key': key } }, body: { values } }),
    )
    if (taken.status === 'refused') await put({ ...reading, problem: taken.message })
    else await drop((one) => one.key === key)
    if (taken.status === 'accepted') queue.told = [...queue.told, { key, account, values, takenAt: reading.takenAt, message: taken.message }]
  } catch (error) {
    const failure = Failure.of(error)
    if (LATER.has(failure.code)) return false
    const asked = failure.problem.details?.['messages']
    const why = Object.values(failure.fields)[0] ?? (Array.isArray(asked) ? asked.join(' ') : failure.message)
    await put({ ...reading, problem: why })
  }
  return true
}

/** While the page is open it is tried again: a browser may not notice that the network, or the gateway, is back. */
function sendLater(): void {
  clearTimeout(timer)
  if (!queue.waiting.some((one) => one.problem === null)) return
  timer = window.setTimeout(() => void comeBack(), AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)])
}

async function changed(): Promise<void> {
  await look()
  tabs?.postMessage('changed')
}

export async function look(): Promise<void> {
  const mine = new Set(session.me?.accounts.map(({ account }) => account))
  const found = (await all()).filter(({ account }) => mine.has(account))
  queue.waiting = found.sort((a, b) => a.takenAt.localeCompare(b.takenAt))
}

async function all(): Promise<Waiting[]> {
  const found = await entries<string, Waiting>(store()).catch(() => [])
  return found.map(([, reading]) => reading)
}

async function put(reading: Waiting): Promise<void> {
  await set(reading.key, reading, store())
}

async function drop(which: (reading: Waiting) => boolean): Promise<void> {
  for (const reading of (await all()).filter(which)) await del(reading.key, store()).catch(() => undefined)
}

async function locked(act: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request('svet.queue', act)
  else await act()
}

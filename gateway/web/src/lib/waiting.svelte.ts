/// Readings that wait on this device, as every page sees them. lib/queue, which keeps and sends them, is fetched once there are any.
import { restore, session } from './session.svelte'

export interface Waiting {
  key: string
  account: string
  values: string[]
  takenAt: string
  /** Why the server would not take it as it is; the person must look. */
  problem: string | null
}
/** One that has been taken since the page was opened, and the server's words about it. */
export interface Told extends Omit<Waiting, 'problem'> {
  message: string
}

export const STORE = 'svet-queue'
export const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('svet.queue') : null

/** `waiting` and `told` are of the accounts of who is signed in; another person's stay unseen and unsent. */
export const queue = new (class {
  waiting = $state.raw<Waiting[]>([])
  told = $state.raw<Told[]>([])
})()

tabs?.addEventListener('message', () => void import('./queue.svelte').then(({ look }) => look()))

/** Send what waits. */
export async function sendQueue(): Promise<void> {
  if (!(await everKept())) return
  const { sendWaiting } = await import('./queue.svelte')
  await sendWaiting()
}

/** The network may be back: somebody known only from this device is asked for again, then what waited is sent. */
export async function comeBack(): Promise<void> {
  if (session.state === 'offline' && navigator.onLine) await restore()
  await sendQueue()
}

export async function forgetQueue(): Promise<void> {
  if (!(await everKept())) return
  const { forgetWaiting } = await import('./queue.svelte')
  await forgetWaiting()
}

/** Whether a reading was ever kept here: only then there is a store, and asking does not make one. */
async function everKept(): Promise<boolean> {
  const asked = indexedDB.open(STORE)
  return new Promise((resolve) => {
    asked.onupgradeneeded = () => asked.transaction?.abort()
    asked.onsuccess = () => {
      asked.result.close()
      resolve(true)
    }
    asked.onerror = (event) => {
      event.preventDefault()
      resolve(false)
    }
  })
}

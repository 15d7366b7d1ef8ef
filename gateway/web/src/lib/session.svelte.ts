/// Who is signed in here, and which account is looked at; one truth for all tabs of this browser.
// These know this module too. Each calls the others later, never while it is loaded: the circle does no harm.
import { api, csrf, Failure, got, OFFLINE, UNREACHABLE } from '../api/client'
import { forgetQueue } from './waiting.svelte'

export interface Me {
  email: string
  phone: string
  accounts: { account: string; primary: boolean }[]
  frozen: string[]
}
/** `checking`: not known yet. `offline`: signed in when last seen, and nobody can be asked now. */
export type State = 'checking' | 'out' | 'in' | 'offline'
/** Why nobody is signed in: they left, it ended elsewhere or by itself, the profile is gone, the PIN opens nothing any more. */
export type Why = 'left' | 'ended' | 'deleted' | 'pin' | null

const EXPIRES = 'svet.expires'
const ACCOUNT = 'svet.account'
const KNOWN = 'svet.me'
const EARLY_MS = 30_000
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('svet.session') : null

export const session = $state<{ state: State; me: Me | null; account: string; why: Why }>({
  state: 'checking',
  me: null,
  account: '',
  why: null,
})

tabs?.addEventListener('message', (event: MessageEvent<'in' | 'out'>) => {
  if (event.data === 'out') leave('left')
  else void restore()
})

/** The session that the browser's cookies may hold; asks the gateway only when there may be one. */
export async function restore(): Promise<void> {
  if (!mayBeIn()) return leave(session.why)
  try {
    entered(await got(api.GET('/api/v1/me')))
  } catch (error) {
    const { code } = Failure.of(error)
    const me = stored<Me>(KNOWN)
    if ((code === OFFLINE || code === UNREACHABLE) && me) put(me, 'offline')
    else if (session.state === 'checking') leave(session.why)
  }
}

/** Whether the browser's cookies may hold a session; the one that does cannot be read. */
export function mayBeIn(): boolean {
  return document.cookie.includes('svet_csrf=')
}

/** After any way of signing in: cookies are set, and this is when the access runs out. */
export async function signedIn(expires: string): Promise<void> {
  keep(EXPIRES, expires)
  session.why = null
  await restore()
  tabs?.postMessage('in')
}

/** Ended here or elsewhere: everything of the person leaves this tab and, when they left, the device. */
export function signedOut(why: Exclude<Why, null>): void {
  if (session.state === 'out') return
  leave(why)
  tabs?.postMessage('out')
}

/** A new access token before the old one runs out; one tab does it for all. */
export async function freshen(): Promise<void> {
  if (!soonOver() || !navigator.onLine) return
  await alone('svet.refresh', async () => {
    if (!soonOver()) return
    const answer = await fetch('/api/v1/sessions/refresh', { method: 'POST', headers: { 'X-CSRF-Token': csrf() } }).catch(() => null)
    if (answer?.ok) keep(EXPIRES, ((await answer.json()) as { access_expires_at: string }).access_expires_at)
    else if (answer?.status === 401 || answer?.status === 403) signedOut('ended')
  })
}

export function chooseAccount(account: string): void {
  session.account = account
  keep(ACCOUNT, account)
}

export function entered(me: Me): void {
  keep(KNOWN, JSON.stringify(me))
  put(me, 'in')
}

function put(me: Me, state: State): void {
  const wanted = session.account || (localStorage.getItem(ACCOUNT) ?? '')
  session.me = me
  session.account = me.accounts.some(({ account }) => account === wanted) ? wanted : (me.accounts[0]?.account ?? '')
  session.state = state
}

function leave(why: Why): void {
  const known = session.me !== null || localStorage.getItem(KNOWN) !== null
  Object.assign(session, { state: 'out', me: null, account: '', why } satisfies typeof session)
  if (!known) return
  for (const key of [EXPIRES, KNOWN, ACCOUNT]) localStorage.removeItem(key)
  void import('./kept').then(({ forgetKept }) => forgetKept())
  if (why === 'left' || why === 'deleted') void forgetQueue()
}

function soonOver(): boolean {
  const expires = Date.parse(localStorage.getItem(EXPIRES) ?? '')
  return Number.isNaN(expires) || expires - EARLY_MS < Date.now()
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // A browser that keeps nothing: the session lives as long as the page.
  }
}

function stored<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

async function alone(name: string, act: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request(name, act)
  else await act()
}

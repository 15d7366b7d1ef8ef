/// Every address of the client, and who may open it. Pages are fetched when they are first gone to.
import { knownDevice } from './lib/device'
import { match, type Table } from './lib/router.svelte'
import { mayBeIn, restore, session } from './lib/session.svelte'
import { remember } from './lib/wanted'

/** Pages for people who are signed out, only. */
const DOORS = ['/login', '/pin', '/register', '/register/done']
/** Pages for everybody: letters lead to them, or anyone may read them. */
const OPEN = ['/activate', '/activate/code', '/recover', '/recover/code', '/email', '/objection', '/contacts', '/documents', '/appearance', '/kit']

export { navigate, route } from './lib/router.svelte'

export const addresses: Table = {
  '/': () => import('./pages/Home.svelte'),
  '/login': () => import('./pages/identity/Login.svelte'),
  '/pin': () => import('./pages/identity/Unlock.svelte'),
  '/register': () => import('./pages/identity/Register.svelte'),
  '/register/done': () => import('./pages/identity/CheckMail.svelte'),
  '/activate': () => import('./pages/identity/Activate.svelte'),
  '/activate/code': () => import('./pages/identity/ActivateByCode.svelte'),
  '/recover': () => import('./pages/identity/Recover.svelte'),
  '/recover/code': () => import('./pages/identity/RecoverByCode.svelte'),
  '/email': () => import('./pages/identity/ConfirmEmail.svelte'),
  '/objection': () => import('./pages/identity/Objection.svelte'),

  '/pay': () => import('./pages/pay/Pay.svelte'),
  '/pay/return': () => import('./pages/pay/Return.svelte'),
  '/payments/:payment': () => import('./pages/pay/Result.svelte'),
  '/payments/:payment/receipt': () => import('./pages/pay/Receipt.svelte'),
  '/readings': () => import('./pages/readings/Send.svelte'),

  '/info': () => import('./pages/Info.svelte'),
  '/history': () => import('./pages/history/History.svelte'),
  '/history/readings': () => import('./pages/history/Readings.svelte'),
  '/history/payments': () => import('./pages/history/Payments.svelte'),
  '/history/charges': () => import('./pages/history/Charges.svelte'),
  '/history/usage': () => import('./pages/history/Usage.svelte'),
  '/bills': () => import('./pages/bills/Bills.svelte'),
  '/bills/:period': () => import('./pages/bills/Bill.svelte'),
  '/bills/:period/why': () => import('./pages/bills/Why.svelte'),
  '/tariffs': () => import('./pages/Tariffs.svelte'),

  '/settings': () => import('./pages/settings/Settings.svelte'),
  '/settings/profile': () => import('./pages/settings/Profile.svelte'),
  '/settings/accounts': () => import('./pages/settings/Accounts.svelte'),
  '/settings/accounts/add': () => import('./pages/settings/AddAccount.svelte'),
  '/settings/sessions': () => import('./pages/settings/Sessions.svelte'),
  '/settings/security': () => import('./pages/settings/Security.svelte'),
  '/settings/consents': () => import('./pages/settings/Consents.svelte'),
  '/settings/deletion': () => import('./pages/settings/Deletion.svelte'),
  '/appearance': () => import('./pages/Appearance.svelte'),

  '/contacts': () => import('./pages/Contacts.svelte'),
  '/documents': () => import('./pages/documents/Documents.svelte'),
  '/documents/:kind': () => import('./pages/documents/Document.svelte'),
  '/kit': __KIT__ ? () => import('./pages/kit/Kit.svelte') : () => import('./pages/NotFound.svelte'),
  '*': () => import('./pages/NotFound.svelte'),
}

let opened: Promise<void> | null = null

/** Where to go instead of an address that is not for this person now. */
export async function elsewhere({ pathname, search }: URL): Promise<string | null> {
  // Likely to be let in: the page comes while the gateway says who this is, not after.
  if (!opened && mayBeIn()) void pageAt(pathname)().catch(() => undefined)
  await (opened ??= restore())
  if (session.state === 'out' && !isOpen(pathname)) {
    if (pathname !== '/') remember(pathname + search)
    return door()
  }
  return session.state !== 'out' && DOORS.includes(pathname) ? '/' : null
}

function pageAt(pathname: string): Table[string] {
  return Object.entries(addresses).find(([address]) => match(address, pathname))![1]
}

/** Where somebody signs in on this device. */
export function door(): '/pin' | '/login' {
  return knownDevice()?.pin ? '/pin' : '/login'
}

/** An address without a page is open too: whoever mistypes one is told so, not asked to sign in. */
export function isOpen(pathname: string): boolean {
  if (!Object.keys(addresses).some((address) => address !== '*' && match(address, pathname))) return true
  return DOORS.includes(pathname) || OPEN.includes(pathname) || pathname.startsWith('/documents/')
}

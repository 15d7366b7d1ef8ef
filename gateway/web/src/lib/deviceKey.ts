/// The key of this device, which never leaves it. Apart from lib/device, which every first screen fetches.
import { createStore, del, get, set } from 'idb-keyval'
import { KEY } from './device'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const store = () => (made ??= createStore('svet-device', 'keys'))
let made: ReturnType<typeof createStore> | undefined

/** Everything of the PIN leaves this device. */
export async function forgetDevice(): Promise<void> {
  localStorage.removeItem(KEY)
  await del('pair', store()).catch(() => undefined)
}

/** A fresh pair whose private half cannot be taken out; the public half as the server wants it (SPKI). */
export async function makeKey(): Promise<string> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
  await set('pair', pair, store())
  return base64url(await crypto.subtle.exportKey('spki', pair.publicKey))
}

/** A ticket signed by this device's key; null when the key is gone (a browser cleaned its storage). */
export async function signTicket(ticket: string): Promise<string | null> {
  const pair = await get<CryptoKeyPair>('pair', store()).catch(() => undefined)
  if (!pair) return null
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, new TextEncoder().encode(ticket))
  return base64url(signature)
}

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

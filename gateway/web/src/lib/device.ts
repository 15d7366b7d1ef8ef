/// What this device may open the cabinet with: its id, whether it has a PIN, and the key that never leaves it.
import { createStore, del, get, set } from 'idb-keyval'

export interface Device {
  id: string
  /** Shown on the unlock page: whose cabinet this is. */
  account: string
  pin: boolean
  biometrics: boolean
}

const KEY = 'svet.device'
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
const store = () => (made ??= createStore('svet-device', 'keys'))
let made: ReturnType<typeof createStore> | undefined

export function knownDevice(): Device | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Device | null
  } catch {
    return null
  }
}

export function keepDevice(device: Device): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(device))
  } catch {
    // A browser that keeps nothing has no PIN.
  }
}

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

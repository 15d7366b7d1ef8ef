/// The page somebody wanted before they had to sign in: they get there afterwards.

const KEY = 'svet.wanted'

export function remember(address: string): void {
  sessionStorage.setItem(KEY, address)
}

/** The remembered address, once; `/` when there is none. */
export function wanted(): string {
  const address = sessionStorage.getItem(KEY) ?? '/'
  sessionStorage.removeItem(KEY)
  return address.startsWith('/') && !address.startsWith('//') ? address : '/'
}

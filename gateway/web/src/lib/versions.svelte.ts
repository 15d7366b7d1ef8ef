/// A newer version of the client: offered, taken when the person says so, never behind a half-filled form.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

export const version = $state({ waiting: false })
let waiting: ServiceWorker | null = null

export async function watchVersions(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  let replaced = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (replaced) location.reload()
    replaced = true
  })
  const registration = await navigator.serviceWorker.register(scriptUrl('/sw.js')).catch(() => null)
  if (!registration) return
  offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) offer(coming)
    })
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration.update().catch(() => undefined)
  })
}

export function takeVersion(): void {
  waiting?.postMessage('update')
}

function offer(worker: ServiceWorker | null): void {
  if (!worker) return
  waiting = worker
  version.waiting = true
}

/** The one script address that the page's policy lets in. */
function scriptUrl(address: string): string {
  const trusted = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  return trusted ? trusted.createPolicy('svet-worker', { createScriptURL: () => address }).createScriptURL(address) : address
}

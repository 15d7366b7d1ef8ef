/// Whether the device says it has a network, and what is done when it comes back.
import { sendQueue } from './queue.svelte'

export const network = $state({ online: navigator.onLine })

export function watchNetwork(): () => void {
  const changed = () => {
    network.online = navigator.onLine
    if (network.online) void sendQueue()
  }
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

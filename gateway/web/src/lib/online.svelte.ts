/// Whether the device says it has a network, and what is done when it comes back.
import { comeBack } from './waiting.svelte'

export const network = $state({ online: navigator.onLine })

export function watchNetwork(): () => void {
  const changed = () => {
    network.online = navigator.onLine
    if (network.online) void comeBack()
  }
  const looked = () => {
    if (document.visibilityState === 'visible' && navigator.onLine) void comeBack()
  }
  addEventListener('online', changed)
  addEventListener('offline', changed)
  document.addEventListener('visibilitychange', looked)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
    document.removeEventListener('visibilitychange', looked)
  }
}

/// The PIN's part of the device: how long it is, and the proof that the device's own key is here.
import { api, got, type Failure } from '../../api/client'
import { signTicket } from '../../lib/deviceKey'
import { plural } from '../../lib/ru'

export const PIN_DIGITS = 4

/** A fresh ticket signed by this device's key; null when the key is gone. */
export async function signedTicket(device: string): Promise<{ ticket: string; signature: string } | null> {
  const { ticket } = await got(api.POST('/api/v1/devices/tickets', { body: { device } }))
  const signature = await signTicket(ticket)
  return signature === null ? null : { ticket, signature }
}

/** A wrong PIN, and how often one may still try. */
export function wrongPin(failure: Failure): string {
  const left = failure.problem.details?.['tries_left']
  if (typeof left !== 'number') return failure.message
  return `PIN не подошёл. ${left === 1 ? 'Осталась' : 'Осталось'} ${plural(left, 'попытка', 'попытки', 'попыток')}.`
}

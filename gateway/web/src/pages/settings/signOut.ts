/// «Выход»: the session ends at once everywhere, and what is the person's leaves this device.
import { api, Failure, got } from '../../api/client'
import { freshen, signedOut } from '../../lib/session.svelte'

/** Throws when nobody could be told: then it is not over. */
export async function signOut(): Promise<void> {
  await freshen()
  try {
    await got(api.DELETE('/api/v1/sessions/current'))
  } catch (error) {
    if (!['unauthenticated', 'session_ended'].includes(Failure.of(error).code)) throw error
  }
  signedOut('left')
}

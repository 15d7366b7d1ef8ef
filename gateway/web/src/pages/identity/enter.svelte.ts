/// What follows any way of signing in: the session begins, and the page that was wanted opens.
import type { Schemas } from '../../api/client'
import { session, signedIn } from '../../lib/session.svelte'
import { wanted } from '../../lib/wanted'
import { navigate } from '../../routes'

export async function enter(signed: Schemas['SignedIn']): Promise<void> {
  await signedIn(signed.access_expires_at)
  if (session.state === 'out') throw new Error('signed in, but the cabinet did not answer')
}

/** Signed in here or in another tab: a door has nothing more to ask. Called while a component is made. */
export function leaveWhenIn(): void {
  $effect(() => {
    if (session.state === 'in') void navigate(wanted() as '/', { replace: true })
  })
}

/// The account that one signs in with.
import { session } from '../../lib/session.svelte'

export function primaryAccount(): string {
  return session.me?.accounts.find(({ primary }) => primary)?.account ?? session.account
}

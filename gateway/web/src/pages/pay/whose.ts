/// Whose account a payment is of: the bank sends the browser back with the payment alone.
import { untrack } from 'svelte'
import { Failure } from '../../api/client'
import { chooseAccount, session } from '../../lib/session.svelte'
import { askPayment, type Payment } from '../account/ask'

const KEY = 'svet.paying'

export function rememberPayment({ id, account }: Payment): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ id, account }))
  } catch {
    // A browser that keeps nothing: every account is asked.
  }
}

/** The payment, of whichever account of this person; the account becomes the one that is looked at. */
export async function findPayment(id: string): Promise<Payment> {
  let missing: unknown = null
  for (const account of untrack(() => candidates(id))) {
    try {
      const payment = await askPayment(account, id)
      if (account !== untrack(() => session.account)) chooseAccount(account)
      return payment
    } catch (error) {
      if (Failure.of(error).code !== 'not_found') throw error
      missing ??= error
    }
  }
  throw missing ?? new Error('no account')
}

function candidates(id: string): string[] {
  const open = (session.me?.accounts ?? []).map(({ account }) => account).filter((account) => !session.me?.frozen.includes(account))
  const first = [remembered(id), session.account].filter((account) => account !== null && open.includes(account)) as string[]
  return [...new Set([...first, ...open])]
}

function remembered(id: string): string | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as { id: string; account: string } | null
    return kept?.id === id ? kept.account : null
  } catch {
    return null
  }
}

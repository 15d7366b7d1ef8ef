/// What a payment's state means for what can be done now.
import type { Payment, Row, State } from '../account/ask'

type PaymentState = Payment['state']
const TAKEN = new Set<PaymentState>(['succeeded', 'partly_refunded'])
const BANK_DECIDES = new Set<PaymentState>(['registering', 'authenticating', 'held', 'unknown'])
const HOLDS_BACK = new Set<PaymentState>(['authenticating', 'held', 'unknown'])

/** The money was taken: there is a receipt, and the account counts it soon. */
export const taken = (state: PaymentState | null): boolean => state !== null && TAKEN.has(state)

/** The answer is the bank's, and still to come. */
export const bankDecides = (state: PaymentState | null): boolean => state !== null && BANK_DECIDES.has(state)

/** A new payment waits while this one may still succeed (product D5). */
export const holdsBack = (state: PaymentState | null): boolean => state !== null && HOLDS_BACK.has(state)

/** Neither done nor undone: somebody may go on with it, or its answer is awaited. */
export const unfinished = (state: PaymentState | null): boolean => state === 'awaiting' || bankDecides(state)

/** Paid, and not in the account's state yet. */
export function crediting(payment: { id: string; state: PaymentState | null; at: string }, account: State): boolean {
  if (!taken(payment.state) || account.included_payments.includes(payment.id)) return false
  return account.bill === null || Date.parse(payment.at) >= Date.parse(account.bill.published_at)
}

/** The cabinet's payments that the account does not count yet. */
export function creditingRows(rows: readonly Row[], account: State): Row[] {
  return rows.filter((row) => row.channel === 'cabinet' && crediting(row, account))
}

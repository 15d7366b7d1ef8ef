/// Starting a payment: one for a filling however often it is pressed or repeated, then the bank's page.
import { api, got, Failure, OFFLINE } from '../../api/client'
import { Keyed } from '../../lib/keyed'
import type { Payment } from '../account/ask'
import type { Asking } from '../readings/asking.svelte'
import { navigate } from '../../routes'
import { rememberPayment } from './whose'

export class Payments {
  /** On the way to the bank's page: no second press. */
  leaving = $state(false)

  #asking: Asking
  #keyed = new Keyed()

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** `held` when an earlier payment is in the way; `asked` when the readings are to be looked at first. */
  async start(account: string, amount: number, values: string[] | null, receipt_email: string): Promise<'gone' | 'held' | 'asked'> {
    try {
      const confirmed = values ? await this.#asking.about(account, values) : {}
      if (!confirmed) return 'asked'
      const body = { amount, values, receipt_email, consent: true as const, ...confirmed }
      const header = { 'Idempotency-Key': this.#keyed.for(body) }
      await this.#leave(await got(api.POST('/api/v1/accounts/{account}/payments', { params: { path: { account }, header }, body })))
      return 'gone'
    } catch (error) {
      const failure = Failure.of(error)
      if (failure.code === 'payment_in_progress') return 'held'
      if (failure.code === 'confirmation_needed') this.#asking.forget()
      if (failure.code === OFFLINE) throw saying(failure, 'Без связи оплатить нельзя. Деньги не списаны.')
      if (failure.code === 'acquirer_unavailable') throw saying(failure, failure.problem.title)
      throw error
    }
  }

  /** Back from the bank's page by the browser's own button. */
  back(): void {
    this.leaving = false
  }

  async #leave(payment: Payment): Promise<void> {
    rememberPayment(payment)
    if (payment.form_url) {
      this.leaving = true
      location.assign(payment.form_url)
    } else await navigate('/payments/:payment', { params: { payment: payment.id } })
  }
}

/** In these words alone: that no money was taken matters more than when to come again. */
const saying = (failure: Failure, title: string): Failure => new Failure({ ...failure.problem, title, details: {} })

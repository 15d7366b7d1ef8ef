/// Readings without a payment: sent now, or kept on the device when nobody can be asked.
import { api, got, Failure, OFFLINE, UNREACHABLE } from '../../api/client'
import { Keyed } from '../../lib/keyed'
import { dropReadingsOf, keepReading } from '../../lib/queue.svelte'
import type { Reading } from '../account/ask'
import { Asking } from './asking.svelte'

export class Giving {
  asking = new Asking()
  /** What became of the readings, once something did. */
  given = $state.raw<Reading | null>(null)
  /** The key they wait under on this device. */
  kept = $state<string | null>(null)

  #keyed = new Keyed()

  async give(account: string, values: string[]): Promise<void> {
    try {
      const sent = await this.asking.about(account, values)
      if (sent) await this.#send(account, values, sent)
    } catch (error) {
      const { code } = Failure.of(error)
      if (code === 'confirmation_needed') this.asking.forget()
      if (code !== OFFLINE && code !== UNREACHABLE) throw error
      await this.#keep(account, values)
    }
  }

  again(): void {
    this.given = null
    this.kept = null
  }

  async #send(account: string, values: string[], sent: { confirm?: string }): Promise<void> {
    const body = { values, ...sent }
    const header = { 'Idempotency-Key': this.#keyed.for(body) }
    this.given = await got(api.POST('/api/v1/accounts/{account}/readings', { params: { path: { account }, header }, body }))
    await dropReadingsOf(account)
  }

  /** Under the key of a try that may have arrived: then it is the same reading. */
  async #keep(account: string, values: string[]): Promise<void> {
    const key = this.#keyed.for({ values })
    await keepReading(account, values, key)
    this.kept = key
  }
}

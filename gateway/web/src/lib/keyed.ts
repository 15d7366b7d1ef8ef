/// The key of a command that makes something: the same for a repeat of the same, another when what is sent has changed.
import { newKey } from '../api/client'

export class Keyed {
  #sent = ''
  #key = ''

  for(body: unknown): string {
    const sent = JSON.stringify(body)
    if (sent !== this.#sent) {
      this.#sent = sent
      this.#key = newKey()
    }
    return this.#key
  }
}

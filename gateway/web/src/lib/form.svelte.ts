/// A form: what is wrong with which field, one command at a time, nothing typed is lost.
import { Failure } from '../api/client'

export type Wrong = Record<string, string>

export class Form {
  /** Field -> words beside it. Shown after the first try; a field's own goes when it is edited. */
  wrong = $state<Wrong>({})
  /** What is said above the form when it belongs to no field. */
  general = $state('')
  busy = $state(false)
  /** Grows with each refused try: the summary takes the focus then. */
  refused = $state(0)

  #check: () => Wrong
  #send: () => Promise<void>

  constructor(check: () => Wrong, send: () => Promise<void>) {
    this.#check = check
    this.#send = send
  }

  submit = async (event?: Event): Promise<void> => {
    event?.preventDefault()
    if (this.busy) return
    this.general = ''
    this.wrong = this.#check()
    if (Object.keys(this.wrong).length) return this.#refuse()
    this.busy = true
    try {
      await this.#send()
    } catch (error) {
      this.fail(Failure.of(error))
    } finally {
      this.busy = false
    }
  }

  /** Show what the server answered, at its fields where it names them. */
  fail(failure: Failure): void {
    this.wrong = failure.fields
    if (!Object.keys(this.wrong).length) this.general = failure.message
    this.#refuse()
  }

  /** A field that failed is checked again as it is edited: its error leaves as soon as it is mended. */
  edited = (name: string): void => {
    if (!(name in this.wrong)) return
    const now = this.#check()[name]
    if (now) this.wrong[name] = now
    else delete this.wrong[name]
  }

  #refuse(): void {
    this.refused += 1
  }
}

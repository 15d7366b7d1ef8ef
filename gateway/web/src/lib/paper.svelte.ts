/// A drawn document (a bill, a receipt) as a file and as a picture; a session that runs out is renewed first.
import { asFailure, Failure } from '../api/client'
import { freshen } from './session.svelte'

const DEADLINE_MS = 30_000
const SAVED_MS = 60_000

type Format = 'pdf' | 'png'

export class Paper {
  busy = $state<Format | null>(null)
  failure = $state.raw<Failure | null>(null)
  /** The picture's address in this page, once it is there. */
  picture = $state<string | null>(null)

  #address: string

  /** `address` is of the API, without the format. */
  constructor(address: string) {
    this.#address = address
  }

  /** Save the PDF on the device under a name. */
  save = async (name: string): Promise<void> => {
    await this.#doing('pdf', async (file) => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(file)
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS)
    })
  }

  /** Have the picture ready to be shown; false when it cannot be had. */
  draw = async (): Promise<boolean> => {
    if (!this.picture) {
      await this.#doing('png', async (file) => {
        const image = new Image()
        image.src = URL.createObjectURL(file)
        await image.decode()
        this.picture = image.src
      })
    }
    return this.picture !== null
  }

  forget(): void {
    if (this.picture) URL.revokeObjectURL(this.picture)
    this.picture = null
  }

  async #doing(format: Format, act: (file: Blob) => Promise<void> | void): Promise<void> {
    if (this.busy) return
    this.busy = format
    this.failure = null
    try {
      await freshen()
      const answer = await fetch(`${this.#address}?format=${format}`, { signal: AbortSignal.timeout(DEADLINE_MS) }).catch(() => null)
      if (!answer?.ok) throw await asFailure(answer)
      await act(await answer.blob())
    } catch (error) {
      this.failure = Failure.of(error)
    } finally {
      this.busy = null
    }
  }
}

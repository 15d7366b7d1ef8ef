/// The question that unusual readings raise: asked once for these values, and not again when the person says they are right.
import { judge, questionable, type Verdict } from './judged'

export class Asking {
  /** Put up as a question while it is not answered. */
  verdict = $state.raw<Verdict | null>(null)
  /** What puts it up: fetched when there is a first one, kept afterwards. */
  Question = $state.raw<typeof import('./Question.svelte').default | null>(null)

  #asked = { values: '', confirm: undefined as string | undefined }
  #agreed = ''

  /** What to send with the values, or null when the person is being asked about them first. */
  async about(account: string, values: string[]): Promise<{ confirm?: string } | null> {
    const told = values.join()
    if (this.#agreed !== told) {
      const verdict = await judge(account, values)
      this.#agreed = ''
      if (!questionable(verdict)) return {}
      this.#asked = { values: told, confirm: verdict.confirm ?? undefined }
      this.Question ??= (await import('./Question.svelte')).default
      this.verdict = verdict
      return null
    }
    return this.#asked.confirm ? { confirm: this.#asked.confirm } : {}
  }

  agree(): void {
    this.#agreed = this.#asked.values
    this.verdict = null
  }

  /** The answer went stale: it is asked anew. */
  forget(): void {
    this.#agreed = ''
  }
}

/// What would come of readings, asked before they are sent: so that nothing is refused that a question could mend.
import { api, got, type Schemas } from '../../api/client'

export type Verdict = Schemas['Verdict']

export async function judge(account: string, values: string[]): Promise<Verdict> {
  return got(api.POST('/api/v1/accounts/{account}/readings/check', { params: { path: { account } }, body: { values } }))
}

/** Whether the person should look again before these values go. */
export function questionable(verdict: Verdict): boolean {
  return verdict.status === 'refused' || Boolean(verdict.confirm)
}

/// What the daily screens ask of an account.
import { api, got, type Schemas } from '../../api/client'

export type State = Schemas['AccountState']
export type Row = Schemas['HistoryRow']
export type Payment = Schemas['Payment']
export type Reading = Schemas['Reading']

const of = (account: string) => ({ params: { path: { account } } })

export const askState = (account: string) => got(api.GET('/api/v1/accounts/{account}', of(account)))
export const askMeter = (account: string) => got(api.GET('/api/v1/accounts/{account}/meter', of(account)))

/** The newest readings first. */
export async function askReadings(account: string): Promise<Reading[]> {
  const { readings } = await got(api.GET('/api/v1/accounts/{account}/readings', { params: { path: { account }, query: { limit: 12 } } }))
  return readings
}

/** The newest rows of the last three months. */
export async function askPayments(account: string): Promise<Row[]> {
  const { rows } = await got(api.GET('/api/v1/accounts/{account}/payments', { params: { path: { account }, query: { limit: 30 } } }))
  return rows.filter(({ kind }) => kind === 'payment')
}

export const askPayment = (account: string, id: string) =>
  got(api.GET('/api/v1/accounts/{account}/payments/{payment_id}', { params: { path: { account, payment_id: id } } }))

/** What the customer gave for the open period, when they did. */
export function givenFor(period: string, readings: readonly Reading[]): Reading | null {
  return readings.find((one) => one.period === period && one.source === 'customer' && one.current && one.status === 'accepted') ?? null
}

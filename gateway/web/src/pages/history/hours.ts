/// A day by hour: what automatic meters told, one column an hour.
import type { Schemas } from '../../api/client'
import type { Stack } from '../../charts/StackedBars.svelte'


/** Hours of the day from midnight on; null where no meter told anything. Meters are added up. */
export function hoursOf({ meters }: Schemas['Hours']): Stack[] {
  const length = Math.max(0, ...meters.map(({ wh }) => wh.length))
  return Array.from({ length }, (_, at) => {
    const told = meters.map(({ wh }) => wh[at] ?? null).filter((one) => one !== null)
    const next = `${String((at + 1) % 24).padStart(2, '0')}:00`
    const from = `${String(at % 24).padStart(2, '0')}:00`
    return { key: String(at), short: String(at), name: `с ${from} до ${next}`, kwh: [told.length ? told.reduce((sum, wh) => sum + wh, 0) / 1000 : null] }
  })
}


/// The axis of a chart: a round top, a few round marks, and where a value stands. And how labels share the width.

export interface Scale {
  top: number
  bottom: number
  ticks: number[]
  /** Share of the height from the bottom, 0..1. */
  at(value: number): number
}

/** Round tops, times 10^n, and into how many steps each is cut. */
const TOPS: readonly (readonly [top: number, steps: number])[] = [[1, 2], [1.5, 3], [2, 4], [2.5, 5], [3, 3], [4, 4], [5, 5], [6, 3], [8, 4], [10, 5]]

/** An axis that holds all values and zero; with nothing above zero it still has a height. */
export function scaleOf(values: readonly number[]): Scale {
  const highest = Math.max(0, ...values)
  const lowest = Math.min(0, ...values)
  const { top: far, step } = rounded(Math.max(highest, -lowest))
  const top = highest > 0 || lowest === 0 ? roundUp(highest || far, step) : 0
  const bottom = -roundUp(-lowest, step)
  const ticks = Array.from({ length: Math.round((top - bottom) / step) + 1 }, (_, at) => clean(bottom + at * step))
  return { top, bottom, ticks, at: (value) => (value - bottom) / (top - bottom) }
}

/** The smallest round top not below a value: 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 x 10^n. */
export function roundTop(value: number): number {
  return rounded(value).top
}

/** Which columns get a label so that none touches its neighbour: each, or every n-th counted from the newest. */
export function labelled(count: number, columnWidth: number, labelWidth: number): (at: number) => boolean {
  const every = Math.max(1, Math.ceil(labelWidth / columnWidth))
  return (at) => (count - 1 - at) % every === 0
}

function rounded(value: number): { top: number; step: number } {
  if (value <= 0) return { top: 1, step: 0.5 }
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const [top, steps] = TOPS.find(([top]) => clean(top * power) >= clean(value))!
  return { top: clean(top * power), step: clean((top * power) / steps) }
}

function roundUp(value: number, step: number): number {
  return clean(Math.ceil(clean(value / step)) * step)
}

/** Without the dust of binary fractions. */
function clean(number: number): number {
  return Number(number.toPrecision(12)) + 0
}

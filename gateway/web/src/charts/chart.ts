/// What a chart draws: columns of bars. Numbers are of one unit; `slot` tells bars that stand side by side apart.

export type Look = 'solid-1' | 'hatch-2' | 'dots-3'

export interface Piece {
  from: number
  to: number
  look: Look
  slot: number
  /** Not measured: drawn hollow with a broken outline. */
  soft?: boolean
}

export interface Column {
  key: string
  /** On the axis: `окт`. */
  short: string
  /** Under the first month of a year, and at the left end. */
  under?: string
  /** Spoken: `октябрь 2026`. */
  name: string
  pieces: Piece[]
}

export interface Sign {
  look: Look
  text: string
  soft?: boolean
}

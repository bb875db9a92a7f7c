/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Most tiles are shown best near this ratio of width to height. */
const wantedRatio = 4 / 3;

/**
 * How many columns show `count` tiles largest: of all numbers, the one whose tiles hold the
 * largest picture of the wanted ratio.
 */
export function bestColumns(count: number, { width, height }: Size): number {
  let best = { columns: 1, area: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const tile = { width: width / columns, height: height / rows };
    const shown = Math.min(tile.width, tile.height * wantedRatio);
    const area = (shown * shown) / wantedRatio;
    if (area > best.area) best = { columns, area };
  }
  return best.columns;
}

export type Arrangement =
  /** Nobody else is there: oneself, and the link to send. */
  | 'alone'
  /** The other fills the stage, oneself in the corner. */
  | 'pair'
  /** Everybody alike. */
  | 'grid'
  /** A shared screen, and everybody in a strip beside it. */
  | 'screen';

export function arrangementOf(others: number, screens: number): Arrangement {
  if (screens > 0) return 'screen';
  if (others === 0) return 'alone';
  return others === 1 ? 'pair' : 'grid';
}

/** A bar, with a thin line from the least to the most. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  /** Drawn in the colour of what is ours. */
  readonly isOurs: boolean;
}

const width = 760;
const rowHeight = 22;
const labelWidth = 220;
const valueWidth = 70;
const top = 34;
const colours = { ours: '#1769aa', others: '#9aa5b1', spread: '#333' };

/** Horizontal bars as an SVG, readable on light and dark pages. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value, max }) => max ?? value));
  const scale = (value: number) => (value / most) * (width - labelWidth - valueWidth);
  const rows = bars.map(({ label, value, min, max, isOurs }, row) => {
    const y = top + row * rowHeight;
    const middle = y + rowHeight / 2;
    const spread =
      min === undefined || max === undefined
        ? ''
        : `<path d="M${at(labelWidth + scale(min))} ${middle}H${at(labelWidth + scale(max))}" stroke="${colours.spread}"/>`;
    return [
      `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${label}</text>`,
      `<rect x="${labelWidth}" y="${y + 3}" width="${at(scale(value))}" height="${rowHeight - 6}" fill="${isOurs ? colours.ours : colours.others}"/>`,
      spread,
      `<text x="${at(labelWidth + scale(max ?? value) + 6)}" y="${middle + 4}">${value.toPrecision(3)}</text>`,
    ].join('');
  });
  const height = top + bars.length * rowHeight + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><title>${title}</title><rect width="100%" height="100%" fill="#fff"/><text x="8" y="20" font-size="14">${title}</text>${rows.join('\n')}</svg>\n`;
}

const at = (value: number): string => value.toFixed(1);

/**
 * Whether an `Accept` header (RFC 9110, 12.5.1) has rather a page than JSON. Who takes anything, as
 * scripts do, gets JSON.
 */
export function prefersHtml(accept: string | readonly string[] | undefined): boolean {
  const ranges = String(accept ?? '')
    .split(',')
    .map(parseRange);
  const weightOf = (type: string) => ranges.find(({ range }) => range === type)?.weight ?? 0;
  const html = weightOf('text/html');
  return html > 0 && html > weightOf('application/json');
}

function parseRange(text: string): { range: string; weight: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((each) => each.startsWith('q='))?.slice(2);
  const weight = quality === undefined ? 1 : Number(quality);
  return { range, weight: Number.isNaN(weight) ? 0 : weight };
}

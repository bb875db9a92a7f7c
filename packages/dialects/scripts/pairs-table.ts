import type { FirstOffer } from '@switchboard/protocol';
import {
  type Abilities,
  type Ability,
  abilities,
  type Dialect,
  dialects,
  sdkAbilities,
} from '../src/index.ts';

const parties: readonly (readonly [name: string, Abilities])[] = [
  ['SDK', sdkAbilities],
  ...Object.values<Dialect>(dialects).map((each) => [each.name, each] as const),
];

/** Which of two of the same kind makes the first offer; the SDK says nothing (SPEC 4.7). */
const conventions: readonly (readonly [name: string, FirstOffer])[] = [
  ['the SDK', 'present'],
  ...Object.values<Dialect>(dialects).map((each) => [each.name, each.firstOffer] as const),
];

const shared = ({ says }: Abilities, { hears }: Abilities): readonly Ability[] =>
  abilities.filter((each) => says.includes(each) && hears.includes(each));

/** With columns as wide as the repository's formatter makes them. */
function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

/** What each client, by row, can tell each other one, by column. */
export function formatPairs(): string {
  const pairs = parties.flatMap(([, doer]) => parties.map(([, watcher]) => shared(doer, watcher)));
  const always = abilities.filter((each) => pairs.every((pair) => pair.includes(each)));
  const rest = (doer: Abilities, watcher: Abilities): string =>
    shared(doer, watcher)
      .filter((each) => !always.includes(each))
      .join(', ') || '–';
  const names = parties.map(([name]) => name);
  return [
    `All of them: ${always.join(', ')}. And besides:`,
    '',
    ...formatTable([
      ['does ↓, is told →', ...names],
      ...parties.map(([name, doer]) => [
        `**${name}**`,
        ...parties.map(([, watcher]) => rest(doer, watcher)),
      ]),
    ]),
    '',
    formatPlaces(),
    '',
    formatConventions(),
  ].join('\n');
}

/** In which rooms they can be together. */
function formatPlaces(): string {
  const bound = parties.filter(([, { meetsIn }]) => meetsIn === 'appointments');
  const names = bound.map(([name]) => name).join(', ');
  return (
    `Any two meet in any room; but clients of ${names} come only into rooms of appointments, as one ` +
    'of the two who are named there, and so others meet them in those.'
  );
}

/** Who offers to whom. */
function formatConventions(): string {
  const named = (wanted: FirstOffer) => {
    const names = conventions.filter(([, each]) => each === wanted).map(([name]) => name);
    return new Intl.ListFormat('en-GB').format(names);
  };
  return (
    `Who makes the first offer: in ${named('joiner')} whoever comes, in ${named('present')} ` +
    'those who are there. Between two of different kinds it is as the one has it who was there.'
  );
}

const start = '<!-- pairs: node packages/dialects/scripts/write-readme.ts -->';
const end = '<!-- end of pairs -->';

/** The text with the table in its place. */
export function withPairs(text: string): string {
  const [before, inside, ...more] = text.split(start);
  const after = inside?.split(end)[1];
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`there has to be one "${start}" with one "${end}" behind it`);
  }
  return `${before}${start}\n${formatPairs()}\n${end}${after}`;
}

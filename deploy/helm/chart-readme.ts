import { isMap, isNode, isScalar, type Pair, parseDocument } from 'yaml';

/** A value that can be set, as the README lists it. */
interface Entry {
  readonly key: string;
  readonly preset: string;
  readonly meaning: string;
}

const opening = `# Switchboard's Helm chart

Nodes of a signaling cluster, and what they need around them. [deploy/README.md](../../README.md) leads
through an installation and its choices; [deploy/RUNBOOK.md](../../RUNBOOK.md) tells what to do when
something fails. \`ci/\` has values to begin with, for each way in from outside.

\`\`\`sh
kubectl create namespace calls
kubectl -n calls create secret generic switchboard \\
  --from-literal=jwt-secret=$(openssl rand -hex 32) \\
  --from-literal=internal-secret=$(openssl rand -hex 32) \\
  --from-literal=redis-password=$(openssl rand -hex 32)
helm -n calls install switchboard deploy/helm/switchboard --set image.repository=REGISTRY/switchboard
\`\`\`

Files of the chart that are links (\`files/\`) are the ones that the rest of this repository uses;
\`helm package\` puts what they lead to into the archive.

## Values

Made from \`values.yaml\`, by \`node deploy/helm/write-readme.ts\`.

| value | default | meaning |
| ----- | ------- | ------- |
`;

/**
 * The README of a chart.
 *
 * @param values text of its values.yaml, where every key has its meaning in the comment above it,
 * or a name that says it all.
 */
export function chartReadme(values: string): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new TypeError('the values are no map');
  const rows = contents.items
    .flatMap((pair) => entriesOf(pair as Pair, '', ''))
    .map(({ key, preset, meaning }) => `| \`${key}\` | ${preset} | ${meaning} |`);
  return `${opening}${rows.join('\n')}\n`;
}

function entriesOf({ key, value }: Pair, path: string, inherited: string): readonly Entry[] {
  if (!isScalar(key)) throw new TypeError('a key of the values is no word');
  const name = `${path}${key.value}`;
  const comment = meaningOf(key.commentBefore ?? inherited);
  if (isMap(value) && value.items.length > 0 && !isFree(name)) {
    const [first, ...rest] = value.items as Pair[];
    // YAML hangs a comment above the first key of a map on the map.
    const own = entriesOf(first as Pair, `${name}.`, value.commentBefore ?? '');
    const entries = [...own, ...rest.flatMap((pair) => entriesOf(pair, `${name}.`, ''))];
    return comment === '' ? entries : [{ key: name, preset: '', meaning: comment }, ...entries];
  }
  const preset = isNode(value) ? JSON.stringify(value.toJSON()) : '';
  return [{ key: name, preset: `\`${preset}\``, meaning: comment }];
}

/** Maps whose keys are the operator's, and that are listed as a whole. */
const isFree = (name: string): boolean => /resources$|labels$|extraEnv$/.test(name);

/** The last paragraph of a comment, as one line of a table. */
function meaningOf(comment: string): string {
  const paragraph = comment.split(/\n\s*\n/).at(-1) ?? '';
  return paragraph
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim()
    .replaceAll('|', '\\|');
}

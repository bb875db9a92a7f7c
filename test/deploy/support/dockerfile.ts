import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { repositoryPath } from '@switchboard/testkit';

/** One instruction of a Dockerfile, its flags taken off. */
interface Instruction {
  readonly name: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly rest: string;
}

/** What a Dockerfile makes: files in a folder, and how to run them. */
export interface LaidOutImage {
  /** The folder that stands for the root of the image's file system. */
  readonly root: string;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly health: readonly string[];
}

/**
 * Carries a Dockerfile out in a folder: every stage is a folder in it, COPY copies, RUN runs in the
 * stage's working directory, with this machine's programs for those of the base image. Anything that
 * it does not know is an error.
 */
export async function layOut(dockerfile: string, folder: string): Promise<LaidOutImage> {
  const stages = new Map<string, Stage>();
  let stage: Stage = newStage('');
  for (const instruction of parse(await readFile(dockerfile, 'utf8'))) {
    const { name, flags, rest } = instruction;
    if (name === 'FROM') {
      const [base = '', , alias = 'final'] = rest.split(/\s+/);
      stage = newStage(join(folder, alias));
      await mkdir(stage.root, { recursive: true });
      const parent = stages.get(base);
      if (parent) {
        await cp(parent.root, stage.root, { recursive: true, verbatimSymlinks: true });
        Object.assign(stage, { ...parent, root: stage.root, env: { ...parent.env } });
      }
      stages.set(alias, stage);
    } else if (name === 'WORKDIR') stage.workdir = rest;
    else if (name === 'ENV') Object.assign(stage.env, Object.fromEntries([rest.split('=')]));
    else if (name === 'USER') stage.user = rest;
    else if (name === 'CMD') stage.command = JSON.parse(rest);
    else if (name === 'HEALTHCHECK') stage.health = JSON.parse(rest.replace(/^CMD /, ''));
    else if (name === 'COPY') await copy(rest, stage, stages.get(flags['from'] ?? ''));
    else if (name === 'RUN') await run(rest, stage);
    else if (name !== 'EXPOSE' && name !== 'STOPSIGNAL') throw new Error(`unknown: ${name}`);
  }
  return stage;
}

type Stage = { -readonly [K in keyof LaidOutImage]: LaidOutImage[K] } & {
  env: Record<string, string>;
};

const newStage = (root: string): Stage => ({
  ...{ root, workdir: '/', env: {}, user: 'root', command: [], health: [] },
});

function parse(text: string): readonly Instruction[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', flags = '', rest = ''] = /^(\w+)((?: --\S+)*) +(.*)$/.exec(line) ?? [];
      const pairs = flags
        .trim()
        .split(' ')
        .map((flag) => flag.replace('--', '').split('='));
      return { name, flags: Object.fromEntries(pairs), rest };
    });
}

/** From the repository, or from another stage; folders as Docker copies them: what is in them. */
async function copy(rest: string, stage: Stage, from: Stage | undefined): Promise<void> {
  const paths = rest.split(/\s+/);
  const to = join(stage.root, stage.workdir, paths.at(-1) ?? '');
  for (const path of paths.slice(0, -1)) {
    const source = from ? join(from.root, path) : repositoryPath(path);
    const isInto = paths.length > 2 || (!(await stat(source)).isDirectory() && rest.endsWith('/'));
    const target = isInto ? join(to, basename(path)) : to;
    await mkdir(dirname(target), { recursive: true });
    const filter = (each: string) => from !== undefined || !isIgnored(relative(source, each));
    await cp(source, target, { recursive: true, verbatimSymlinks: true, filter });
  }
}

/** As Dockerfile.dockerignore says. */
const isIgnored = (path: string): boolean =>
  path.split('/').some((part) => ['node_modules', 'dist', '.env', '.git'].includes(part));

async function run(script: string, { root, workdir, env }: Stage): Promise<void> {
  const { PATH, HOME } = process.env;
  await promisify(execFile)('/bin/sh', ['-ec', script], {
    cwd: join(root, workdir),
    env: { PATH, HOME, CI: 'true', ...env },
    maxBuffer: 32 * 1_048_576,
  }).catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`RUN ${script} failed: ${error.stdout}${error.stderr}`);
  });
}

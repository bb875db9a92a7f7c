/**
 * What has to be there before anything of the workspace can run, made with any Node from version 20
 * on and nothing else: the packages, among them the Node that everything runs on, and the web page.
 *
 * Both steps leave a stamp behind, a hash over what they were made from, so that a second start costs
 * a few milliseconds.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package manager, at the version that wrote the lockfile. */
const PNPM = 'pnpm@12.21.0';

/** Absolute path of the repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const installStamp = join(root, 'node_modules/.switchboard-install');
const webStamp = join(root, 'node_modules/.switchboard-web');

/**
 * Installs the packages of the lockfile, unless they are installed.
 *
 * @throws {Error} when the package manager fails; what it said is on the terminal.
 */
export function install() {
  const hash = hashOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]);
  if (existsSync(nodePath) && readStamp(installStamp) === hash) return;
  // CI keeps pnpm from asking questions: there may be nobody to answer them.
  run('npx', ['--yes', PNPM, 'install', '--frozen-lockfile'], { env: { CI: 'true' } });
  pinnedNode();
  writeFileSync(installStamp, hash);
}

const nodePath = join(root, 'node_modules/.bin/node');

/**
 * Path of the Node that the workspace pins.
 *
 * @returns {string}
 * @throws {Error} before `install`.
 */
export function pinnedNode() {
  if (!existsSync(nodePath)) throw new Error(`the workspace's own Node is missing: ${nodePath}`);
  return nodePath;
}

/**
 * Builds the web page into `services/web/dist`, unless it is built from what is there now.
 *
 * @throws {Error} when the build fails; what it said is on the terminal.
 */
export function buildWeb() {
  const manifest = JSON.parse(readFileSync(join(root, 'services/web/package.json'), 'utf8'));
  if (manifest.scripts?.build === undefined) {
    console.error('services/web has no build script: there will be no page');
    return;
  }
  const inputs = ['services/web', 'packages/client/src', 'packages/protocol/src'];
  const hash = hashOf(['pnpm-lock.yaml', ...inputs.flatMap(filesIn)]);
  const built = existsSync(join(root, 'services/web/dist/index.html'));
  if (built && readStamp(webStamp) === hash) return;
  run(pinnedNode(), ['--run', 'build'], { cwd: join(root, 'services/web') });
  writeFileSync(webStamp, hash);
}

/** The package.json of the root and of every package of the workspace. */
function manifests() {
  const folders = ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  return ['', 'deploy', 'test', ...folders]
    .map((folder) => join(folder, 'package.json'))
    .filter((path) => existsSync(join(root, path)));
}

/**
 * Every file below a folder that somebody wrote.
 *
 * @param {string} folder from the root
 * @returns {string[]} from the root, in a fixed order
 */
function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/**
 * @param {string[]} paths from the root
 * @returns {string} over names and contents, and over the machine: installed binaries fit one kind only
 */
function hashOf(paths) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const path of paths) {
    const content = readFileSync(join(root, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** @param {string} path */
function readStamp(path) {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} options
 */
function run(command, args, { cwd = root, env = {} }) {
  const result = spawnSync(command, args, {
    cwd,
    // What is printed on stdout belongs to the program that is started in the end.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...env },
  });
  if (result.error) throw new Error(`cannot run ${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error(
      `${[command, ...args].join(' ')} failed with ${result.signal ?? result.status}`,
    );
  }
}

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.ts';

interface Tool {
  /** Names it goes by, best first. */
  readonly commands: readonly string[];
  /** Debian and Ubuntu packages that bring one of them. */
  readonly aptPackages: readonly string[];
}

/** The programs from outside the npm registry that tests and the local cluster run. */
const tools = {
  redis: { commands: ['redis-server', 'valkey-server'], aptPackages: ['redis-server'] },
  haproxy: { commands: ['haproxy'], aptPackages: ['haproxy'] },
  prometheus: { commands: ['prometheus'], aptPackages: ['prometheus'] },
  /** Comes with it. */
  promtool: { commands: ['promtool'], aptPackages: ['prometheus'] },
  turnserver: { commands: ['turnserver'], aptPackages: ['coturn'] },
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    aptPackages: ['chromium'],
  },
  unzip: { commands: ['unzip'], aptPackages: ['unzip'] },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** Every tool of the table. */
export const toolNames: readonly ToolName[] = Object.keys(tools).filter(isToolName);

function isToolName(name: string): name is ToolName {
  return name in tools;
}

/** Where servers live on Debian, and which an ordinary user's PATH often lacks. */
const SYSTEM_FOLDERS = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
];

/** Absolute path of the tool if this machine has it. */
export async function findExecutable(name: ToolName): Promise<string | undefined> {
  const folders = new Set([...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]);
  for (const command of tools[name].commands) {
    for (const folder of folders) {
      const path = join(folder, command);
      if (folder !== '' && (await isExecutable(path))) return path;
    }
  }
  return undefined;
}

/**
 * Installs the tool with the system's package manager and returns its path. Takes minutes.
 *
 * @throws {Error} that names what to install, where there is no apt-get, where neither root nor a
 * passwordless sudo is at hand, or where apt-get fails.
 */
export async function installExecutable(name: ToolName): Promise<string> {
  const { commands, aptPackages } = tools[name];
  const advice = `install ${commands.join(' or ')} (Debian: apt-get install ${aptPackages.join(' ')})`;
  await aptInstall(aptPackages).catch((cause: unknown) => {
    throw new Error(`${name} is missing: ${advice}`, { cause });
  });
  const path = await findExecutable(name);
  if (path === undefined) throw new Error(`${name} is missing after its installation: ${advice}`);
  return path;
}

/** Absolute path of the tool, installed first if this machine lacks it. Errors as `installExecutable`. */
export async function executable(name: ToolName): Promise<string> {
  return (await findExecutable(name)) ?? (await installExecutable(name));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

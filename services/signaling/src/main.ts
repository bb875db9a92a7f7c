import { existsSync } from 'node:fs';
import { readConfig } from './config.ts';
import { ConfigError } from './environment-values.ts';
import { startNode } from './node.ts';
import { createLogger } from './observability/logger.ts';

/** Starts a node from the environment and stops it on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile();
  const config = readConfig(process.env);
  const logger = await createLogger(config);
  process.on('uncaughtException', (error) => {
    // Node's own report would show all that the error carries; see `describeError`.
    logger.fatal({ err: error }, 'a bug: the node ends');
    process.exit(1);
  });
  const onUsurped = () => {
    logger.fatal('another process has been started under this NODE_ID, so this one stops');
    process.exit(1);
  };
  const node = await startNode(config, { logger, onUsurped }).catch((error: unknown) => {
    logger.fatal({ err: error }, 'the node could not start');
    process.exit(1);
  });
  const state = config.redis ? 'Redis' : 'memory, a cluster of one';
  logger.info({ ops: node.opsPort, state }, `open http://localhost:${node.port}`);

  let askedAt: number | undefined;
  const stop = async (signal: string) => {
    // Asked again, it stops at once; but a terminal's Ctrl-C may reach it on two ways.
    if (askedAt !== undefined && performance.now() - askedAt > 1_000) process.exit(1);
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    logger.info({ signal }, 'stopping');
    await node.close();
    logger.info('stopped');
    // Engine.IO's timers for clients that poll would keep the process for half a minute.
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      stop(signal).catch((error: unknown) => {
        logger.error({ err: error }, 'the node did not stop in order');
        process.exit(1);
      });
    });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`The environment does not make a node:\n${error.message}\n`);
  process.exit(1);
}

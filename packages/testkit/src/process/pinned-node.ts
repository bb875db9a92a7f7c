import { repositoryPath } from '../repository.ts';

const PINNED_MAJOR = '24';

/** Path of the Node that runs TypeScript as it stands: this very one, or the workspace's pinned one. */
export function pinnedNode(): string {
  const [major] = process.versions.node.split('.');
  return major === PINNED_MAJOR ? process.execPath : repositoryPath('node_modules/.bin/node');
}

import { describe, expect, it } from 'vitest';
import { wrongImports } from './import-rules.ts';
import { sourceFiles } from './source-files.ts';

describe('the workspace', () => {
  it('imports libraries and neighbours only where it may', async () => {
    const files = await sourceFiles();
    expect(files.map(({ path }) => path)).toContain('test/workspace/import-rules.ts');
    expect(files.flatMap(wrongImports)).toEqual([]);
  });
});

// In angle brackets here, or this file would break the rules itself.
describe('the rules', () => {
  it.each([
    ['packages/core/src/a.ts', 'import { Redis } from <ioredis>;'],
    ['packages/core/src/a.ts', 'import type { Redis } from <ioredis>;'],
    ['packages/core/src/a.ts', 'export * from <ioredis/built/cluster>;'],
    ['packages/core/src/a.ts', 'const { Redis } = await import(<ioredis>);'],
    ['services/signaling/src/http/a.ts', 'import {\n  Server,\n} from <socket.io>;'],
    ['services/signaling/src/a.ts', 'import <@socket.io/redis-adapter>;'],
    ['packages/client/src/a.ts', 'import { Room } from <../../core/src/room.ts>;'],
  ])('refuse in %s: %s', (path, text) => {
    expect(wrongImports({ path, text: quoted(text, "'") })).toHaveLength(1);
    expect(wrongImports({ path, text: quoted(text, '"') })).toHaveLength(1);
  });

  it.each([
    ['packages/state-redis/src/a.ts', 'import { Redis } from <ioredis>;'],
    ['services/signaling/src/transport/a.ts', 'import { Server } from <socket.io>;'],
    ['packages/client/src/a.ts', 'import { io } from <socket.io-client>;'],
    ['packages/client/src/a/b.ts', 'import { c } from <../c.ts>;'],
  ])('allow in %s: %s', (path, text) => {
    expect(wrongImports({ path, text: quoted(text, "'") })).toEqual([]);
  });
});

function quoted(text: string, quote: string): string {
  return text.replace(/[<>]/g, quote);
}

import { describe, expect, it } from 'vitest';
import { findCycle, wrongDirections } from './dependency-rules.ts';
import { type WorkspacePackage, workspacePackages } from './workspace-packages.ts';

describe('the workspace', () => {
  it('has the packages that the rules are about', async () => {
    const names = (await workspacePackages()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['protocol', 'core', 'signaling', 'test']));
  });

  it('depends in the allowed directions only', async () => {
    expect(wrongDirections(await workspacePackages())).toEqual([]);
  });

  it('has no cycle', async () => {
    expect(findCycle(await workspacePackages())).toEqual([]);
  });
});

describe('the rules', () => {
  it('refuse a dependency in the wrong direction', () => {
    expect(wrongDirections([aPackage('core', ['protocol', 'state-redis'])])).toEqual([
      'core must not depend on state-redis',
    ]);
  });

  it('let tests use the testkit and nothing else', () => {
    expect(wrongDirections([aPackage('client', [], ['testkit', 'signaling'])])).toEqual([
      'client must not depend on signaling, not even in its tests',
    ]);
  });

  it('refuse a package that nobody has placed', () => {
    expect(wrongDirections([aPackage('new', [])])).toEqual(['new has no rule']);
  });

  it('see a cycle, through the tests too', () => {
    const packages = [
      aPackage('top', ['testkit']),
      aPackage('testkit', ['core']),
      aPackage('core', ['protocol'], ['testkit']),
      aPackage('protocol', []),
    ];
    expect(findCycle(packages)).toEqual(['testkit', 'core', 'testkit']);
  });
});

function aPackage(
  name: string,
  dependencies: readonly string[],
  devDependencies: readonly string[] = [],
): WorkspacePackage {
  return { name, folder: `packages/${name}`, dependencies, devDependencies };
}

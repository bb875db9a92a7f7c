import { RoomId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { matchesPattern } from './room-pattern.ts';

const matches = (pattern: string, name: string) => matchesPattern(pattern, RoomId.parse(name));

describe('SPEC 7.3: a pattern', () => {
  test.each([
    ['consultation', 'consultation'],
    ['*', 'anything at all'],
    ['team-*', 'team-a'],
    ['team-*', 'team-'],
    ['*-team', 'a-team'],
    ['a*b*c', 'abc'],
    ['a*b*c', 'a1b2c'],
    ['a*b*c', 'abbcbc'],
    ['*a*', 'bab'],
    ['**', 'x'],
    ['a**b', 'ab'],
    ['*ab*ab*', 'xabyabz'],
    ['a.c', 'a.c'],
    ['(a|b)+*', '(a|b)+c'],
    ['*', '*'],
    ['é*😀', 'é in between 😀'],
  ])('%s stands for %s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(true);
  });

  test.each([
    ['consultation', 'Consultation'],
    ['consultation', 'consultation-2'],
    ['consultation', 'a consultation'],
    ['team-*', 'steam-a'],
    ['team-*', 'team'],
    ['*-team', 'a-teams'],
    ['a*b*c', 'acb'],
    ['ab*bc', 'abc'],
    ['*ab*ab*', 'xaby'],
    ['a.c', 'abc'],
    ['[a-z]*', 'b'],
    ['a?c', 'abc'],
    ['a\\*', 'ab'],
  ])('%s does not stand for %s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  test('that a regular expression would despair of is answered at once', () => {
    const startedAt = performance.now();
    expect(matches(`${'a*'.repeat(60)}b`, 'a'.repeat(128))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});

import { describe, expect, test } from 'vitest';
import { limits } from './limits.ts';
import { TokenClaims, TokenRequest } from './tokens.ts';

describe('the claims of a token', () => {
  test('SPEC 7.2: what is not granted is not granted, and claims of others are passed over', () => {
    const claims = TokenClaims.parse({
      sub: 'ada',
      grants: { rooms: ['team-*'], call: true, fly: true },
      iss: 'https://issuer.example',
      email: 'ada@example.org',
    });
    expect(claims).toEqual({
      sub: 'ada',
      tenant: 'default',
      grants: {
        rooms: ['team-*'],
        create: false,
        admin: false,
        call: true,
        shareScreen: false,
        annotate: false,
        moderate: false,
      },
    });
  });

  test('SPEC 7.2: a token without grants is another thing than one that grants nothing', () => {
    expect(TokenClaims.parse({ sub: 'ada' })).not.toHaveProperty('grants');
    expect(TokenClaims.parse({ sub: 'ada', grants: {} }).grants?.rooms).toEqual([]);
  });

  test.each([
    ['no user', { name: 'Ada' }],
    ['an empty user', { sub: '' }],
    ['a user that is a number', { sub: 7 }],
    ['a user with control characters', { sub: 'ada\u0000' }],
    ['a user too long', { sub: 'x'.repeat(limits.userIdLength + 1) }],
    ['a tenant with a colon', { sub: 'ada', tenant: 'a:b' }],
    ['a role too long', { sub: 'ada', role: 'x'.repeat(limits.roleLength + 1) }],
    ['a grant that is a text', { sub: 'ada', grants: { create: 'false' } }],
    ['rooms that are a text', { sub: 'ada', grants: { rooms: '*' } }],
    ['too many rooms', { sub: 'ada', grants: { rooms: Array(limits.grantedRooms + 1).fill('r') } }],
  ])('SPEC 7.2: %s makes no token', (_, claims) => {
    expect(TokenClaims.safeParse(claims).success).toBe(false);
  });
});

describe('a request for a token', () => {
  test('SPEC 7.9: says no more than it must', () => {
    expect(TokenRequest.parse({ sub: 'ada' })).toEqual({
      sub: 'ada',
      tenant: 'default',
      expiresIn: limits.tokenLifetime,
    });
  });

  test.each([
    ['a life too long', { sub: 'ada', expiresIn: limits.tokenLifetimeMax + 1 }],
    ['a life that is over', { sub: 'ada', expiresIn: 0 }],
    ['a field too many', { sub: 'ada', exp: 1 }],
    ['a grant that nobody knows', { sub: 'ada', grants: { fly: true } }],
  ])('SPEC 7.9: %s is refused', (_, request) => {
    expect(TokenRequest.safeParse(request).success).toBe(false);
  });
});

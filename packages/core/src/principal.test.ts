import { defaultTenant, TenantId } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { guest, userOf } from '../test/samples.ts';
import { introduce, ownerOf, type Principal } from './principal.ts';

const clinic = TenantId.parse('clinic');

describe('the owner of a session', () => {
  test('SPEC 5.3: is the same for the same tenant and user, whatever else their tokens say', () => {
    const ada = userOf('ada');
    const later: Principal = { ...ada, name: 'Ada', role: 'host', grants: null, expiresAt: 1 };
    expect(ownerOf(later)).toBe(ownerOf(ada));
  });

  test('SPEC 5.3: is another one for any other tenant or user', () => {
    const principals: Principal[] = [
      guest,
      { ...guest, tenant: clinic },
      userOf('ada'),
      userOf('bob'),
      userOf('Ada'),
      { ...userOf('ada'), tenant: clinic },
      // Were the two joined without care, these would be somebody else's.
      userOf(`:${defaultTenant}`),
      { ...userOf('a:ada'), tenant: clinic },
      { ...userOf('ada'), tenant: TenantId.parse('clinic-a') },
    ];
    expect(new Set(principals.map(ownerOf)).size).toBe(principals.length);
  });
});

describe('SPEC 7.6: what others are shown', () => {
  const said = { name: 'Dr. Eve', role: 'practitioner' };

  test('of somebody without a token is what they say, and no user', () => {
    expect(introduce(guest, said)).toEqual(said);
    expect(introduce(guest, {})).toEqual({});
  });

  test('of a user is what the token says, whatever they say', () => {
    const ada = { ...userOf('ada'), name: 'Ada', role: 'patient' };
    expect(introduce(ada, said)).toEqual({ userId: 'ada', name: 'Ada', role: 'patient' });
  });

  test('of a user whose token says nothing is a name of their own, but no role', () => {
    expect(introduce(userOf('ada'), said)).toEqual({ userId: 'ada', name: 'Dr. Eve' });
  });
});

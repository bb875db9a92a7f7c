import type { IncomingHttpHeaders } from 'node:http';
import { SignalingError } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { type Handshake, presentedToken } from './presented-token.ts';

const trustedOrigins = ['https://app.example', '*'];

/** The token of a handshake in which all that is not said is missing. */
const tokenOf = (handshake: Partial<Handshake>): string | null =>
  presentedToken({ auth: {}, headers: {}, query: {}, ...handshake }, { trustedOrigins });

const withCookie = (headers: IncomingHttpHeaders) =>
  tokenOf({ headers: { host: 'calls.example', cookie: 'switchboard_token=c', ...headers } });

describe('SPEC 7.1: a token is found', () => {
  test.each<[string, Partial<Handshake>]>([
    ['in auth', { auth: { token: 't' } }],
    ['in the header', { headers: { authorization: 'Bearer t' } }],
    ['in the header, whatever its case', { headers: { authorization: 'bearer   t ' } }],
    ['in the query', { query: { token: 't' } }],
    ['in the cookie', { headers: { cookie: 'switchboard_token=t' } }],
    ['in the cookie, among others', { headers: { cookie: 'a=b; switchboard_token=t; c=d' } }],
  ])('%s', (_, handshake) => {
    expect(tokenOf(handshake)).toBe('t');
  });

  test('in the first place that has one', () => {
    const headers = { authorization: 'Bearer h', cookie: 'switchboard_token=c' };
    expect(tokenOf({ auth: { token: 'a' }, headers, query: { token: 'q' } })).toBe('a');
    expect(tokenOf({ headers, query: { token: 'q' } })).toBe('h');
    expect(tokenOf({ headers: { cookie: headers.cookie }, query: { token: 'q' } })).toBe('q');
    expect(tokenOf({ auth: { token: '' }, headers, query: { token: '' } })).toBe('h');
  });
});

describe('SPEC 7.1: no token is shown', () => {
  test.each<[string, Partial<Handshake>]>([
    ['at all', {}],
    ['by an empty one', { auth: { token: '' }, query: { token: '' } }],
    ['by null', { auth: { token: null } }],
    ['by another scheme', { headers: { authorization: 'Basic dXNlcjpwYXNz' } }],
    ['by a scheme without a token', { headers: { authorization: 'Bearer ' } }],
    ['by other cookies', { headers: { cookie: 'xswitchboard_token=t; switchboard_tokens=t' } }],
    ['by an empty cookie', { headers: { cookie: 'switchboard_token=' } }],
  ])('%s', (_, handshake) => {
    expect(tokenOf(handshake)).toBeNull();
  });
});

test.each<[string, Partial<Handshake>]>([
  ['a number', { auth: { token: 17 } }],
  ['an object', { auth: { token: { toString: 't' } } }],
  ['given twice', { query: { token: ['a', 'b'] } }],
])('SPEC 7.4: a token that is %s is refused', (_, handshake) => {
  expect(() => tokenOf(handshake)).toThrow(SignalingError);
});

describe('SPEC 7.1: the cookie counts', () => {
  test.each([
    ['for a page of the node', { origin: 'https://calls.example' }],
    ['for a page of the node at its port', { origin: 'http://h:4000', host: 'h:4000' }],
    ['for a page of a listed origin', { origin: 'https://app.example' }],
    ['for what is no browser', {}],
  ])('%s', (_, headers) => {
    expect(withCookie(headers)).toBe('c');
  });

  test.each([
    ['a page elsewhere', { origin: 'https://evil.example' }],
    ['a page elsewhere that sounds alike', { origin: 'https://calls.example.evil.example' }],
    ['a page on another port', { origin: 'https://calls.example:8443' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['any page at all, as the star of the list would have it', { origin: '*' + '.example' }],
  ])('but not for %s', (_, headers) => {
    expect(withCookie(headers)).toBeNull();
  });
});

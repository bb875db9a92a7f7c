import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeCertificate } from './certificate.ts';

it('is good for the names of this machine for some weeks', async () => {
  const { cert } = await makeCertificate();
  const parsed = new X509Certificate(cert);
  expect(parsed.checkHost('localhost')).toBe('localhost');
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
  const days = (Date.parse(parsed.validTo) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29);
  // Browsers refuse what is valid for more than 398 days.
  expect(days).toBeLessThan(398);
});

import { generate } from 'selfsigned';

/** A certificate for this machine's own names and its private key, both PEM. */
export interface Certificate {
  /** Trust it by giving it as the `ca` of a client: it signs itself. */
  readonly cert: string;
  readonly key: string;
}

/** Makes a self-signed certificate for localhost, 127.0.0.1 and ::1, valid for 30 days. */
export async function makeCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 30 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

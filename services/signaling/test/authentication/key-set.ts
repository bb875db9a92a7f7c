import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { nothing } from './verifier.ts';

/** Public keys of each kind at a URL, and the private ones that go with them. */
export async function startKeySet() {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
  const pairs = await Promise.all(
    algorithms.map(async (algorithm) => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm);
      const jwk: JWK = { ...(await exportJWK(publicKey)), kid: algorithm };
      return { algorithm, publicKey, privateKey, jwk };
    }),
  );
  let requests = 0;
  let isAway = false;
  const server = createServer((_, response) => {
    requests += 1;
    if (isAway) response.writeHead(503).end();
    else response.end(JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  const pairOf = (algorithm: (typeof algorithms)[number]) => {
    const pair = pairs.find((each) => each.algorithm === algorithm);
    if (!pair) throw new Error(algorithm);
    return pair;
  };
  return {
    algorithms,
    pairOf,
    config: { ...nothing, jwksUrl: `http://127.0.0.1:${port}/keys` },
    sign: (algorithm: (typeof algorithms)[number], kid: string = algorithm) =>
      new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg: algorithm, kid })
        .sign(pairOf(algorithm).privateKey),
    requests: () => requests,
    goAway: () => {
      isAway = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

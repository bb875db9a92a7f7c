import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** So that nothing of an earlier build is published, whose source is gone. */
rmSync(fileURLToPath(new URL('../dist', import.meta.url)), { recursive: true, force: true });

import { readFileSync } from 'node:fs';

/** @throws Error when no server is named: these tests need a real one */
export function serverUrl(): string {
  // eslint-disable-next-line no-restricted-properties -- the test stack says through this variable where it listens
  const file = process.env['DOCFLEET_ENDPOINTS'];
  if (file === undefined) {
    throw new Error(
      'DOCFLEET_ENDPOINTS names no endpoints file: run through npm test, or start the local stack.',
    );
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { postgres: string }).postgres;
}

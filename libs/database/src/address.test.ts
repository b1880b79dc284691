import { expect, it } from 'vitest';
import { addressOf } from './open-database.ts';

it('lets no parameter of the URL weaken the given TLS', () => {
  const url = 'postgres://ocr:secret@db.example/docfleet?sslmode=disable&sslrootcert=a&options=-c%20a%3D1';
  const { connectionString, ssl } = addressOf(url, { tls: { ca: 'authority' } });
  expect(connectionString).toBe('postgres://ocr:secret@db.example/docfleet?options=-c+a%3D1');
  expect(ssl).toEqual({ ca: 'authority' });
});

it('leaves a URL alone that is used without TLS settings', () => {
  const url = 'postgres://ocr@db.example/docfleet?sslmode=disable';
  expect(addressOf(url, {})).toEqual({ connectionString: url });
});

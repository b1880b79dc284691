import { expect, it } from 'vitest';
import { limitResends } from './resend.ts';

it('lets a key through again only after the interval', () => {
  const sent = limitResends(600);
  expect([sent.due('a', 0), sent.due('a', 599), sent.due('b', 599), sent.due('a', 600)]).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

it('remembers what it let through late', () => {
  const sent = limitResends(600);
  expect([sent.due('a', 1000), sent.due('a', 1100)]).toEqual([true, false]);
});

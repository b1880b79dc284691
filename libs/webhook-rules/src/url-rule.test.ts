import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllowedHosts, type EgressRule } from './egress-rule.ts';
import { urlProblem } from './url-rule.ts';

const closed: EgressRule = { networks: [], hosts: new Set(), http: false };

describe('urlProblem', () => {
  it.each(['https://hooks.example.com/a?b=c', 'https://1.1.1.1:8443/', 'https://[2606:4700::1111]/'])(
    'A-05: accepts %s',
    (url) => {
      expect(urlProblem(url, closed)).toBeUndefined();
    },
  );

  it.each([
    ['http://hooks.example.com/', 'does not start with https://'],
    ['ftp://hooks.example.com/', 'does not start with https://'],
    ['hooks.example.com', 'is not a URL'],
    ['https://user@hooks.example.com/', 'has credentials'],
    ['https://:secret@hooks.example.com/', 'has credentials'],
    ['https://hooks.example.com/#a', 'has a fragment'],
    [`https://hooks.example.com/${'a'.repeat(2_048)}`, 'is longer than 2048 characters'],
    ['https://localhost/', 'is a name that is not public'],
    ['https://LOCALHOST./', 'is a name that is not public'],
    ['https://a.localhost/', 'is a name that is not public'],
    ['https://metadata.google.internal/', 'is a name that is not public'],
  ])('A-05: refuses %s', (url, problem) => {
    expect(urlProblem(url, closed)).toBe(problem);
  });

  it('A-05: refuses the loopback in every form that a URL can have', () => {
    const forms = fc.oneof(
      fc.constantFrom(
        '2130706433',
        '0x7f000001',
        '017700000001',
        '127.1',
        '0x7f.1',
        '0177.0.0.1',
        '127.0.0.1.',
      ),
      fc.constantFrom('[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:0:0:1]', '[::127.0.0.1]'),
      fc.constantFrom('１２７.0.0.1', '127。0。0。1', '169.254.169.254', '[fd00:ec2::254]', '0', '0.0.0.0'),
    );
    fc.assert(
      fc.property(forms, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
        expect(urlProblem(`https://${host}:${port}/`, closed)).toBe('is an address that is not public');
      }),
    );
    expect(urlProblem('https://[fe80::1%25eth0]/', closed)).toBe('is not a URL');
  });

  it('A-05: takes what the installation allows', () => {
    const open = { ...closed, ...parseAllowedHosts('127.0.0.1,hooks.internal'), http: true };
    const urls = [
      'http://127.0.0.1:80/',
      'https://hooks.internal/',
      'https://other.internal/',
      'http://127.0.0.2/',
    ];
    expect(urls.map((url) => urlProblem(url, open))).toEqual([
      undefined,
      undefined,
      'is a name that is not public',
      'is an address that is not public',
    ]);
  });
});

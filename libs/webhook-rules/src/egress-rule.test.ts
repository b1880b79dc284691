import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, mayConnect, parseAllowedHosts, type EgressRule } from './egress-rule.ts';

const closed: EgressRule = { networks: [], hosts: new Set(), http: false };
const octet = fc.integer({ min: 0, max: 255 });
const mapped = (address: string): string => `::ffff:${address}`;

/** Networks that nothing is ever sent to, as their first octets and free ones behind. */
const closedIpv4 = fc.oneof(
  ...[
    [10],
    [127],
    [0],
    [169, 254],
    [192, 168],
    [192, 0, 2],
    [198, 18],
    [198, 51, 100],
    [203, 0, 113],
    [255, 255, 255, 255],
  ].map((prefix) =>
    fc
      .array(octet, { minLength: 4 - prefix.length, maxLength: 4 - prefix.length })
      .map((rest) => [...prefix, ...rest].join('.')),
  ),
  fc.tuple(fc.integer({ min: 16, max: 31 }), octet, octet).map((rest) => `172.${rest.join('.')}`),
  fc.tuple(fc.integer({ min: 64, max: 127 }), octet, octet).map((rest) => `100.${rest.join('.')}`),
  fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet).map((all) => all.join('.')),
);

describe('isPublicAddress', () => {
  it('A-05: no address of a closed network is public, nor in a form of IPv6', () => {
    fc.assert(
      fc.property(closedIpv4, (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const forms = [
          address,
          mapped(address),
          `::ffff:${hex}`,
          `64:ff9b::${hex}`,
          `2002:${hex}::1`,
          `::${hex}`,
        ];
        expect(forms.map(isPublicAddress)).toEqual(forms.map(() => false));
      }),
    );
  });

  it('A-05: no address of IPv6 outside of its public part is public', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    const outside = fc
      .integer({ min: 0, max: 0xffff })
      .filter((first) => first >> 13 !== 1)
      .map((first) => first.toString(16));
    fc.assert(
      fc.property(outside, fc.array(group, { minLength: 7, maxLength: 7 }), (first, rest) => {
        expect(isPublicAddress([first, ...rest].join(':'))).toBe(false);
      }),
    );
  });

  it.each([
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '2001::1',
  ])('A-05: %s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '1.1.1.1.', '1.1.1', 'example.com', ''])(
    'A-05: %s is no address in its usual form, so it is not public',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );

  it.each(['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])(
    'A-05: %s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('mayConnect', () => {
  it('A-05: opens what is listed and nothing else', () => {
    const listed = parseAllowedHosts('127.0.0.1, 10.1.0.0/16, fd00::/8, hooks.corp.example');
    const rule = { ...closed, ...listed };
    const tries = [
      ['a.example', '127.0.0.1'],
      ['a.example', mapped('127.0.0.1')],
      ['a.example', '10.1.2.3'],
      ['a.example', 'fd00::1'],
      ['hooks.corp.example', '192.168.1.1'],
      ['a.example', '127.0.0.2'],
      ['a.example', '10.2.0.1'],
      ['a.example', '192.168.1.1'],
      ['hooks.corp.example', 'fe80::1%eth0'],
    ] as const;
    expect(tries.map(([host, address]) => mayConnect(rule, { host, address }))).toEqual([
      ...Array<boolean>(5).fill(true),
      ...Array<boolean>(4).fill(false),
    ]);
  });

  it('A-05: never throws, whatever is given as an address', () => {
    const rule = { ...closed, ...parseAllowedHosts('::/0,0.0.0.0/0') };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended()), (address) => {
        expect(typeof mayConnect(rule, { host: 'a.example', address })).toBe('boolean');
      }),
    );
  });
});

it.each([
  '10.0.0.0/33',
  '::/129',
  '1.2.3',
  '10.0.0.1/8/8',
  'a_b',
  'http://a.example',
  'a..b',
  '127.0.0.1:80',
  'fe80::1%0',
])('A-05: %s is no list of hosts', (text) => {
  expect(parseAllowedHosts(text)).toBeUndefined();
});

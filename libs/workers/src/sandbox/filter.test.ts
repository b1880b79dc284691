import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { architectures, startFilter, workFilter, type Architecture } from './filter.ts';
import { deniedAfterSetup, deniedFromStart, guardedCalls, type CallNumbers } from './system-calls.ts';

const pid = 4711;
const audit = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
const verdicts: Readonly<Record<number, string>> = {
  0x7fff0000: 'allow',
  0x80000000: 'kill',
  0x00050001: 'EPERM',
  0x00050026: 'ENOSYS',
};

interface Call {
  readonly number: number;
  readonly architecture?: number;
  readonly argument?: number;
}

/** Runs a filter as the kernel does: classic BPF over the words of `struct seccomp_data`. */
function verdictOf(program: Buffer, call: Required<Call>): string {
  let accumulator = 0;
  for (let at = 0; at < program.length; at += 8) {
    const operation = program.readUInt16LE(at);
    const operand = program.readUInt32LE(at + 4);
    if (operation === 0x06) return verdicts[operand] ?? String(operand);
    if (operation === 0x20) {
      accumulator = { 0: call.number, 4: call.architecture, 16: call.argument }[operand] ?? Number.NaN;
      continue;
    }
    const isTrue =
      operation === 0x15
        ? accumulator === operand
        : operation === 0x35
          ? accumulator >= operand
          : (accumulator & operand) !== 0;
    at += 8 * program.readUInt8(at + (isTrue ? 2 : 3));
  }
  return 'fell off the end';
}

const onStart = (architecture: Architecture, call: Call): string =>
  verdictOf(startFilter({ architecture, pid }), {
    architecture: audit[architecture],
    argument: 0,
    ...call,
  });
const onWork = (architecture: Architecture, call: Call): string =>
  verdictOf(workFilter({ architecture }), { architecture: audit[architecture], argument: 0, ...call });

const numbersOf = (groups: object, architecture: Architecture): number[] =>
  (Object.values(groups) as Record<string, CallNumbers>[])
    .flatMap((group) => Object.values(group))
    .map(([x64, arm64]) => (architecture === 'x64' ? x64 : arm64))
    .filter((number) => number !== null);

test.each(architectures)(
  'on %s a child is refused what is listed, and allowed what is not',
  (architecture) => {
    const atStart = numbersOf(deniedFromStart, architecture);
    const atWork = numbersOf(deniedAfterSetup, architecture);
    const guarded = numbersOf({ guardedCalls }, architecture);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 600 }).filter((number) => !guarded.includes(number)),
        (number) => {
          expect(onStart(architecture, { number })).toBe(atStart.includes(number) ? 'EPERM' : 'allow');
          expect(onWork(architecture, { number })).toBe(atWork.includes(number) ? 'EPERM' : 'allow');
        },
      ),
      { numRuns: 500 },
    );
  },
);

test.each(architectures)('on %s a child makes threads, and reaches itself only', (architecture) => {
  const verdict = (name: keyof typeof guardedCalls, argument: number): string =>
    onStart(architecture, { number: guardedCalls[name][architecture === 'x64' ? 0 : 1], argument });
  expect({
    thread: verdict('clone', 0x3d0f00),
    fork: verdict('clone', 0x1200011),
    clone3: verdict('clone3', 0),
    ownSignal: verdict('kill', pid),
    parentSignal: verdict('kill', 1),
    everybody: verdict('kill', 0xffffffff),
    ownThread: verdict('tgkill', pid),
    parentThread: verdict('tgkill', 1),
    ownLimits: verdict('prlimit64', 0),
    parentLimits: verdict('prlimit64', 1),
  }).toEqual({
    thread: 'allow',
    fork: 'EPERM',
    clone3: 'ENOSYS',
    ownSignal: 'allow',
    parentSignal: 'EPERM',
    everybody: 'EPERM',
    ownThread: 'allow',
    parentThread: 'EPERM',
    ownLimits: 'allow',
    parentLimits: 'EPERM',
  });
});

test('calls of another architecture end the process, and those of x32 are refused', () => {
  const i386 = 0x40000003;
  expect([
    onStart('x64', { number: 1, architecture: i386 }),
    onWork('x64', { number: 1, architecture: i386 }),
    onStart('x64', { number: 0x40000001 }),
    onWork('x64', { number: 0x40000001 }),
  ]).toEqual(['kill', 'kill', 'EPERM', 'EPERM']);
});

test.each([
  ['x64', 0, '/usr/include/x86_64-linux-gnu/asm/unistd_64.h'],
  ['arm64', 1, '/usr/include/asm-generic/unistd.h'],
] as const)('numbers of %s are those of the kernel headers', (_name, index, header) => {
  if (!existsSync(header)) return;
  const text = readFileSync(header, 'utf8');
  const known = new Map(
    [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [name, number]),
  );
  const named = [...Object.values(deniedFromStart), ...Object.values(deniedAfterSetup), guardedCalls].flatMap(
    (group) => Object.entries<CallNumbers>(group),
  );
  const ours = named.map(([name, numbers]) => `${name} ${numbers[index] ?? 'none'}`);
  expect(ours).toEqual(named.map(([name]) => `${name} ${known.get(name) ?? 'none'}`));
});

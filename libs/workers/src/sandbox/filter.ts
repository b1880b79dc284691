import { deniedAfterSetup, deniedFromStart, guardedCalls, type CallNumbers } from './system-calls.ts';

/** Processors whose system calls are known. */
export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 (linux/audit.h). */
const auditArchitectures: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** From here on x86-64 numbers name the calls of x32, which would go around the others. */
const firstX32Call = 0x40000000;

/** CLONE_THREAD (linux/sched.h): a thread of this process, not another process. */
const cloneThread = 0x00010000;

/** Operations of classic BPF (linux/bpf_common.h): load a word, compare, return. */
const operations = { load: 0x20, equal: 0x15, atLeast: 0x35, anyBit: 0x45, return: 0x06 } as const;

/** Places in `struct seccomp_data` (linux/seccomp.h): number, architecture, low word of the first argument. */
const places = { number: 0, architecture: 4, firstArgument: 16 } as const;

const errno = { notPermitted: 1, noSuchCall: 38 } as const;
const verdicts = {
  allow: 0x7fff0000,
  kill: 0x80000000,
  refuse: 0x00050000 + errno.notPermitted,
  /** The C library then tries the older call, `clone`, whose flags can be seen here. */
  absent: 0x00050000 + errno.noSuchCall,
} as const;

/** One instruction: operation, instructions to skip when it is true and when it is not, operand. */
type Instruction = readonly [operation: number, whenTrue: number, whenFalse: number, operand: number];

/**
 * The filter that a child starts with, as `struct sock_filter[]`: refused calls fail with EPERM, a foreign architecture
 * ends the process. Everything that is not refused is allowed, because Node and the C library choose other calls with
 * every release; what is refused is what reaches outside the process. `pid` is the process's own id: it may signal, and
 * limit, itself only.
 *
 * io_uring is refused from the start, because calls made through a ring pass no filter and libuv would open one.
 */
export function startFilter({ architecture, pid }: { architecture: Architecture; pid: number }): Buffer {
  const guarded = (name: keyof typeof guardedCalls): number => guardedCalls[name][indexOf(architecture)];
  return encode([
    ...opening(architecture),
    ...refusing(deniedFromStart, architecture),
    ...when(operations.equal, guarded('clone3'), verdicts.absent),
    ...ifArgument(guarded('clone'), operations.anyBit, cloneThread),
    ...ifArgument(guarded('kill'), operations.equal, pid),
    ...ifArgument(guarded('tgkill'), operations.equal, pid),
    // 0 means the calling process.
    ...ifArgument(guarded('prlimit64'), operations.equal, 0),
    [operations.return, 0, 0, verdicts.allow],
  ]);
}

/** The filter that is added after the set-up: no file is opened and no program started any more. */
export function workFilter({ architecture }: { architecture: Architecture }): Buffer {
  return encode([
    ...opening(architecture),
    ...refusing(deniedAfterSetup, architecture),
    [operations.return, 0, 0, verdicts.allow],
  ]);
}

function indexOf(architecture: Architecture): 0 | 1 {
  return architecture === 'x64' ? 0 : 1;
}

/** Checks the architecture and loads the call's number. */
function opening(architecture: Architecture): readonly Instruction[] {
  return [
    [operations.load, 0, 0, places.architecture],
    ...unless(operations.equal, auditArchitectures[architecture], verdicts.kill),
    [operations.load, 0, 0, places.number],
    ...(architecture === 'x64' ? when(operations.atLeast, firstX32Call, verdicts.refuse) : []),
  ];
}

function refusing(
  groups: Readonly<Record<string, Readonly<Record<string, CallNumbers>>>>,
  architecture: Architecture,
): readonly Instruction[] {
  return Object.values(groups)
    .flatMap((group) => Object.values(group))
    .map((numbers) => numbers[indexOf(architecture)])
    .filter((number) => number !== null)
    .flatMap((number) => when(operations.equal, number, verdicts.refuse));
}

function when(test: number, operand: number, verdict: number): readonly Instruction[] {
  return [
    [test, 0, 1, operand],
    [operations.return, 0, 0, verdict],
  ];
}

function unless(test: number, operand: number, verdict: number): readonly Instruction[] {
  return [
    [test, 1, 0, operand],
    [operations.return, 0, 0, verdict],
  ];
}

/** Allows a call if its first argument passes the test, else refuses it. */
function ifArgument(number: number, test: number, operand: number): readonly Instruction[] {
  return [
    [operations.equal, 0, 4, number],
    [operations.load, 0, 0, places.firstArgument],
    ...unless(test, operand, verdicts.refuse),
    [operations.return, 0, 0, verdicts.allow],
  ];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([operation, whenTrue, whenFalse, operand], index) => {
    const at = index * 8;
    bytes.writeUInt16LE(operation, at);
    bytes.writeUInt8(whenTrue, at + 2);
    bytes.writeUInt8(whenFalse, at + 3);
    bytes.writeUInt32LE(operand, at + 4);
  });
  return bytes;
}

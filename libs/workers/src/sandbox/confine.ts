import koffi from 'koffi';
import { architectures, startFilter, workFilter } from './filter.ts';

/** Options of prctl(2) and operations of seccomp(2). */
const setNoNewPrivileges = 38;
const setModeFilter = 1;
/** SECCOMP_FILTER_FLAG_TSYNC: for all threads of the process, not the calling one alone. */
const allThreads = 1;
/** F_SETFD of fcntl(2). */
const setDescriptorFlags = 2;
const seccompCalls = { x64: 317, arm64: 277 } as const;

/**
 * Filters the system calls of this process for the rest of its life, across execve(2) too. `start`: no connection, no
 * process, no signal to others. `work`: no file and no program either. What is open already still works.
 *
 * @throws Error where the kernel or the processor does not offer it
 */
export function confine(stage: 'start' | 'work'): void {
  const architecture = architectures.find((known) => known === process.arch);
  if (process.platform !== 'linux' || architecture === undefined)
    throw new Error(`System calls cannot be filtered on ${process.platform} ${process.arch}.`);
  install(
    stage === 'start' ? startFilter({ architecture, pid: process.pid }) : workFilter({ architecture }),
    seccompCalls[architecture],
  );
}

/** Lets an open file of this process outlive execve(2): Node marks all that it inherits for closing. */
export function keepAcrossExec(descriptor: number): void {
  const fcntl = koffi.load(null).func('int fcntl(int, int, ...)');
  if (fcntl(descriptor, setDescriptorFlags, 'int', 0) !== 0)
    throw new Error(`File descriptor ${descriptor} cannot be kept open (errno ${koffi.errno()}).`);
}

function install(program: Buffer, seccompCall: number): void {
  const c = koffi.load(null);
  const refuse = (what: string): never => {
    throw new Error(`The kernel refused ${what} (errno ${koffi.errno()}).`);
  };
  const prctl = c.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  if (prctl(setNoNewPrivileges, 1, 0, 0, 0) !== 0) refuse('no_new_privs');
  const shape = koffi.struct({ len: 'uint16_t', filter: 'void *' });
  const seccomp = c.func('syscall', 'long', ['long', 'unsigned long', 'unsigned long', koffi.pointer(shape)]);
  const filter = { len: program.length / 8, filter: program };
  if (Number(seccomp(seccompCall, setModeFilter, allThreads, filter)) !== 0)
    refuse('a filter of system calls');
}

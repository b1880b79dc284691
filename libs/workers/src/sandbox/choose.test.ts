import { expect, test } from 'vitest';
import { chooseSandbox } from './choose.ts';
import type { SandboxLevel } from './levels.ts';

/** A machine that allows some levels. */
const machine =
  (...allowed: SandboxLevel[]) =>
  (level: SandboxLevel): Promise<void> =>
    allowed.includes(level)
      ? Promise.resolve()
      : Promise.reject(new Error('The child ended', { cause: new Error(`no ${level}\nmore lines`) }));

test('the strongest level that the machine allows is taken', async () => {
  expect(await chooseSandbox('best', machine('namespaces', 'system-calls'))).toEqual({
    level: 'namespaces',
    refused: [],
  });
});

test.each(['best', 'required'] as const)('%s is content with a filter of system calls', async (demand) => {
  expect(await chooseSandbox(demand, machine('system-calls'))).toEqual({
    level: 'system-calls',
    refused: [{ level: 'namespaces', reason: 'The child ended no namespaces' }],
  });
});

test('where neither is allowed, best starts with limits and required refuses with the reasons', async () => {
  expect((await chooseSandbox('best', machine())).level).toBe('limits-open-network');
  await expect(chooseSandbox('required', machine())).rejects.toThrow(
    'PARSER_SANDBOX=required, but this machine closes neither network nor files to child processes: ' +
      'namespaces: The child ended no namespaces; system-calls: The child ended no system-calls.',
  );
});

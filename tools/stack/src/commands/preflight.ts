import { chooseSandbox } from '@docfleet/workers';
import { bubblewrapHint } from '../provision/prerequisites.ts';
import type { Context } from './context.ts';

/** The part of `npm run preflight` that needs the packages: the sandbox that parser children would get here. */
export async function preflight(context: Pick<Context, 'print'>): Promise<number> {
  const { level, refused } = await chooseSandbox('best');
  const reasons = refused.map((each) => `  ${each.level} is not used: ${each.reason}`);
  const hint = level === 'namespaces' ? [] : [`  ${bubblewrapHint}`];
  context.print(`${[`Sandbox of parser children: ${level}`, ...reasons, ...hint].join('\n')}\n`);
  return 0;
}

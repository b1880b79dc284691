import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { applyEdits, checkEdits } from '../sabotage/apply-edits.ts';
import { liveSabotages, type LiveSabotage } from './sabotages.ts';

const usage = `npm run simulate:sabotage:live [-- --only NAME]
Takes guards of the Kafka adapter away one by one and runs its tests against the broker of the local stack, which must
be up (npm start -- --servers-only --keep). Prints a row for each; ends non-zero when one is not noticed.
`;

const root = resolve(import.meta.dirname, '../../../..');
const endpoints = join(root, '.docfleet/endpoints.json');

/** Gives the tests the sources of a sabotage with its lines replaced, as they are loaded. The files stay as they are. */
function replacing({ edits }: LiveSabotage) {
  return {
    name: 'sabotage',
    enforce: 'pre' as const,
    transform: (code: string, id: string) => {
      const own = edits.filter(({ file }) => id.endsWith(`/${file}`));
      return own.length === 0 ? undefined : applyEdits(code, own);
    },
  };
}

/** Titles of the tests that failed. */
async function failuresUnder(sabotage: LiveSabotage): Promise<readonly string[]> {
  const vitest = await startVitest(
    [...sabotage.tests],
    {
      root,
      watch: false,
      bail: 1,
      reporters: [{}],
      env: { DOCFLEET_ENDPOINTS: endpoints },
      teardownTimeout: 30_000,
    },
    { plugins: [replacing(sabotage)] },
  );
  const failed = vitest.state
    .getTestModules()
    .flatMap((module) => [...module.children.allTests('failed')].map(({ fullName }) => fullName));
  await vitest.close();
  return failed;
}

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, help: { type: 'boolean', default: false } },
});

if (values.help || !existsSync(endpoints)) {
  process.stdout.write(usage);
  process.exitCode = values.help ? 0 : 1;
} else {
  const chosen = liveSabotages.filter(({ name }) => name.includes(values.only));
  for (const sabotage of chosen) await checkEdits(sabotage);
  let missed = 0;
  for (const sabotage of chosen) {
    const [first] = await failuresUnder(sabotage);
    if (first === undefined) missed += 1;
    process.stdout.write(
      `| ${sabotage.name} | ${first === undefined ? 'NOT CAUGHT' : 'caught'} | ${first ?? ''} |\n`,
    );
  }
  process.exit(missed === 0 ? 0 : 1);
}

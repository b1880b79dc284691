import { commands, runCommand, UsageError } from '@docfleet/command-line';
import { readConfig } from '@docfleet/config';
import {
  connectionProblems,
  databaseConnection,
  kafkaConnection,
  registryConnection,
} from '@docfleet/connections';
import { allAcls, describeAcl } from './acls.ts';
import { deploySettings } from './config.ts';
import { aclProblems } from './check-acls.ts';
import { deployAcls, readAcls } from './deploy-acls.ts';
import { deploy } from './deploy.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Names of the deployment's pools. */
function pools(): readonly string[] {
  return readConfig(deploySettings.pick({ EXTRACTION_POOLS: true }), process.env).EXTRACTION_POOLS.map(
    ({ name }) => name,
  );
}

process.exitCode = await runCommand(commands.deploy, process.argv.slice(2), async ({ values }) => {
  const acls = values.acls === undefined ? undefined : allAcls(values.acls, pools());
  if (acls !== undefined && values['dry-run']) {
    acls.map(describeAcl).forEach(print);
    return 0;
  }
  if (acls === undefined && values.check)
    throw new UsageError('npm run deploy: --check needs --acls <prefix>.');
  const given = readConfig(deploySettings, {
    ...process.env,
    ...(values.preset !== undefined && { TOPICS_PRESET: values.preset }),
  });
  const problems = connectionProblems({ now: Date.now, log: print });
  if (acls !== undefined && values.check) {
    const found = aclProblems(acls, await readAcls(kafkaConnection(given, problems)), {
      topicPerTenant: values['topic-per-tenant'],
    });
    found.forEach(print);
    print(`ACLs: ${found.length} problems`);
    return found.length === 0 ? 0 : 1;
  }
  if (acls !== undefined) {
    await deployAcls(kafkaConnection(given, problems), acls);
    print(`ACLs: ${acls.length} exist`);
    return 0;
  }
  await deploy({
    kafka: kafkaConnection(given, problems),
    registry: registryConnection(given, problems),
    database: { url: given.DATABASE_URL, ...databaseConnection(given, 'DATABASE_URL', problems) },
    roleUrls: [
      given.DATABASE_REQUEST_URL,
      given.DATABASE_PIPELINE_URL,
      given.DATABASE_OPERATOR_URL,
      given.DATABASE_RETENTION_URL,
      given.DATABASE_WEBHOOKS_URL,
    ].filter((url) => url !== undefined),
    preset: given.TOPICS_PRESET,
    pools: given.EXTRACTION_POOLS.map(({ name }) => name),
    dryRun: values['dry-run'],
    waitMs: Number(values.wait) * 1000,
    print,
  });
  return 0;
});

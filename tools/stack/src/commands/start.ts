import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkPaths, commands } from '@docfleet/command-line';
import type { StartArguments } from '../arguments.ts';
import { readEndpoints, type Endpoints } from '../endpoints.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { takeLock } from '../lock.ts';
import { serviceNames } from '../names.ts';
import { checkResources, measureResources } from '../preflight.ts';
import { Problem } from '../problem.ts';
import { waitUntil } from '../processes.ts';
import { checkGivenServers, givenServers } from '../servers/given.ts';
import { answersHttp } from '../servers/probe.ts';
import { warnOfOtherSources } from '../sources.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './context.ts';
import { sendDocuments, sendDocumentsToReview } from './documents.ts';
import { startInBackground } from './supervise.ts';

/** `npm start`; gives the exit code. */
export async function start(called: Context, given: StartArguments): Promise<number> {
  const context = withSettings(called, given);
  const options = { ...given, files: given.files.map((file) => resolve(context.calledFrom, file)) };
  checkPaths(commands.start, options.files);
  const layout = layoutOf(context.root, 'local');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) return useRunning(context, layout, options, lock.heldBy.pid);
  try {
    await checkMachine(context, layout);
    if (!options.keep) return await startHere(context, layout, options);
  } finally {
    lock.release();
  }
  const endpoints = await startInBackground(context, layout, options.serversOnly);
  const done = options.serversOnly || (await sendDocuments(context, layout, endpoints, options.files));
  await sendSamplesToReview(context, layout, endpoints, options);
  context.print(
    `${addressesOf(endpoints)}\n${proofNote(context)}Everything stays up in the background; npm stop ends it.\n`,
  );
  return done ? 0 : 1;
}

/** Reviewers get something to do where the project's own samples are sent, and the stack stays up for them. */
async function sendSamplesToReview(
  context: Context,
  layout: Layout,
  endpoints: Endpoints,
  { serversOnly, files }: StartArguments,
): Promise<void> {
  if (!serversOnly && files.length === 0) await sendDocumentsToReview(context, layout, endpoints);
}

/** The services get their settings from the environment, also those of the background process. */
function withSettings(context: Context, { tenantProof, pools }: StartArguments): Context {
  const environment = {
    ...context.environment,
    ...(tenantProof && { TENANT_PROOF: 'signature' }),
    ...(pools !== undefined && { EXTRACTION_POOLS: pools }),
  };
  return { ...context, environment };
}

/** Refuses what cannot end well, before anything is started. */
export async function checkMachine(context: Context, layout: Layout): Promise<void> {
  mkdirSync(layout.folder, { recursive: true });
  checkResources(measureResources(layout.folder));
  await checkGivenServers(givenServers(context.environment));
}

async function startHere(context: Context, layout: Layout, options: StartArguments): Promise<number> {
  const stack = await bringUp(context, layout, options.serversOnly ? [] : serviceNames);
  try {
    const { endpoints } = stack;
    const done = options.serversOnly || (await sendDocuments(context, layout, endpoints, options.files));
    if (options.once) return done ? 0 : 1;
    await sendSamplesToReview(context, layout, endpoints, options);
    context.print(`${addressesOf(endpoints)}\n${proofNote(context)}${howToEnd(context)}\n`);
    await untilInterrupted(context.interrupted);
    return 0;
  } finally {
    await stack.stop();
  }
}

/** Sends the documents through what another process keeps up. */
async function useRunning(
  context: Context,
  layout: Layout,
  options: StartArguments,
  pid: number,
): Promise<number> {
  const isUp = async (): Promise<boolean> => {
    const found = readEndpoints(layout.endpointsFile);
    if (found === undefined) return false;
    return Object.keys(found.services).length === 0 || answersHttp(`${found.api}/health`);
  };
  const endpoints = (await waitUntil(isUp, 3000)) ? readEndpoints(layout.endpointsFile) : undefined;
  if (endpoints === undefined) {
    throw new Problem(
      `Process ${pid} is starting or stopping docfleet here. Repeat the command when it is done, or end it: npm stop`,
    );
  }
  if (Object.keys(endpoints.services).length === 0 && !options.serversOnly) {
    throw new Problem(
      `Only servers run here (process ${pid}, started with --servers-only), and documents need services. End them: npm stop, then repeat the command.`,
    );
  }
  context.print(`Process ${pid} runs docfleet here already: nothing is started, that one is used.\n`);
  for (const option of [options.tenantProof && '--tenant-proof', options.pools !== undefined && '--pools']) {
    if (option === false) continue;
    context.print(`${option} changes nothing of what runs already: npm stop, then repeat the command.\n`);
  }
  const warning = warnOfOtherSources(layout);
  if (warning !== undefined) context.print(`${warning}\n`);
  const done = options.serversOnly || (await sendDocuments(context, layout, endpoints, options.files));
  context.print(`${addressesOf(endpoints)}\nIt stays up; npm stop ends it.\n`);
  return done ? 0 : 1;
}

function addressesOf(endpoints: Endpoints): string {
  const services = Object.keys(endpoints.services).length;
  const { api, apiKey, operatorKey } = endpoints;
  return services > 0
    ? [
        `docfleet is up at ${api} (key and all addresses: .docfleet/endpoints.json).`,
        `The console, signed in as the development tenant: ${consoleLink(api, apiKey)}`,
        `The console, signed in as the fleet's operator:   ${consoleLink(api, operatorKey)}`,
      ].join('\n')
    : 'The servers are up (addresses and keys: .docfleet/endpoints.json).';
}

/** The key is in the fragment, which a browser sends to nobody. */
function consoleLink(api: string, key: string): string {
  return `${api}/console/#key=${key}`;
}

/** Says that records are not verified, which is so unless the caller asks for it. */
function proofNote({ environment }: Context): string {
  const { TENANT_PROOF = 'off' } = environment;
  return TENANT_PROOF === 'signature' || TENANT_PROOF === 'broker'
    ? ''
    : 'Whoever writes records to documents.* here is any tenant (TENANT_PROOF=off); --tenant-proof verifies them.\n';
}

function howToEnd({ hasTerminal }: Context): string {
  return hasTerminal
    ? 'Ctrl-C ends everything.'
    : `There is no terminal for Ctrl-C: npm stop, or SIGTERM to process ${process.pid}, ends everything.`;
}

function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    // The timer keeps the process alive when nothing else does, with servers of somebody else for instance.
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      done();
    });
  });
}

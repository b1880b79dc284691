import { parseArgs } from 'node:util';
import { Problem, sentenceOf } from './problem.ts';

export interface StartArguments {
  readonly kind: 'start';
  /** Documents to send; the project's own samples when empty. */
  readonly files: readonly string[];
  /** End after the documents. */
  readonly once: boolean;
  /** Leave everything running in the background. */
  readonly keep: boolean;
  /** No services and no documents: for running a service by hand. */
  readonly serversOnly: boolean;
}

export type Arguments =
  | StartArguments
  | { readonly kind: 'stop' }
  /** The background process of `start --keep`. */
  | { readonly kind: 'supervise'; readonly serversOnly: boolean }
  /** `vitest` holds what is handed on: paths and options. */
  | { readonly kind: 'test'; readonly vitest: readonly string[] }
  | { readonly kind: 'unit'; readonly vitest: readonly string[] }
  | { readonly kind: 'help' };

export const help = `docfleet, on this machine

  npm start                         install what is missing, start servers and services, send sample
                                    documents, print what was found, stay up until Ctrl-C
  npm start -- [files ...]          send these files instead
  npm start -- --once [files ...]   end afterwards; code 0 if every file reached a terminal event
  npm start -- --keep [files ...]   end afterwards, but leave servers and services up
  npm start -- --servers-only       servers, topics, schemas and tables; no services, no documents
  npm stop                          end what --keep left up, or a start in another terminal

  npm test                          bring up servers of their own and run all tests
  npm test -- <path> ...            run the tests whose path contains one of these
  npm run test:unit                 run the tests that need no servers, in under a minute
  npm run test:long -- --help       list the tests that take minutes each; they run by name
  npm run check                     everything that continuous integration runs

Addresses and the development key are in .docfleet/endpoints.json; data and logs in .docfleet/local.

Servers of your own are used when named: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, REDIS_URL,
S3_ENDPOINT with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
DOCFLEET_PORT_GATEWAY=8080 fixes a port (any server or service); DOCFLEET_SERVERS=containers runs the
servers in containers; LOG_LEVEL=debug makes services say more.
`;

/** @throws Problem for an unknown command or option. */
export function parseArguments(argv: readonly string[]): Arguments {
  const [command = 'help', ...rest] = argv;
  if (command === 'test') return { kind: 'test', vitest: rest };
  if (command === 'unit') return { kind: 'unit', vitest: rest };
  const { values, positionals } = parse(rest);
  if (values.help === true) return { kind: 'help' };
  switch (command) {
    case 'start':
      return start(values, positionals);
    case 'stop':
      return { kind: 'stop' };
    case 'supervise':
      return { kind: 'supervise', serversOnly: values['servers-only'] === true };
    case 'help':
    case '--help':
      return { kind: 'help' };
    default:
      throw new Problem(`Unknown command ${command}; --help shows what there is.`);
  }
}

function start(values: Values, files: readonly string[]): StartArguments {
  const serversOnly = values['servers-only'] === true;
  if (serversOnly && (values.once === true || files.length > 0)) {
    throw new Problem('--servers-only sends no documents: leave --once and the files out.');
  }
  return { kind: 'start', files, once: values.once === true, keep: values.keep === true, serversOnly };
}

const options = {
  once: { type: 'boolean' },
  keep: { type: 'boolean' },
  'servers-only': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(rest: readonly string[]) {
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = sentenceOf(error).split('. ');
    throw new Problem(`${sentence}; --help shows what there is.`, { cause: error });
  }
}

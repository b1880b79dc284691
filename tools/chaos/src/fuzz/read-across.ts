import pg from 'pg';
import { z } from 'zod';

/** What one tenant could read or change of another; empty where tenants are separated. */
export type Crossing = string;

export interface ReadAcrossOptions {
  readonly api: string;
  /** Key of an admin of the tenant that tries. */
  readonly apiKey: string;
  readonly tenantId: string;
  readonly other: { readonly tenantId: string; readonly runs: readonly string[]; readonly secret: string };
  /** Address of the database, which names the dead letters of everybody else. */
  readonly postgres: string;
}

/** Most runs and dead letters that are tried, so that long runs end. */
const maxTried = 50;

const artifacts = ['result.json', 'evidence_registry.json', 'coverage_report.json'] as const;

const jobPage = z.object({ jobs: z.array(z.object({ runId: z.string() })), next: z.string().nullable() });

/** Tries one tenant's key on everything of another, and reads all that it may read for the other's secret word. */
export async function readAcross(options: ReadAcrossOptions): Promise<readonly Crossing[]> {
  const { other } = options;
  const runs = other.runs.slice(-maxTried);
  const deadLetters = await deadLettersOfOthers(options);
  const refused = [
    ...runs.flatMap((id) => [
      `GET /v1/jobs/${id}`,
      `GET /v1/jobs/${id.toUpperCase()}`,
      `POST /v1/jobs/${id}/cancel`,
      `GET /v1/jobs/${id}/artifacts`,
      ...artifacts.map((name) => `GET /v1/jobs/${id}/artifacts/${name}`),
    ]),
    ...deadLetters.flatMap((id) => [`GET /v1/dead-letters/${id}`, `POST /v1/dead-letters/${id}/redrive`]),
    `GET /v1/tenants`,
    `GET /v1/tenants/${other.tenantId}/keys`,
    `POST /v1/tenants/${other.tenantId}/keys`,
    `GET /v1/fleet/keys`,
    `GET /v1/read-model/set-aside`,
  ];
  const lists = [
    `GET /v1/jobs?tenant=${other.tenantId}`,
    `GET /v1/dead-letters?tenant=${other.tenantId}`,
    'GET /v1/dead-letters',
  ];
  const own = (await ownRuns(options)).flatMap((id) => [
    `GET /v1/jobs/${id}`,
    ...artifacts.map((name) => `GET /v1/jobs/${id}/artifacts/${name}`),
  ]);
  const crossings: Crossing[] = [];
  for (const call of [...refused, ...lists, ...own]) {
    const { status, text } = await ask(options, call);
    const succeeded = status < 400 && refused.includes(call);
    const shows = text.includes(other.secret) || runs.some((id) => status < 400 && text.includes(id));
    if (succeeded || shows)
      crossings.push(`${call} was answered ${status}${shows ? ' with content of the other tenant' : ''}`);
    if (status >= 500) crossings.push(`${call} was answered ${status}`);
  }
  return crossings;
}

async function ask(
  { api, apiKey }: ReadAcrossOptions,
  call: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const [method = '', path = ''] = call.split(' ');
  const answer = await fetch(`${api}${path}`, { method, headers: { authorization: `Bearer ${apiKey}` } });
  return { status: answer.status, text: await answer.text() };
}

async function ownRuns(options: ReadAcrossOptions): Promise<readonly string[]> {
  const ids: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const after: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const { text } = await ask(options, `GET /v1/jobs?limit=200${after}`);
    const page = jobPage.parse(JSON.parse(text));
    ids.push(...page.jobs.map(({ runId }) => runId));
    next = page.next;
  }
  return ids;
}

async function deadLettersOfOthers({ postgres, tenantId }: ReadAcrossOptions): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    const found = await client.query<{ readonly id: string }>(
      'select id from dead_letters where tenant_id is distinct from $1 order by at desc limit $2',
      [tenantId, maxTried],
    );
    return found.rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { answersHttp } from '@docfleet/stack';
import pg from 'pg';
import type { Member } from '../world/members.ts';

/** Counts ended runs during faults, without those that need not be accepted: queries Postgres directly, without the proxy. */
export class EndedRunCounter {
  readonly #url: string;
  readonly #uncounted: () => Iterable<string>;
  #ended = 0;
  #published = 0;
  #client: pg.Client | undefined;

  constructor(url: string, uncounted: () => Iterable<string>, signal: AbortSignal) {
    this.#url = url;
    this.#uncounted = uncounted;
    void this.#poll(signal);
  }

  /** Revisions with an outcome. */
  get ended(): number {
    return this.#ended;
  }

  /** Outcomes whose event was read by the ledger. */
  get published(): number {
    return this.#published;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#client ??= await this.#connect();
        const counts = await this.#client.query<{ readonly ended: string; readonly published: string }>(
          `select count(*)::text as ended, count(*) filter (where state = 'published')::text as published from outcomes where not run_id = any ($1)`,
          [[...this.#uncounted()]],
        );
        this.#ended = Number(counts.rows[0]?.ended ?? 0);
        this.#published = Number(counts.rows[0]?.published ?? 0);
      } catch {
        void this.#client?.end().catch(() => undefined);
        this.#client = undefined;
      }
      await pause(300);
    }
    await this.#client?.end().catch(() => undefined);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, query_timeout: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}

/** Events of tenants, all of whom have a webhook, that were not delivered to it yet. */
export async function undeliveredEvents(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, query_timeout: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query<{ readonly missing: string }>(
      `select (select count(*) from outcomes) + (select count(*) from tenant_events)
         - (select count(*) from webhook_deliveries where state = 'delivered') as missing`,
    );
    return Number(found.rows[0]?.missing ?? 0);
  } finally {
    await client.end();
  }
}

export function isReady(member: Member): Promise<boolean> {
  return answersHttp(`${member.url}/ready`);
}

/** Committed steps of the member's process since its start; undefined while it does not answer. */
export async function stepsOf(member: Member): Promise<number | undefined> {
  try {
    const answer = await fetch(`${member.url}/metrics`, { signal: AbortSignal.timeout(1_000) });
    const line = /^docfleet_committed_steps_total(?:\{[^}]*\})? (\S+)$/m.exec(await answer.text());
    return Number(line?.[1] ?? 0);
  } catch {
    return undefined;
  }
}

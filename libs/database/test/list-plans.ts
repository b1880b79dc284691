import { CompiledQuery, sql, type Compilable } from 'kysely';
import { batchListQuery } from '../src/batches.ts';
import { deadLetterListQuery } from '../src/dead-letters.ts';
import { openRunsQuery, passagesQuery } from '../src/fleet-queue.ts';
import type { Session } from '../src/index.ts';
import { reviewListQuery } from '../src/review/review-tasks.ts';
import { historyQuery } from '../src/run-events.ts';
import { runListQuery } from '../src/runs.ts';
import { deliveryListQuery } from '../src/webhooks/deliveries.ts';

/**
 * Rows that a page may read: ten for each row that it shows or, where two filters of dead letters meet, the rows that the
 * rarer one leaves, which are few: two in a thousand.
 */
const maxRead = (rows: number): number => Math.max(10 * limit, rows / 500);

const limit = 50;

/** Passages of stages that are read at once. */
const passed = 1_000;

/**
 * Fills the tables of the lists. Half of the rows belong to the tenant `big`. What is rare stands among the oldest rows
 * only, so that reading the newest first finds it last: single values, and pairs of values that are frequent alone. The
 * newer half of the dead letters has been redriven, except few. One run of 2,000 has not ended; every run has passed a stage.
 */
export async function fillLists(session: Session, rows: number): Promise<void> {
  const old = sql`i < ${Math.ceil(rows / 10)}`;
  await sql`
    insert into runs (run_id, tenant_id, request_id, lane, status, revision, attempt, stages_done, expectations,
      created_at, updated_at, expires_at, ended_at, timings, page_count, acknowledged)
    select lpad(i::text, 36, '0'), case when i % 2 = 0 then 'big' else 'tenant-' || i % 1000 end, i::text,
      case when ${old} and i % 100 = 2 then 'urgent' when i % 3 = 0 then 'high' else 'normal' end,
      case when ${old} and i % 4 = 0 then 'failed' when i % 5 = 0 and (i % 3 > 0 or ${old}) then 'accepted'
        else 'completed' end,
      1, 1, 7, '{}', ${at()}, ${at()}, ${at()}, case when i % 2000 <> 1 then ${at()} end, '[]', 1, true
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`
    insert into dead_letters (id, stage, "partition", "offset", tenant_id, code, attempt, at, redriven_as)
    select 'ocr-0-' || i,
      case when ${old} and i % 100 = 2 then 'integration' when i % 3 = 0 then 'ocr' else 'extraction' end,
      0, i, case when i % 2 = 0 then 'big' else 'tenant-' || i % 1000 end,
      case when ${old} and i % 100 = 4 then 'STORE_FULL' when i % 5 = 0 then 'STORE_UNAVAILABLE' else 'INTERNAL_ERROR' end,
      3, ${at()}, case when (${old} and i % 100 = 6) or (i > ${Math.ceil(rows / 2)} and i % 200 <> 8) then 2 end
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`
    insert into batches (batch_id, tenant_id, request_id, state, revision, digest, metadata, options, counts,
      created_at, updated_at)
    select lpad(i::text, 36, '0'), case when i % 2 = 0 then 'big' else 'tenant-' || i % 1000 end, i::text,
      case when ${old} and i % 100 = 2 then 'FAILED' when i % 5 = 0 then 'QUEUED' else 'COMPLETED' end,
      0, '', '{}', '{}', '{}', ${at()}, ${at()}
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`
    insert into run_events ("partition", "offset", run_id, tenant_id, revision, stage, kind, at, detail)
    select 0, i, lpad(i::text, 36, '0'), 'big', 1, 'ocr', 'finished', ${at()}, '{"queuedMs": 1, "activeMs": 2}'
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`
    insert into webhook_deliveries (delivery_id, tenant_id, receiver, type, subject, "position", body, state, created_at,
      begun_at, due_at, expires_at, ended_at)
    select i::text, case when i % 2 = 0 then 'big' else 'tenant-' || i % 1000 end,
      case when ${old} and i % 100 = 2 then 'quiet' when i % 2 = 0 then 'busy' else 'of-' || i % 1000 end,
      'document.completed', 'run-' || i / 2, 1, '{}',
      case when ${old} and i % 100 = 4 then 'failed' else 'delivered' end, ${at()}, ${at()}, ${at()}, ${at()}, ${at()}
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`
    insert into review_tasks (task_id, tenant_id, run_id, revision, round, lane, state, afterwards, document_class, doubt,
      created_at, updated_at, expires_at, context, input, results, page_count, documents, verdict, reasons, four_eyes)
    select i::text, case when i % 2 = 0 then 'big' else 'tenant-' || i % 1000 end, i::text, 1, 0,
      case when ${old} and i % 100 = 2 then 'urgent' when i % 3 = 0 then 'high' else 'normal' end,
      case when ${old} and i % 100 = 4 then 'closed' when i % 5 = 0 then 'decided' else 'waiting' end,
      false, 'invoice', (i % 10) / 10.0, ${at()}, ${at()}, ${at()}, '{}', '{}', '{}', 1, '[]', '{}', '{}', false
    from generate_series(1, ${rows}::integer) as i`.execute(session);
  await sql`analyze runs, dead_letters, batches, run_events, webhook_deliveries, review_tasks`.execute(
    session,
  );
}

/** One row a second. */
const at = () => sql`timestamptz '2026-01-01' + i * interval '1 second'`;

/** What is wrong with the plan of any page of a list, one line each; empty when every filter is answered by an index. */
export async function faultsOfListPlans(session: Session, rows: number): Promise<readonly string[]> {
  const middle = Date.UTC(2026, 0, 1) + (rows / 2) * 1000;
  const faults: string[] = [];
  const check = async (name: string, query: Compilable, allowed = maxRead(rows)): Promise<void> => {
    const { sql: text, parameters } = query.compile();
    const explain = CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]);
    const [row] = (await session.executeQuery<Record<string, unknown>>(explain)).rows;
    const [plans] = Object.values(row ?? {}) as [readonly { readonly Plan: PlanNode }[]];
    for (const fault of plans.flatMap(({ Plan }) => faultsOf(Plan, allowed)))
      faults.push(`${name}: ${fault}`);
  };
  const runIds = Array.from({ length: 100 }, (_, index) => String(index * 7 + 1).padStart(36, '0'));
  for (const ids of [runIds.slice(0, 1), runIds])
    for (const number of [0n, BigInt(rows)])
      await check(`events of ${ids.length} runs`, historyQuery(session, { runIds: ids, number, limit: 100 }));
  await check('open runs', openRunsQuery(session, 10_001), rows / 2000);
  const passages = passagesQuery(middle, passed);
  // Every second entry is one of another kind.
  await check('passages of stages', { compile: () => passages.compile(session) }, 2 * passed);
  const after = { createdAt: middle, runId: '0'.repeat(36) };
  for (const status of [undefined, 'completed', 'failed', 'accepted'] as const)
    for (const lane of [undefined, 'normal', 'urgent', 'high'] as const)
      for (const page of [{}, { since: middle }, { after }, { since: middle - 60_000, after }]) {
        const filter = { tenantId: 'big', status, lane, ...page, limit };
        await check(`runs ${JSON.stringify(filter)}`, runListQuery(session, filter));
      }
  const afterBatch = { createdAt: middle, batchId: '0'.repeat(36) };
  for (const state of [undefined, 'COMPLETED', 'QUEUED', 'FAILED'] as const)
    for (const page of [{}, { since: middle }, { after: afterBatch }]) {
      const filter = { tenantId: 'big', state, ...page, limit };
      await check(`batches ${JSON.stringify(filter)}`, batchListQuery(session, filter));
    }
  const afterLetter = { at: middle, id: 'ocr-0-0' };
  for (const tenantId of [undefined, 'big'])
    for (const stage of [undefined, 'extraction', 'integration'])
      for (const code of [undefined, 'INTERNAL_ERROR', 'STORE_FULL'])
        for (const page of [{}, { since: middle }, { after: afterLetter }]) {
          const filter = { tenantId, stage, code, ...page, limit };
          await check(`dead letters ${JSON.stringify(filter)}`, deadLetterListQuery(session, filter));
        }
  for (const tenantId of [undefined, 'big'])
    for (const redriven of [true, false])
      for (const page of [{}, { since: middle }, { after: afterLetter }]) {
        const filter = { tenantId, redriven, ...page, limit };
        await check(`dead letters ${JSON.stringify(filter)}`, deadLetterListQuery(session, filter));
      }
  for (const receiver of [undefined, 'busy', 'quiet'])
    for (const state of [undefined, 'delivered', 'failed', 'pending'] as const)
      for (const subject of [undefined, 'run-10'])
        for (const page of [{}, { before: BigInt(Math.floor(rows / 2)) }]) {
          const filter = { tenantId: 'big', receiver, state, subject, limit, ...page };
          const name = `deliveries ${String(receiver)} ${String(state)} ${String(subject)} ${Object.keys(page).join()}`;
          await check(name, deliveryListQuery(session, filter));
        }
  for (const state of ['waiting', 'decided', 'closed'] as const)
    for (const page of [undefined, { rank: 2, due: middle / 1000, taskId: '0' }]) {
      const query = reviewListQuery(session, { tenantId: 'big', state, limit }, page);
      await check(`review tasks ${state} ${JSON.stringify(page)}`, query);
    }
  return faults;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function faultsOf(node: PlanNode, allowed: number): readonly string[] {
  const read = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
  return [
    node['Node Type'] === 'Seq Scan' ? ['reads the whole table'] : [],
    read > allowed ? [`${node['Node Type']} reads ${read} rows`] : [],
    (node.Plans ?? []).flatMap((inner) => faultsOf(inner, allowed)),
  ].flat();
}

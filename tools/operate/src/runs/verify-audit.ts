import {
  checkAuditChain,
  chainStart,
  oldestUnsealed,
  openDatabase,
  type ChainFault,
} from '@docfleet/database';
import type { OperatorDatabase } from '../addresses.ts';

/** Rows of one transaction. */
const atOnce = 5_000;

/** An end of the chain that was noted before: `<position>:<hash>`. */
export interface NotedEnd {
  readonly position: bigint;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
}

const reasons: Readonly<Record<ChainFault['reason'], string>> = {
  missing: 'no row has this position, and retention did not remove it',
  moved: 'the row does not follow the one before it',
  changed: 'the row is not the one that was sealed',
};

/**
 * Checks the whole chain of the audit log in the database, as `docfleet_operator`; false when it is broken, or does not
 * contain the end that was noted before.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`
 */
export async function verifyAudit(
  { url, ...connection }: OperatorDatabase,
  noted: NotedEnd | undefined,
  say: (line: string) => void,
): Promise<boolean> {
  const database = openDatabase(url, {
    ...connection,
    role: 'operator',
    poolSize: 1,
    statementTimeoutMs: 60_000,
  });
  try {
    await database.ready();
    let rows = 0;
    let after = chainStart;
    for (let complete = false; !complete;) {
      const part = await checkAuditChain(database, { after, limit: atOnce });
      rows += part.rows;
      if (part.fault !== undefined) {
        const { position, id, reason } = part.fault;
        say(`BROKEN at position ${position}${id === null ? '' : ` (row ${id})`}: ${reasons[reason]}.`);
        return false;
      }
      after = part.last;
      ({ complete } = part);
    }
    if (noted !== undefined && !(await holds(database, noted))) {
      say(`BROKEN: the chain does not have the noted hash at position ${noted.position}.`);
      return false;
    }
    const oldestAt = await oldestUnsealed(database.session);
    say(`whole: ${rows} rows, to position ${after.position}`);
    say(
      `end: ${after.position}:${after.hash.toString('hex')} (keep it elsewhere, and give it to --end the next time)`,
    );
    if (oldestAt !== null) say(`not sealed yet: rows since ${new Date(oldestAt).toISOString()}`);
    return true;
  } finally {
    await database.close();
  }
}

/** Whether the row at the noted position, or the one after it, has the noted hash; also where both have expired. */
async function holds(
  database: Pick<ReturnType<typeof openDatabase>, 'session'>,
  { position, hash }: NotedEnd,
): Promise<boolean> {
  const found = await database.session
    .selectFrom('audit')
    .select(['sealedAs', 'hash', 'prevHash'])
    .where('sealedAs', '>=', position)
    .orderBy('sealedAs')
    .limit(1)
    .executeTakeFirst();
  if (found?.sealedAs === position) return found.hash?.toString('hex') === hash;
  if (found?.sealedAs === position + 1n) return found.prevHash?.toString('hex') === hash;
  return found !== undefined;
}

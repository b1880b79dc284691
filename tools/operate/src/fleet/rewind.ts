import { commands, usageError } from '@docfleet/command-line';
import { kafkaConnection, type KafkaSettings } from '@docfleet/connections';
import { stageTopics } from '@docfleet/contracts';
import { auditIn, openDatabase } from '@docfleet/database';
import type { StageName } from '@docfleet/domain';
import { openKafkaAdmin, type KafkaAdmin } from '@docfleet/kafka';
import type { OperatorDatabase } from '../addresses.ts';
import { columns } from '../columns.ts';
import { timeOf } from '../duration.ts';
import { stageOf } from './order-arguments.ts';

export interface RewindArguments {
  readonly stage: StageName;
  /** Milliseconds since the epoch. */
  readonly to: number;
  readonly reason: string;
  readonly yes: boolean;
}

/** Reads what follows `rewind`. @throws UsageError */
export function parseRewind(
  [name, ...more]: readonly string[],
  options: { readonly to?: string | undefined; readonly reason?: string | undefined; readonly yes: boolean },
  now: number,
): RewindArguments {
  const stage = stageOf(more.length === 0 ? name : [name, ...more].join(' '));
  if (options.to === undefined)
    throw usageError(commands.operate, '--to is missing: the time (ISO 8601) or age to go back to');
  if (options.reason === undefined)
    throw usageError(commands.operate, '--reason is missing: it says why the group is rewound');
  const to = timeOf('to', options.to, now);
  if (to >= now) throw usageError(commands.operate, `--to takes a time that is over, not ${options.to}`);
  return { stage, to, reason: options.reason, yes: options.yes };
}

/** Where a partition goes back from and to. */
export interface RewoundPartition {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

type Admin = Pick<KafkaAdmin, 'committed' | 'offsetsAt' | 'members' | 'setCommitted'>;

/** Partitions of the lanes of a stage whose group would go back; it never goes forward. */
export async function planRewind(
  admin: Admin,
  stage: StageName,
  to: number,
): Promise<readonly RewoundPartition[]> {
  const topics = stageTopics(stage).lanes.map(({ topic }) => topic);
  const committed = await admin.committed(stage, topics);
  const targets = await Promise.all(
    topics.map(async (topic) => (await admin.offsetsAt(topic, to)).map((each) => ({ ...each, topic }))),
  );
  return targets.flat().flatMap(({ topic, partition, offset }) => {
    const from = committed.find((each) => each.topic === topic && each.partition === partition)?.offset;
    return from === undefined || from === null || offset >= from
      ? []
      : [{ topic, partition, from, to: offset }];
  });
}

/**
 * Moves the positions of a stage's group back to a time. Nothing is changed without `--yes`; refused while the group has members.
 * Gives whether it was done, or would be.
 *
 * @throws FailureError `BROKER_UNAVAILABLE`
 */
export async function rewind(
  given: RewindArguments,
  {
    admin,
    audit,
    say,
  }: {
    readonly admin: Admin;
    /** Notes what is about to be done. */
    readonly audit: (detail: { readonly records: number }) => Promise<void>;
    readonly say: (line: string) => void;
  },
): Promise<boolean> {
  const { stage, to, yes } = given;
  const plan = await planRewind(admin, stage, to);
  const records = plan.reduce((sum, each) => sum + Number(each.from - each.to), 0);
  if (plan.length === 0) {
    say(`Nothing is to be done: no partition of ${stage} is past ${new Date(to).toISOString()}.`);
    return true;
  }
  const rows = plan.map((each) => [
    `${each.topic}/${String(each.partition)}`,
    String(each.from),
    String(each.to),
    String(each.from - each.to),
  ]);
  columns(['partition', 'from', 'to', 'positions'], rows).forEach(say);
  say(meaningOf(stage));
  const members = (await admin.members([stage])).get(stage) ?? 0;
  if (members > 0) {
    say(
      `${yes ? 'Refused' : 'This would be refused'}: group ${stage} has ${String(members)} members. Drain each of its processes first (npm run operate -- processes, drain <process>), or scale the stage to 0.`,
    );
    return false;
  }
  if (!yes) {
    say(`would move group ${stage} back by ${String(records)} positions; --yes does it`);
    return true;
  }
  await audit({ records });
  for (const [topic, parts] of Map.groupBy(plan, (each) => each.topic))
    await admin.setCommitted(
      stage,
      topic,
      parts.map((each) => ({ partition: each.partition, offset: each.to })),
    );
  say(`done: moved group ${stage} back by ${String(records)} positions`);
  return true;
}

/** What reading records again means. */
function meaningOf(stage: StageName): string {
  if (stage === 'preprocess')
    return 'Records whose run was claimed by another record are duplicates and touch nothing; the others go on, and no run ends twice: the fence refuses a second ending.';
  if (stage === 'integration')
    return 'Every record meets the fence: an ending that was published is not published again; one that was claimed and not published is completed.';
  return 'The work is done again, costs its time again, and reaches integration again, where the fence refuses a second ending of the same revision: no run ends twice and no published result changes.';
}

/** Rewinds on real servers; the audit log names this command instead of a key. @throws FailureError */
export async function rewindCommand(
  given: RewindArguments,
  {
    kafka,
    operator: { url, ...connection },
  }: { readonly kafka: KafkaSettings; readonly operator: OperatorDatabase },
  say: (line: string) => void,
): Promise<boolean> {
  const admin = openKafkaAdmin({ ...kafkaConnection(kafka), clientId: 'docfleet-operate' });
  const database = openDatabase(url, { ...connection, role: 'operator', poolSize: 1 });
  try {
    await database.ready();
    const audit = ({ records }: { readonly records: number }) =>
      auditIn(database.session).add({
        at: Date.now(),
        actorKeyId: null,
        actorRole: 'rewind',
        tenantId: null,
        action: 'group.rewind',
        subject: given.stage,
        detail: { reason: given.reason, to: new Date(given.to).toISOString(), records },
      });
    return await rewind(given, { admin, audit, say });
  } finally {
    await Promise.allSettled([admin.close(), database.close()]);
  }
}

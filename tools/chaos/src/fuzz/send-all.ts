import { setTimeout as pause } from 'node:timers/promises';
import { describeSubmission, type FuzzedSubmission } from './fuzzed-submissions.ts';
import type { CallResult } from './judge-fuzz.ts';
import { sendCall, type CallOptions } from './send-call.ts';
import type { RecordAnswer, RecordSender } from './send-record.ts';

/** What the fuzzing tenant got for its submissions. */
export interface Sent {
  readonly calls: readonly CallResult[];
  readonly records: readonly RecordAnswer[];
  /** Runs that the API accepted. */
  readonly accepted: ReadonlySet<string>;
}

/** Concurrent senders. */
const senders = 4;

/** Most runs of the fuzzing tenant that have not ended: the other tenant's documents run beside it, not behind a backlog. */
const maxOpenRuns = 12;

export interface SendAllOptions {
  readonly submissions: readonly FuzzedSubmission[];
  readonly call: CallOptions;
  readonly recordSender: RecordSender;
  readonly openRuns: () => number;
  readonly onSent: (count: number) => void;
  readonly signal: AbortSignal;
}

/** Sends all submissions in their order, a few at a time. */
export async function sendAll(options: SendAllOptions): Promise<Sent> {
  const { submissions, call, recordSender, openRuns, onSent, signal } = options;
  const pending = [...submissions];
  const calls: CallResult[] = [];
  const records: RecordAnswer[] = [];
  const accepted = new Set<string>();
  const sender = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      while (openRuns() >= maxOpenRuns) await pause(200, undefined, { signal });
      signal.throwIfAborted();
      if (next.channel === 'record') {
        records.push(await recordSender.send(next));
      } else {
        const answer = await sendCall(call, next);
        calls.push({ description: describeSubmission(next), isCutOff: next.missingBytes > 0, answer });
        const runId = answer !== undefined && answer.status < 300 ? runIdIn(answer.body) : undefined;
        if (runId !== undefined && next.channel !== 'other') accepted.add(runId);
      }
      onSent(submissions.length - pending.length);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return { calls, records, accepted };
}

function runIdIn(body: string): string | undefined {
  return /"runId":"([0-9a-f-]{36})"/.exec(body)?.[1];
}

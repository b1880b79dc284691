import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Batch, Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { commands, usageError } from '@docfleet/command-line';
import { readFiles } from '../read/read-files.ts';
import type { BatchCall, BatchInput } from './submit-options.ts';

const { submit } = commands.docfleet.subcommands.batch.subcommands;

/** Above either of them files are sent one by one, so that a connection that breaks costs one of them at most. */
const maxFilesInForm = 20;
const maxBytesInForm = 32 * 1024 * 1024;

/** Files of a draft that are sent at the same time. */
const sentAtOnce = 4;

export interface Sending {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Called when a draft is there, before its files are sent. */
  readonly onDraft: (draft: Batch) => void;
  /** Called for each file of a draft that is there. */
  readonly onFile: (name: string) => void;
}

/**
 * Sends a batch in one call, or file by file into a draft, which is then started.
 *
 * @throws ApiError, UnreachableError, UsageError for a draft with more files than the call names
 */
export async function sendBatch(call: BatchCall, sending: Sending): Promise<Batch> {
  const { client, signal } = sending;
  const { inputs, options, isArchive } = call;
  if (call.isDraft || call.resume !== undefined || (!isArchive && isLarge(inputs)))
    return sendDraft(call, sending);
  const files = await Promise.all(inputs.map(({ path }) => fileAt(path)));
  const [zip] = files;
  return client.submitBatch(isArchive && zip !== undefined ? { zip } : files, options, { signal });
}

function isLarge(inputs: readonly BatchInput[]): boolean {
  const bytes = inputs.reduce((sum, { path }) => sum + statSync(path).size, 0);
  return inputs.length > maxFilesInForm || bytes > maxBytesInForm;
}

async function sendDraft(
  { inputs, options, resume }: BatchCall,
  { client, signal, onDraft, onFile }: Sending,
): Promise<Batch> {
  const draft =
    resume === undefined
      ? await client.createBatch({ body: { requestId: randomUUID(), ...options, draft: true } }, { signal })
      : await client.getBatch({ batchId: resume }, { signal });
  // It was started by a call whose answer was lost.
  if (draft.acceptedAt !== null) return draft;
  const { batchId } = draft;
  const more = draft.files.find(({ n }) => n > inputs.length);
  if (more !== undefined)
    throw usageError(submit, `the draft has a file number ${more.n}, and the call names ${inputs.length}`);
  onDraft(draft);
  const digests = new Map(draft.files.map(({ n, sha256 }) => [n, sha256]));
  const send = async ({ name, path }: BatchInput, index: number): Promise<string> => {
    const there = digests.get(index + 1);
    if (there === undefined || there === null || there !== (await digestOf(path)))
      await client.putDraftFile(batchId, index + 1, await fileAt(path), { signal });
    return name;
  };
  for await (const name of readFiles(inputs, send, sentAtOnce)) onFile(name);
  return client.startBatch({ batchId }, { signal });
}

/** SHA-256 in lower-case hex. */
async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

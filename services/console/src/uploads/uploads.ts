import type { Job } from '@docfleet/client';
import { useSyncExternalStore } from 'react';
import { uploadClientFor } from '../session/api.ts';
import { sessions } from '../session/session.ts';

/** A file that was dropped here, on its way to a document. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  readonly state: 'waiting' | 'sending' | 'accepted' | 'refused';
  readonly sentBytes: number;
  readonly job?: Job;
  readonly error?: unknown;
}

/** Files that are sent at the same time: a browser opens few connections to a host, and events need some. */
const atOnce = 2;

let uploads: readonly Upload[] = [];
const listeners = new Set<() => void>();

function become(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}

// Whoever signs in next must not see them; a session that expired is gone on with by the same person.
sessions.subscribe(() => {
  const { session, isExpired } = sessions.current();
  if (session === undefined && !isExpired) become([]);
});

function change(id: string, what: Partial<Upload>): void {
  become(uploads.map((upload) => (upload.id === id ? { ...upload, ...what } : upload)));
}

/** Adds files and sends them, in their order. */
export function sendFiles(files: readonly File[], credential: string): void {
  const added = files.map((file): Upload => ({
    id: crypto.randomUUID(),
    file,
    state: 'waiting',
    sentBytes: 0,
  }));
  become([...added, ...uploads]);
  sendNext(credential);
}

/** Sends a file that was refused once more, under its old request id: it never becomes two documents. */
export function sendAgain(id: string, credential: string): void {
  change(id, { state: 'waiting', sentBytes: 0, error: undefined });
  sendNext(credential);
}

export function forgetUploads(ids: readonly string[]): void {
  become(uploads.filter(({ id }) => !ids.includes(id)));
}

function sendNext(credential: string): void {
  const sending = uploads.filter(({ state }) => state === 'sending').length;
  // The last one is the one that has waited longest: new ones are put before.
  const next = uploads.findLast(({ state }) => state === 'waiting');
  if (next === undefined || sending >= atOnce) return;
  void send(next, credential);
  sendNext(credential);
}

async function send({ id, file }: Upload, credential: string): Promise<void> {
  change(id, { state: 'sending' });
  const client = uploadClientFor(credential, (sentBytes) => {
    change(id, { sentBytes: Math.min(sentBytes, file.size) });
  });
  try {
    const job = await client.submitFile({ content: file, name: file.name }, { requestId: `console-${id}` });
    change(id, { state: 'accepted', sentBytes: file.size, job });
  } catch (error) {
    change(id, { state: 'refused', error });
  }
  sendNext(credential);
}

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}

import { Readable } from 'node:stream';
import { FailureError, type ByteRange } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesTag, requestedBytes } from '../core/byte-range.ts';
import { InvalidRequest } from '../core/problem.ts';
import type { FoundArtifact } from '../run-artifacts.ts';
import { disconnectSignal } from './disconnect-signal.ts';

/**
 * Sends an artifact, or the range of it that was asked for (RFC 9110). It is saved and never shown as a page of this host,
 * whatever it contains, because it may be the file of a stranger.
 *
 * @throws FailureError `NOT_FOUND`; `InvalidRequest` with status 416
 */
export async function sendArtifact(
  store: Pick<ObjectStore, 'head' | 'openRead'>,
  artifact: FoundArtifact,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const signal = disconnectSignal(reply);
  const facts = await store.head(artifact.uri, signal);
  // Retention deletes artifacts before the job's row.
  if (facts === undefined) throw new FailureError('NOT_FOUND');
  const { sizeBytes } = facts;
  const etag = artifact.sha256 === undefined ? facts.etag : `"${artifact.sha256}"`;
  void reply.headers({
    'accept-ranges': 'bytes',
    'content-disposition': dispositionOf(artifact),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    ...(etag === undefined ? {} : { etag }),
  });
  if (matchesTag(request.headers['if-none-match'], etag)) return reply.status(304).send();
  const { range, 'if-range': ifRange } = request.headers;
  const bytes = requestedBytes({ range, ifRange: textOf(ifRange), etag, sizeBytes });
  if (bytes === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${String(sizeBytes)}`);
    throw new InvalidRequest([{ path: 'range', message: `there are ${String(sizeBytes)} bytes` }], 416);
  }
  void reply.type(artifact.mediaType);
  if (bytes === undefined) void reply.status(200).header('content-length', sizeBytes);
  else {
    const { first, last } = bytes;
    void reply
      .status(206)
      .header('content-range', `bytes ${String(first)}-${String(last)}/${String(sizeBytes)}`)
      .header('content-length', last - first + 1);
  }
  if (request.method === 'HEAD') return reply.send(Readable.from([]));
  return reply.send(await openArtifact(store, { uri: artifact.uri, bytes, signal }));
}

/** The header by which a browser saves an artifact under its name (RFC 6266); other characters than ASCII by RFC 8187. */
export function dispositionOf({ fileName }: Pick<FoundArtifact, 'fileName'>): string {
  return contentDisposition(fileName, { type: 'attachment' });
}

async function openArtifact(
  store: Pick<ObjectStore, 'openRead'>,
  { uri, bytes, signal }: { uri: string; bytes: ByteRange | undefined; signal: AbortSignal },
): Promise<Readable> {
  try {
    return (await store.openRead(uri, signal, bytes)).stream;
  } catch (error) {
    if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND') {
      throw new FailureError('NOT_FOUND', {}, { cause: error });
    }
    throw error;
  }
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

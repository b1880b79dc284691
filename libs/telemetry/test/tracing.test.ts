import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureError } from '@docfleet/domain';
import { startTracing, traceparentOf } from '../src/index.ts';

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  status: { message?: string };
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** A fake collector: receives OTLP/HTTP JSON and stores the spans. */
class FakeCollector {
  readonly spans: Span[] = [];
  readonly paths = new Set<string>();
  readonly #server: Server = createServer((request, response) => {
    this.paths.add(request.url ?? '');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.#store(Buffer.concat(chunks).toString());
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  #store(body: string): void {
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    this.spans.push(
      ...resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans)),
    );
  }
}

const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';
const collector = new FakeCollector();
let endpoint = '';

beforeAll(async () => {
  endpoint = await collector.listen();
});
afterAll(() => {
  collector.close();
});

describe('tracing', () => {
  it('O-05: puts the stages of a run into one trace, each as a child of the previous one', async () => {
    const tracing = await startTracing({ service: 'docfleet-test', endpoint });
    const first = { runId, stage: 'preprocess', lane: 'high', attempt: 1 } as const;
    const traceparent = await tracing.withStageSpan(first, (span) => {
      span.setOutcome('done');
      return Promise.resolve(span.traceparent);
    });
    await expect(
      tracing.withStageSpan({ runId, stage: 'ocr', lane: 'high', attempt: 2, traceparent }, (span) => {
        span.setOutcome('retried', 'ENGINE_UNAVAILABLE');
        return Promise.reject(new FailureError('ENGINE_UNAVAILABLE'));
      }),
    ).rejects.toThrow('No engine');
    await tracing.close();

    const [preprocess, ocr] = collector.spans;
    expect([...collector.paths]).toEqual(['/v1/traces']);
    expect(preprocess).toMatchObject({
      name: 'preprocess',
      traceId: '6a1d4c0e5b0f5a679d0a6f1f2f6f7c11',
      parentSpanId: '9d0a6f1f2f6f7c11',
    });
    expect(ocr).toMatchObject({
      name: 'ocr',
      traceId: '6a1d4c0e5b0f5a679d0a6f1f2f6f7c11',
      parentSpanId: preprocess?.spanId,
      status: { message: 'ENGINE_UNAVAILABLE' },
    });
    expect(traceparent).toBe(traceparentOf(runId, preprocess?.spanId));
    expect(
      Object.fromEntries(ocr?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? []),
    ).toEqual({
      'docfleet.run_id': runId,
      'docfleet.stage': 'ocr',
      'docfleet.lane': 'high',
      'docfleet.attempt': 2,
      'docfleet.outcome': 'retried',
      'docfleet.code': 'ENGINE_UNAVAILABLE',
    });
  });

  it('writes only headers without an endpoint', async () => {
    const tracing = await startTracing({ service: 'docfleet-test' });
    const header = await tracing.withStageSpan({ runId, stage: 'ocr', lane: 'high', attempt: 1 }, (span) =>
      Promise.resolve(span.traceparent),
    );
    await tracing.close();
    expect(header).toBe(traceparentOf(runId));
  });
});

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

export interface FakeApi {
  /** Content of an endpoints file: this API, and this process as the only one of the fleet. */
  readonly endpoints: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** What the API answers about every run. */
const job = {
  runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11',
  status: 'completed',
  verdict: 'review',
  documents: [],
  engines: [],
  timings: [],
};

const answers: Readonly<Record<string, readonly [status: number, body: unknown]>> = {
  'POST /v1/jobs': [202, { runId: job.runId }],
  [`GET /v1/jobs/${job.runId}`]: [200, job],
  'GET /v1/dead-letters': [200, { deadLetters: [], next: null }],
  'GET /health': [200, {}],
};

/** An API that takes every document and ends it with the verdict `review`, for commands that need no more of a fleet. */
export async function startFakeApi(): Promise<FakeApi> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [status, body] = answers[routeOf(request)] ?? [
        404,
        { code: 'NOT_FOUND', title: 'no such route' },
      ];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const api = `http://127.0.0.1:${port}`;
  return {
    endpoints: {
      ...{ broker: '127.0.0.1:1', registry: 'http://127.0.0.1:1', postgres: '', redis: '' },
      databaseRoles: { request: '', pipeline: '', operator: '', retention: '', webhooks: '' },
      s3: { endpoint: '', region: '', bucket: '', accessKeyId: '', secretAccessKey: '' },
      ...{
        api,
        apiKey: 'key',
        operatorKey: 'key',
        services: { gateway: api },
        pids: { supervisor: process.pid },
      },
    },
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}

function routeOf({ method = '', url = '' }: IncomingMessage): string {
  return `${method} ${url.replace(/\?.*/, '')}`;
}

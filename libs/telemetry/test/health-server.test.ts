import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics, healthOf, healthy, startHealthServer, type HealthServer } from '../src/index.ts';

const open: HealthServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(reasons: readonly string[], port = 0): Promise<HealthServer> {
  const server = await startHealthServer({
    host: '127.0.0.1',
    port,
    metrics: createMetrics('ocr'),
    live: () => healthy,
    ready: () => healthOf(reasons),
  });
  open.push(server);
  return server;
}

describe('health server', () => {
  it('A-09: answers health, readiness and metrics', async () => {
    const { port } = await start([]);
    const of = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, body: await response.text() };
    };
    expect(await of('/health')).toEqual({ status: 200, body: '{"status":"ok","reasons":[]}' });
    expect(await of('/ready')).toEqual({ status: 200, body: '{"status":"ok","reasons":[]}' });
    expect((await of('/metrics')).body).toContain('docfleet_stage_duration_seconds');
    expect((await of('/else')).status).toBe(404);
  });

  it('answers 503 with the reasons', async () => {
    const { port } = await start(['the broker is not reachable']);
    const response = await fetch(`http://127.0.0.1:${port}/ready`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 503,
      body: { status: 'unavailable', reasons: ['the broker is not reachable'] },
    });
  });

  it('reports a port that is in use', async () => {
    const { port } = await start([]);
    await expect(start([], port)).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is in use. Set HTTP_HOST and HTTP_PORT.`,
    );
  });
});

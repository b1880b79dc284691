import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers every query of Prometheus with no series: triggers on it are checked for form only. */
export async function openPrometheusStandIn(): Promise<{ readonly url: string; close(): void }> {
  const answer = JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

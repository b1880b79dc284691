// The image's HEALTHCHECK: ends with 0 while the service answers at /health, or at the path given (`ready`). With TLS,
// where it may ask for a client's certificate, while it accepts connections.
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import process from 'node:process';

const { HTTP_PORT, HTTP_TLS_CERT_FILE } = process.env;
const [path = 'health'] = process.argv.slice(2);

async function answers() {
  const [response] = await once(get({ host: '127.0.0.1', port: HTTP_PORT, path: `/${path}` }), 'response');
  response.resume();
  return response.statusCode === 200;
}

async function accepts() {
  const socket = connect(Number(HTTP_PORT), '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

const isHealthy = await (HTTP_TLS_CERT_FILE === undefined ? answers() : accepts()).catch(() => false);
process.exitCode = isHealthy ? 0 : 1;

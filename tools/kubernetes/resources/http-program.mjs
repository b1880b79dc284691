/**
 * The program of test pods: answers with what it was given, can be told to fail its liveness, and writes its life into
 * its output. `sleep <ms>`, as its only arguments, ends it with 0 after that time.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';

const [word, value] = process.argv.slice(2);
if (word === 'sleep') {
  await pause(Number(value));
  process.exit(0);
}

let isAlive = true;
const server = createServer((request, response) => {
  switch (request.url) {
    case '/health':
      response.writeHead(isAlive ? 200 : 500).end();
      return;
    case '/fail':
      isAlive = false;
      response.end();
      return;
    case '/pre-stop':
      process.stdout.write('asked before the stop\n');
      response.end();
      return;
    default:
      response.end(
        JSON.stringify({
          pid: process.pid,
          greeting: process.env.GREETING,
          password: process.env.PASSWORD,
          pod: process.env.POD_NAME,
          cpus: process.env.CPUS,
          file: readFileSync(process.env.CONFIG_FILE ?? '', 'utf8'),
          argument: word,
        }),
      );
  }
});
process.on('SIGTERM', () => {
  process.stdout.write('stopping\n');
  server.close();
  server.closeAllConnections();
});
server.listen(Number(process.env.HTTP_PORT), '127.0.0.1', () => process.stdout.write('started\n'));

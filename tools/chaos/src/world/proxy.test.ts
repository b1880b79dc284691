import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy, unavailable } from './proxy.ts';

let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await TcpProxy.open(() => (echo.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  echo.close();
});

function open(): Socket {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  return socket;
}

async function ask(socket: Socket, text: string): Promise<unknown> {
  socket.write(text);
  return (await once(socket, 'data'))[0];
}

test('forwards data in the normal condition', async () => {
  const socket = open();
  expect(await ask(socket, 'hello')).toBe('hello');
  socket.destroy();
});

test('a cut closes open connections and refuses new ones', async () => {
  const before = open();
  await ask(before, 'hello');
  const ended = once(before, 'close');
  proxy.set({ kind: 'cut' });
  await ended;
  await once(open(), 'close');
  proxy.set({ kind: 'normal' });
  const after = open();
  expect(await ask(after, 'again')).toBe('again');
  after.destroy();
});

test('delayed data arrives complete and in order', async () => {
  const socket = open();
  await ask(socket, 'hello');
  proxy.set({ kind: 'slow', delayMs: 20 });
  for (const piece of ['a', 'b', 'c']) socket.write(piece);
  let text = '';
  while (text.length < 3) text += String((await once(socket, 'data'))[0]);
  expect(text).toBe('abc');
  socket.destroy();
});

test('an overloaded store answers 503', async () => {
  proxy.set(unavailable);
  const socket = open();
  expect(await ask(socket, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 503 /);
  socket.destroy();
});

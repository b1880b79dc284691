import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { portNames } from './names.ts';
import { choosePorts, isPortFree, type PortChoice } from './ports.ts';

function choice(overrides: Partial<PortChoice> = {}): PortChoice {
  let step = 0;
  return {
    remembered: {},
    environment: {},
    isFree: () => Promise.resolve(true),
    random: () => (step += 0.001),
    ...overrides,
  };
}

test('every name gets a port of its own, with room for the second port of a pair', async () => {
  const ports = await choosePorts(choice());
  expect(Object.keys(ports).sort()).toEqual([...portNames].sort());
  const all = [...Object.values(ports), ports.s3 + 10_000, ports['s3-master'] + 10_000];
  expect(new Set(all).size).toBe(all.length);
});

test('a remembered port is taken again while it is free', async () => {
  const ports = await choosePorts(choice({ remembered: { gateway: 14_000, kafka: 14_001 } }));
  expect([ports.gateway, ports.kafka]).toEqual([14_000, 14_001]);
});

test('a remembered port that is in use is replaced', async () => {
  const ports = await choosePorts(
    choice({ remembered: { kafka: 14_001 }, isFree: (port) => Promise.resolve(port !== 14_001) }),
  );
  expect(ports.kafka).not.toBe(14_001);
});

test('a pair is replaced when its second port is in use', async () => {
  const ports = await choosePorts(
    choice({ remembered: { s3: 14_001 }, isFree: (port) => Promise.resolve(port !== 24_001) }),
  );
  expect(ports.s3).not.toBe(14_001);
});

test('a port from the environment is used, also against a remembered one', async () => {
  const ports = await choosePorts(
    choice({ remembered: { kafka: 8080 }, environment: { DOCFLEET_PORT_GATEWAY: '8080' } }),
  );
  expect(ports.gateway).toBe(8080);
  expect(ports.kafka).not.toBe(8080);
});

test('a port from the environment that is in use is refused', async () => {
  const environment = { DOCFLEET_PORT_GATEWAY: '8080' };
  await expect(choosePorts(choice({ environment, isFree: () => Promise.resolve(false) }))).rejects.toThrow(
    'DOCFLEET_PORT_GATEWAY=8080: port 8080 is in use.',
  );
});

test('a port from the environment that is no port is refused', async () => {
  const environment = { DOCFLEET_PORT_S3_MASTER: '60000' };
  await expect(choosePorts(choice({ environment }))).rejects.toThrow(
    'DOCFLEET_PORT_S3_MASTER=60000: expected a port from 1 to 55535.',
  );
});

test('a port somebody listens on is not free', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await isPortFree(port)).toBe(false);
  await new Promise((done) => server.close(done));
  expect(await isPortFree(port)).toBe(true);
});

import { expect, test } from 'vitest';
import { commandOf } from './pod-commands.ts';

const given = {
  pod: { metadata: { name: 'ocr-1' } },
  sources: { configMap: () => undefined, secret: () => undefined },
  image: { command: ['node', 'main.js'], folder: '/app', environment: { PATH: '/bin', LEVEL: 'info' } },
  mounts: [{ mountPath: '/tmp', folder: '/pods/1/tmp' }],
  ports: new Map([[8080, 12_345]]),
};
const container = {
  name: 'ocr',
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: 'other', containerPort: 9000 },
  ],
  env: [
    { name: 'HTTP_PORT', value: '8080' },
    { name: 'HTTP_HOST', value: '0.0.0.0' },
    { name: 'LEVEL', value: 'debug' },
    { name: 'CACHE', value: '/tmp/cache' },
  ],
};

test('ports and paths are those of this machine, and the image gives what the container leaves out', () => {
  expect(commandOf({ ...given, container: { ...container, args: ['--port=$(HTTP_PORT)'] } })).toEqual({
    command: ['node', 'main.js', '--port=8080'],
    environment: {
      PATH: '/bin',
      LEVEL: 'debug',
      CACHE: '/pods/1/tmp/cache',
      TMPDIR: '/pods/1/tmp',
      HTTP_PORT: '12345',
      HTTP_HOST: '127.0.0.1',
    },
  });
});

test("a container's command takes the place of the image's", () => {
  const { command } = commandOf({ ...given, container: { ...container, command: ['sleep', '1'] } });
  expect(command).toEqual(['sleep', '1']);
});

import { expect, test } from 'vitest';
import { ModelSwitch } from './model-switch.ts';

const installed = [
  { version: 'own', digest: 'a' },
  { version: '2', digest: 'b' },
  { version: 'broken', digest: 'c' },
] as const;

function setUp() {
  const done: string[] = [];
  const opened = (models: string) => ({
    models,
    close: () => {
      done.push(`closed ${models}`);
      return Promise.resolve();
    },
  });
  const models = new ModelSwitch<(typeof installed)[number], string>(
    {
      installed,
      open: ({ version }) =>
        version === 'broken' ? Promise.reject(new Error('damaged')) : Promise.resolve(opened(version)),
      onRefused: (digest) => done.push(`refused ${digest}`),
      onSwitched: ({ version }) => done.push(`switched to ${version}`),
    },
    opened('own'),
  );
  const read = () => models.use((name) => Promise.resolve(name));
  return { models, done, read };
}

test('O-10: documents are read with the pinned version, and with the own one after it is unpinned', async () => {
  const { models, done, read } = setUp();
  expect(await read()).toBe('own');
  await models.pin('b');
  expect([await read(), models.versions().map(({ inUse }) => inUse)]).toEqual(['2', [false, true, false]]);
  await models.pin(null);
  expect([await read(), done]).toEqual([
    'own',
    ['closed own', 'switched to 2', 'closed 2', 'switched to own'],
  ]);
});

test.each(['x', 'c'])(
  'O-10: asked for version %s, which it lacks or cannot open, it reads on and says so',
  async (digest) => {
    const { models, done, read } = setUp();
    await models.pin('b');
    await models.pin(digest);
    expect([await read(), models.isMissing, done.at(-1)]).toEqual(['2', true, `refused ${digest}`]);
    await models.pin('b');
    expect([await read(), models.isMissing]).toEqual(['2', false]);
  },
);

test('O-10: a document is read with one version to its end, which is closed only then', async () => {
  const { models, done, read } = setUp();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const long = models.use(async (name) => {
    await promise;
    return name;
  });
  await models.pin('b');
  expect([await read(), done]).toEqual(['2', ['switched to 2']]);
  resolve(undefined);
  expect([await long, done.at(-1)]).toEqual(['own', 'closed own']);
});

test('O-10: of two versions pinned in a row only the last one is opened', async () => {
  const { models, done } = setUp();
  void models.pin('c');
  await models.pin('b');
  expect(done).toEqual(['closed own', 'switched to 2']);
});

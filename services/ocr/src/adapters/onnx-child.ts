import { FailureError, type Line, type ReadingRoute } from '@docfleet/domain';
import { serveWorker } from '@docfleet/workers';
import { recognisers, routePlans, type Recogniser } from '../core/routes.ts';
import { measured, type Measured } from './measured.ts';
import { openModelFiles, type Alphabet, type ModelFiles } from './model-files.ts';
import { openNetwork, probeProvider, type ExecutionProvider } from './onnx-session.ts';
import { limitImageLibrary, type DecodedPage } from './page-image.ts';
import { readLines, type ReaderNetworks } from './page-reader.ts';

export interface OnnxSetup {
  readonly modelDirectory: string;
  readonly alphabet: Alphabet;
  /** The networks of this route are opened at the start, those of other routes on first use. */
  readonly route: ReadingRoute;
}

export type OnnxJob =
  | { readonly kind: 'describe' }
  | { readonly kind: 'read'; readonly page: DecodedPage; readonly route: ReadingRoute };

export type OnnxAnswer =
  | { readonly kind: 'described'; readonly provider: ExecutionProvider }
  | {
      readonly kind: 'read';
      readonly provider: ExecutionProvider;
      readonly lines: Measured<readonly Line[]>;
    };

/** @throws FailureError `ENGINE_UNAVAILABLE` for damaged models or a missing execution provider */
async function openReader(
  setup: OnnxSetup,
): Promise<{ provider: ExecutionProvider; networks: ReaderNetworks }> {
  try {
    const files = await openModelFiles(setup.modelDirectory, setup.alphabet);
    const detector = await files.network('detector');
    const provider = await probeProvider(detector);
    const recogniser = await recognisersOf(files, provider);
    await recogniser(routePlans[setup.route].first);
    return { provider, networks: { detector: await openNetwork(detector, provider), recogniser } };
  } catch (error) {
    throw new FailureError('ENGINE_UNAVAILABLE', {}, { cause: error });
  }
}

/** Reads the files of all recognisers, since no file can be opened after the set-up; each is opened on first use. */
async function recognisersOf(
  files: ModelFiles,
  provider: ExecutionProvider,
): Promise<ReaderNetworks['recogniser']> {
  const read = async (name: Recogniser) => ({
    bytes: await files.network(name),
    characters: await files.characters(name),
  });
  const [tiny, small] = recognisers;
  const parts = { [tiny]: await read(tiny), [small]: await read(small) };
  const opened = new Map<Recogniser, ReturnType<ReaderNetworks['recogniser']>>();
  return (name) => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const { bytes, characters } = parts[name];
    const opening = openNetwork(bytes, provider).then((network) => ({ network, characters }));
    opened.set(name, opening);
    return opening;
  };
}

serveWorker<OnnxJob, OnnxAnswer, OnnxSetup>({
  async setup(setup) {
    limitImageLibrary();
    const { provider, networks } = await openReader(setup);
    return async (job, signal) => {
      if (job.kind === 'describe') return { kind: 'described', provider };
      const { page, route } = job;
      const lines = await measured(() => readLines(networks, page, { route, signal }));
      return { kind: 'read', provider, lines };
    };
  },
});

import { FailureError, type ReadingRoute } from '@docfleet/domain';
import { serveWorker } from '@docfleet/workers';
import type { EngineReading } from '../core/engine.ts';
import { routePlans, type Recogniser } from '../core/routes.ts';
import { measured } from './measured.ts';
import { openModelFiles, type Alphabet, type ModelFiles } from './model-files.ts';
import { openNetwork, probeProvider, type ExecutionProvider } from './onnx-session.ts';
import { decodePage, limitImageLibrary } from './page-image.ts';
import { readLines, type ReaderNetworks } from './page-reader.ts';

export interface OnnxSetup {
  readonly modelDirectory: string;
  readonly alphabet: Alphabet;
  /** The networks of this route are opened at the start, those of other routes on first use. */
  readonly route: ReadingRoute;
  readonly maxPixels: number;
}

export type OnnxJob =
  | { readonly kind: 'describe' }
  | { readonly kind: 'read'; readonly image: Uint8Array; readonly route: ReadingRoute };

export type OnnxAnswer =
  | { readonly kind: 'described'; readonly provider: ExecutionProvider }
  | { readonly kind: 'read'; readonly reading: EngineReading };

/** @throws FailureError `ENGINE_UNAVAILABLE` for damaged models or a missing execution provider */
async function openReader(
  setup: OnnxSetup,
): Promise<{ provider: ExecutionProvider; networks: ReaderNetworks }> {
  try {
    const files = await openModelFiles(setup.modelDirectory, setup.alphabet);
    const detector = await files.network('detector');
    const provider = await probeProvider(detector);
    const recogniser = recognisersOf(files, provider);
    await recogniser(routePlans[setup.route].first);
    return { provider, networks: { detector: await openNetwork(detector, provider), recogniser } };
  } catch (error) {
    throw new FailureError('ENGINE_UNAVAILABLE', {}, { cause: error });
  }
}

function recognisersOf(files: ModelFiles, provider: ExecutionProvider): ReaderNetworks['recogniser'] {
  const opened = new Map<Recogniser, ReturnType<ReaderNetworks['recogniser']>>();
  return (name) => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = (async () => ({
      network: await openNetwork(await files.network(name), provider),
      characters: await files.characters(name),
    }))();
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
      const reading = await measured(async () => {
        const page = await decodePage(job.image, setup.maxPixels);
        const lines = await readLines(networks, page, { route: job.route, signal });
        return { lines, widthPx: page.widthPx, heightPx: page.heightPx };
      });
      return { kind: 'read', reading };
    };
  },
});

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ImageTensor } from '../core/pixels.ts';

/** Execution providers, preferred first. */
export const executionProviders = ['cuda', 'cpu'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

/** A network with one image as input and one tensor as output. */
export interface ImageNetwork {
  run(image: ImageTensor): Promise<Float32Array>;
}

/**
 * Loads a network with one thread, and without memory patterns, because input shapes differ. Throws when the model is
 * invalid or the provider is not available.
 */
export async function openNetwork(model: Uint8Array, provider: ExecutionProvider): Promise<ImageNetwork> {
  const session = await InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error('The network has no input or no output.');
  return {
    async run({ data, width, height }) {
      const answer = await session.run({ [input]: new Tensor('float32', data, [1, 3, height, width]) });
      const values = answer[output]?.data;
      if (!(values instanceof Float32Array)) throw new Error('The network output is not a float tensor.');
      return values;
    },
  };
}

/** The first provider that runs `model` (an image network), found by running each on a small image. */
export async function probeProvider(model: Uint8Array): Promise<ExecutionProvider> {
  const reasons: unknown[] = [];
  for (const provider of executionProviders) {
    try {
      const network = await openNetwork(model, provider);
      await network.run({ data: new Float32Array(3 * 64 * 64), width: 64, height: 64 });
      return provider;
    } catch (error) {
      reasons.push(error);
    }
  }
  throw new AggregateError(reasons, 'No execution provider runs the detector.');
}

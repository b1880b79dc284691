import {
  checkResources,
  forgetInstance,
  measureResources,
  presets,
  serviceNames,
  Stack,
  type Environment,
  type Layout,
  type PresetName,
  type Progress,
} from '@docfleet/stack';
import type { Target } from './run-bench.ts';

/** A fleet of the benchmark's own, with the settings of a preset. */
export interface OwnFleet {
  readonly target: () => Target;
  stop(): Promise<void>;
}

/** Brings servers and services up on empty data. What was started before a failure is ended. */
export async function startOwnFleet(options: {
  readonly layout: Layout;
  readonly preset: PresetName;
  readonly environment: Environment;
  readonly isRoot: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<OwnFleet> {
  const { layout, preset, environment, isRoot, progress, signal } = options;
  forgetInstance(layout, isRoot);
  checkResources(measureResources(layout.folder));
  const stack = new Stack({
    layout,
    given: {},
    services: serviceNames,
    environment: { ...presets[preset], ...environment },
    isRoot,
    progress,
    report: (line) => {
      progress.note(line);
    },
  });
  const stop = async (): Promise<void> => {
    await stack.stop();
    forgetInstance(layout, isRoot);
  };
  signal.addEventListener('abort', () => void stack.stop(), { once: true });
  try {
    const { api, apiKey, broker, registry } = await stack.start();
    return { target: () => ({ api, apiKey, broker, registry, pids: stack.pids() }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

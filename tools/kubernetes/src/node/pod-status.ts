import type {
  V1ContainerState,
  V1ContainerStatus,
  V1PodCondition,
  V1PodStatus,
} from '@kubernetes/client-node';

/** What became of one container. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: Date }
  | {
      readonly kind: 'terminated';
      readonly exitCode: number;
      readonly reason: string;
      readonly startedAt: Date;
      readonly finishedAt: Date;
    };

export interface ContainerFacts {
  readonly name: string;
  readonly image: string;
  readonly state: ContainerState;
  /** The life before this one. */
  readonly lastState: ContainerState | undefined;
  readonly restartCount: number;
  /** Whether the startup probe, where there is one, has passed. */
  readonly started: boolean;
  readonly ready: boolean;
}

export interface PodFacts {
  readonly restartPolicy: string;
  readonly init: readonly ContainerFacts[];
  readonly containers: readonly ContainerFacts[];
  readonly isTerminating: boolean;
  readonly startTime: Date;
  readonly podIp: string;
  readonly hostIp: string;
  /** Conditions that the pod has: those of other owners stay, and times of those that do not change. */
  readonly conditions: readonly V1PodCondition[];
  readonly now: Date;
}

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

const isDone = ({ state }: ContainerFacts): boolean => state.kind === 'terminated' && state.exitCode === 0;
const isOver = ({ state }: ContainerFacts): boolean => state.kind === 'terminated';

/** The phase of a pod, from its containers. */
export function phaseOf({ restartPolicy, init, containers }: PodFacts): Phase {
  const isInitFailed = init.some((each) => isOver(each) && !isDone(each)) && restartPolicy === 'Never';
  if (isInitFailed) return 'Failed';
  if (!init.every(isDone)) return 'Pending';
  const hasBegun = containers.some(({ state, restartCount }) => state.kind !== 'waiting' || restartCount > 0);
  if (!hasBegun) return 'Pending';
  if (restartPolicy === 'Always' || !containers.every(isOver)) return 'Running';
  if (containers.every(isDone)) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** The status of a pod as the API shows it. */
export function podStatusOf(facts: PodFacts): V1PodStatus {
  const { init, containers, isTerminating, startTime, podIp, hostIp } = facts;
  const phase = phaseOf(facts);
  const isInitialized = init.every(isDone);
  const areReady = !isTerminating && isInitialized && containers.every(({ ready }) => ready);
  const own = { Initialized: isInitialized, ContainersReady: areReady, Ready: areReady };
  return {
    phase,
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    startTime,
    conditions: conditionsOf(facts, own),
    initContainerStatuses: init.map((each) => statusOf(each, isDone(each))),
    containerStatuses: containers.map((each) => statusOf(each, each.ready && !isTerminating)),
  };
}

function conditionsOf(
  { conditions, now }: PodFacts,
  own: Readonly<Record<string, boolean>>,
): V1PodCondition[] {
  const others = conditions.filter(({ type }) => !Object.hasOwn(own, type));
  const ours = Object.entries(own).map(([type, holds]): V1PodCondition => {
    const status = holds ? 'True' : 'False';
    const before = conditions.find((each) => each.type === type);
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? now) : now;
    return { type, status, lastTransitionTime };
  });
  return [...others, ...ours];
}

function statusOf(facts: ContainerFacts, ready: boolean): V1ContainerStatus {
  const { name, image, state, lastState, restartCount, started } = facts;
  return {
    name,
    image,
    imageID: '',
    ready,
    started: started && state.kind === 'running',
    restartCount,
    state: apiStateOf(state),
    ...(lastState && { lastState: apiStateOf(lastState) }),
  };
}

function apiStateOf(state: ContainerState): V1ContainerState {
  switch (state.kind) {
    case 'waiting': {
      const { reason, message } = state;
      return { waiting: { reason, ...(message !== undefined && { message }) } };
    }
    case 'running':
      return { running: { startedAt: state.startedAt } };
    case 'terminated': {
      const { exitCode, reason, startedAt, finishedAt } = state;
      return { terminated: { exitCode, reason, startedAt, finishedAt } };
    }
  }
}

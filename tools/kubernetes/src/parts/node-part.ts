import { readFileSync } from 'node:fs';
import type { V1Pod } from '@kubernetes/client-node';
import { isRunning, Problem, type ProcessIdentity } from '@docfleet/stack';
import { eventually, expectEqual, expectRefusal } from '../checks/expect.ts';
import type { Part, Tally } from '../checks/tally.ts';
import { portsAnnotation } from '../node/images.ts';
import type { ProcessNode } from '../node/process-node.ts';
import type { Context } from './context.ts';
import { httpJob, httpNamespace as namespace, httpObjects } from './http-objects.ts';

const names = {
  ready: 'a Deployment becomes Ready with its variables, secrets, files and ports',
  logs: 'kubectl logs reads the output of a pod',
  scaled: 'a Deployment is scaled up and down',
  liveness: 'a container that fails its liveness is stopped and started again',
  crash: 'a container whose process is killed is started again',
  job: 'a Job completes by its exit code',
  budget: 'a disruption budget refuses an eviction that it does not allow',
  drain: 'draining the node ends its pods in order: hook, SIGTERM, end within the grace',
  clean: 'no process of a removed pod is left',
} as const;

/** The process node alone, with a small HTTP program. */
export const nodePart: Part<Context> = {
  name: 'node',
  checks: Object.values(names),
  run: (context, tally) => new NodePart(context).run(tally),
};

class NodePart {
  readonly #context: Context;
  /** Every process that was seen. */
  readonly #seen = new Map<number, ProcessIdentity>();

  constructor(context: Context) {
    this.#context = context;
  }

  async run(tally: Tally): Promise<void> {
    const { kubectl } = this.#context.controlPlane;
    await tally.check(names.ready, () => this.#becomesReady());
    await tally.check(names.logs, () => this.#showsLogs());
    await tally.check(names.scaled, () => this.#scales());
    await tally.check(names.liveness, () => this.#restartsUnhealthy());
    await tally.check(names.crash, () => this.#restartsCrashed());
    await tally.check(names.job, async () => {
      await kubectl.apply([httpJob()]);
      await kubectl.run([
        'wait',
        '-n',
        namespace,
        '--for=condition=complete',
        'job/ending',
        '--timeout=120s',
      ]);
    });
    await tally.check(names.budget, () => this.#respectsBudget());
    await tally.check(names.drain, () => this.#drains());
    await tally.check(names.clean, async () => {
      await kubectl.run(['delete', 'namespace', namespace, '--timeout=120s']);
      await eventually('processes of removed pods', [], () =>
        Promise.resolve([...this.#seen.values()].filter(isRunning).map(({ pid }) => pid)),
      );
      expectEqual('processes that were seen', this.#seen.size >= 5, true);
    });
  }

  async #becomesReady(): Promise<void> {
    const { kubectl } = this.#context.controlPlane;
    await kubectl.apply(httpObjects(2));
    await this.#untilReady(2);
    const [pod] = await this.#pods();
    const answer = await this.#ask(pod, '/');
    expectEqual(
      'what the pod was given',
      { ...answer, pid: 0 },
      {
        pid: 0,
        greeting: 'hello',
        password: 'of-the-test',
        pod: pod?.metadata?.name,
        cpus: '250',
        file: 'content',
        argument: 'hello, $(world)',
      },
    );
  }

  async #showsLogs(): Promise<void> {
    const { kubectl } = this.#context.controlPlane;
    const [pod] = await this.#pods();
    const text = await kubectl.run(['logs', '-n', namespace, pod?.metadata?.name ?? '', '--tail=1']);
    expectEqual('the output of the pod', text, 'started\n');
  }

  async #scales(): Promise<void> {
    await this.#scaleTo(4);
    await this.#scaleTo(2);
  }

  async #restartsUnhealthy(): Promise<void> {
    const [pod] = await this.#pods();
    const before = await this.#ask(pod, '/');
    await this.#ask(pod, '/fail');
    await eventually('restarts of the container', 1, async () => this.#restartsOf(pod));
    await this.#untilReady(2);
    const after = await this.#ask(pod, '/');
    if (after['pid'] === before['pid']) throw new Problem('The process is the same after a restart.');
  }

  async #restartsCrashed(): Promise<void> {
    const pod = (await this.#pods())[1];
    const name = pod?.metadata?.name ?? '';
    expectEqual('killed processes', this.#context.node.crash(name), 1);
    await eventually('restarts of the container', 1, async () => this.#restartsOf(pod));
    await this.#untilReady(2);
  }

  async #respectsBudget(): Promise<void> {
    const { controlPlane, api } = this.#context;
    await controlPlane.kubectl.run([
      ...['patch', 'pdb', 'http', '-n', namespace, '--type=merge'],
      ...['-p', JSON.stringify({ spec: { maxUnavailable: 0 } })],
    ]);
    await eventually('allowed disruptions', 0, async () => {
      const budget = (await controlPlane.kubectl.get(['pdb', 'http', '-n', namespace])) as {
        readonly status?: { readonly disruptionsAllowed?: number; readonly observedGeneration?: number };
        readonly metadata: { readonly generation: number };
      };
      return budget.status?.observedGeneration === budget.metadata.generation
        ? budget.status.disruptionsAllowed
        : undefined;
    });
    const [pod] = await this.#pods();
    const name = pod?.metadata?.name ?? '';
    await expectRefusal('The eviction', 'disruption budget', () =>
      api.core.createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } }),
    );
    await controlPlane.kubectl.run([
      ...['patch', 'pdb', 'http', '-n', namespace, '--type=merge'],
      ...['-p', JSON.stringify({ spec: { maxUnavailable: 1 } })],
    ]);
  }

  async #drains(): Promise<void> {
    const { controlPlane, node, openNode } = this.#context;
    const { kubectl } = controlPlane;
    const before = await this.#pods();
    // What is taken from one node must have another one to go to, else the budget allows no second eviction.
    const second = await openNode('second-node');
    const drain = ({ name }: ProcessNode): Promise<string> =>
      kubectl.run(['drain', name, '--pod-selector=app=http', '--timeout=240s']);
    await drain(node);
    for (const { metadata } of before) {
      const file = node.logFileOf(namespace, metadata?.name ?? '', 'http');
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-2);
      expectEqual(`the end of ${metadata?.name ?? ''}`, lines, ['asked before the stop', 'stopping']);
    }
    await this.#untilReady(2);
    expectEqual(
      'nodes of the pods',
      new Set((await this.#pods()).map(({ spec }) => spec?.nodeName)),
      new Set([second.name]),
    );
    await kubectl.run(['uncordon', node.name]);
    await drain(second);
    await this.#untilReady(2);
    await second.stop();
    await kubectl.run(['delete', 'node', second.name]);
  }

  async #scaleTo(replicas: number): Promise<void> {
    const { kubectl } = this.#context.controlPlane;
    await kubectl.run(['scale', '-n', namespace, 'deployment/http', `--replicas=${replicas}`]);
    await this.#untilReady(replicas);
    await eventually('pods', replicas, async () => (await this.#pods()).length);
  }

  async #untilReady(replicas: number): Promise<void> {
    await eventually('ready pods', replicas, async () => {
      this.#context.signal.throwIfAborted();
      const { apps } = this.#context.api;
      const { status } = await apps.readNamespacedDeployment({ name: 'http', namespace });
      return status?.readyReplicas ?? 0;
    });
    for (const identity of [...this.#context.node.processes().values()].flat())
      this.#seen.set(identity.pid, identity);
  }

  async #pods(): Promise<readonly V1Pod[]> {
    const { core } = this.#context.api;
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=http' });
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  }

  async #restartsOf(pod: V1Pod | undefined): Promise<number | undefined> {
    const { core } = this.#context.api;
    const { status } = await core.readNamespacedPod({ name: pod?.metadata?.name ?? '', namespace });
    return status?.containerStatuses?.[0]?.restartCount;
  }

  async #ask(pod: V1Pod | undefined, path: string): Promise<Readonly<Record<string, unknown>>> {
    const { core } = this.#context.api;
    const { metadata } = await core.readNamespacedPod({ name: pod?.metadata?.name ?? '', namespace });
    const ports = JSON.parse(metadata?.annotations?.[portsAnnotation] ?? '{}') as Readonly<
      Record<string, number>
    >;
    const answer = await fetch(`http://127.0.0.1:${ports['8080'] ?? 0}${path}`);
    const text = await answer.text();
    return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  }
}

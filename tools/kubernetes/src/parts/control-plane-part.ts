import { eventually, expectEqual } from '../checks/expect.ts';
import type { Part } from '../checks/tally.ts';
import { fakeNodes, fakeNodeTaint } from '../cluster/control-plane.ts';
import type { Context } from './context.ts';

const namespace = 'control-plane-test';
const fakeNodeCount = 3;
const restricted = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bare', namespace },
  spec: { containers: [{ name: 'bare', image: 'test/none' }] },
};

const names = {
  version: 'API server, controllers and scheduler answer in the version that was built',
  fake: 'pods of a Deployment are Ready on fake nodes',
  security: 'Pod Security "restricted" refuses a pod without a security context',
} as const;

/** The control plane itself, with nodes of kwok. */
export const controlPlanePart: Part<Context> = {
  name: 'control-plane',
  checks: Object.values(names),
  run: async (context, tally) => {
    const { kubectl } = context.controlPlane;
    await tally.check(names.version, async () => {
      const { serverVersion } = JSON.parse(await kubectl.run(['version', '-o', 'json'])) as {
        readonly serverVersion: { readonly gitVersion: string };
      };
      expectEqual('the version of the API server', serverVersion.gitVersion, context.programs.version);
      await eventually('account of the namespace', true, () =>
        kubectl.succeeds(['get', 'serviceaccount', 'default']),
      );
    });
    await tally.check(names.fake, async () => {
      await kubectl.create(fakeNodes(fakeNodeCount));
      await kubectl.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        fakeDeployment(6),
      ]);
      await kubectl.run(['rollout', 'status', '-n', namespace, 'deployment/fake', '--timeout=240s']);
    });
    await tally.check(names.security, async () => {
      await kubectl.run(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
      const message = await kubectl.apply([restricted]).then(
        () => 'accepted',
        (error: unknown) => String(error),
      );
      expectEqual('the refusal names the rule', message.includes('violates PodSecurity "restricted'), true);
      await kubectl.run(['delete', 'namespace', namespace, '--timeout=120s']);
    });
  },
};

function fakeDeployment(replicas: number): object {
  const labels = { app: 'fake' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'fake', namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { type: 'kwok' },
          tolerations: [{ key: fakeNodeTaint.key, operator: 'Exists' }],
          containers: [{ name: 'fake', image: 'test/none' }],
        },
      },
    },
  };
}

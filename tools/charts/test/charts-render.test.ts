import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chartCopy, renderChart, type ChartCopy } from '../src/chart-copy.ts';
import { kubernetesVersion } from '../src/tools.ts';
import { scaledObject, scalersList, triggerProblems, type ScaledObject } from '../src/trigger-problems.ts';
import { builtTool, caseName, root, valueFiles } from './fixtures.ts';

const helm = builtTool('helm');
const kubeconform = builtTool('kubeconform');
const kubeScore = builtTool('kube-score');

const manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

const boundsOf = z.record(z.string(), z.object({ minReplicas: z.number(), maxReplicas: z.number() }));

let made: ChartCopy | undefined;
const copyOf = (): ChartCopy => (made ??= chartCopy(root, helm ?? ''));
afterAll(() => made?.remove());

const renderedBefore = new Map<string, string>();

/** What Helm makes of these values; each set of files is rendered once. */
function rendered(files: readonly string[]): string {
  const key = files.join();
  const before = renderedBefore.get(key);
  if (before !== undefined) return before;
  const { status, stdout, stderr } = renderChart(copyOf(), files);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  renderedBefore.set(key, stdout);
  return stdout;
}

function manifestsOf(yaml: string): z.infer<typeof manifest>[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const content: unknown = document.toJSON();
    return content === null ? [] : [manifest.parse(content)];
  });
}

function scaledObjectsOf(yaml: string): ScaledObject[] {
  return manifestsOf(yaml)
    .filter(({ kind }) => kind === 'ScaledObject')
    .map((each) => scaledObject.parse(each));
}

const cases = valueFiles.map((files) => [caseName(files), files] as const);
const presets = cases.filter(([name]) => name.startsWith('presets/'));

it('there are four presets and at least ten other files of values', () => {
  const names = cases.map(([name]) => name);
  expect(presets.map(([name]) => name).sort()).toEqual([
    'presets/gpu.yaml',
    'presets/high_throughput.yaml',
    'presets/local.yaml',
    'presets/standard.yaml',
  ]);
  expect(names.filter((name) => name.startsWith('ci/')).length).toBeGreaterThanOrEqual(10);
});

describe.runIf(helm !== undefined)('O-01: the charts', () => {
  it.each(presets)('%s passes helm lint --strict', (_, files) => {
    const copy = copyOf();
    const values = files.flatMap((file) => ['--values', join(copy.main, file)]);
    const { status, stdout } = copy.helm(
      'lint',
      '--strict',
      '--kube-version',
      kubernetesVersion,
      copy.main,
      ...values,
    );
    expect({ status, problems: stdout.match(/\[(?:ERROR|WARNING)\].*/g) }).toEqual({
      status: 0,
      problems: null,
    });
  });

  it.runIf(kubeconform !== undefined).each(cases)(
    '%s has no field that Kubernetes does not know',
    (_, files) => {
      const location = join(
        root,
        'tools/charts/resources/schemas/{{ .Group }}_{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json',
      );
      const { status, stdout } = spawnSync(
        kubeconform ?? '',
        ['-strict', '-kubernetes-version', kubernetesVersion, '-schema-location', location],
        { input: rendered(files), encoding: 'utf8' },
      );
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    },
  );

  it.runIf(kubeconform !== undefined)('an unknown field is found', () => {
    const [, files = []] = cases[0] ?? [];
    const location = join(
      root,
      'tools/charts/resources/schemas/{{ .Group }}_{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json',
    );
    const wrong = rendered(files).replaceAll('revisionHistoryLimit:', 'revisionHistoryLimits:');
    const { status, stdout } = spawnSync(kubeconform ?? '', ['-strict', '-schema-location', location], {
      input: wrong,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toContain('revisionHistoryLimits');
  });

  it.runIf(kubeScore !== undefined).each(presets)('%s passes kube-score', (_, files) => {
    // What is ignored, and why:
    const exceptions = [
      // A tag names one version for ever; pulling it again at each start only adds a way to fail.
      ...['--ignore-test', 'container-image-pull-policy'],
      // topologySpreadConstraints spread over nodes and zones, without refusing a pod that fits nowhere else.
      ...['--ignore-test', 'deployment-has-host-podantiaffinity'],
      // KEDA and the HPA set replicas; retention works in one process at a time, and the preset `local` has one of each.
      ...['--ignore-test', 'deployment-replicas'],
      // A limit on CPU throttles a process whose node is idle. Children are counted by PAGE_WORKERS and MAX_PARALLEL_OCR instead.
      '--ignore-container-cpu-limit',
    ];
    const { status, stdout } = spawnSync(
      kubeScore ?? '',
      [
        'score',
        '--kubernetes-version',
        'v1.36',
        '--output-format',
        'ci',
        '--exit-one-on-warning',
        ...exceptions,
        '-',
      ],
      { input: rendered(files), encoding: 'utf8' },
    );
    expect({ status, problems: stdout.match(/\[(?:CRITICAL|WARNING)\].*/g) }).toEqual({
      status: 0,
      problems: null,
    });
  });

  it.each(cases)('O-02: %s has triggers as KEDA knows them, for Deployments that exist', (_, files) => {
    const list = scalersList.parse(
      JSON.parse(readFileSync(join(root, 'tools/charts/resources/scalers.json'), 'utf8')),
    );
    const yaml = rendered(files);
    const deployments = new Set(
      manifestsOf(yaml).flatMap(({ kind, metadata }) => (kind === 'Deployment' ? [metadata.name] : [])),
    );
    const objects = scaledObjectsOf(yaml);
    expect(objects.flatMap((object) => triggerProblems(object, list))).toEqual([]);
    expect(objects.filter(({ spec }) => !deployments.has(spec.scaleTargetRef.name))).toEqual([]);
  });

  it.each(cases)(
    'O-02: %s has at most one scaler for a Deployment, and none sets its replicas as well',
    (_, files) => {
      const parts = z.looseObject({
        spec: z.looseObject({
          replicas: z.number().optional(),
          scaleTargetRef: z.object({ name: z.string() }).optional(),
        }),
      });
      const all = manifestsOf(rendered(files));
      const targets = all
        .filter(({ kind }) => kind === 'ScaledObject' || kind === 'HorizontalPodAutoscaler')
        .flatMap((each) => parts.parse(each).spec.scaleTargetRef?.name ?? []);
      expect(new Set(targets).size).toBe(targets.length);
      const fixed = all
        .filter(({ kind }) => kind === 'Deployment')
        .filter(
          (each) => (parts.parse(each).spec.replicas === undefined) !== targets.includes(each.metadata.name),
        );
      expect(fixed.map(({ metadata }) => metadata.name)).toEqual([]);
    },
  );

  it('every service is deployed, and scaled as keda/scaling.yaml says', () => {
    const table = z
      .object({ stages: boundsOf, services: boundsOf })
      .parse(parse(readFileSync(join(root, 'keda/scaling.yaml'), 'utf8')));
    const bounds = Object.entries({ ...table.stages, ...table.services });
    const yaml = rendered(['ci/connections.yaml', 'presets/standard.yaml']);
    const deployed = manifestsOf(yaml).flatMap(({ kind, metadata }) =>
      kind === 'Deployment' ? [metadata.name] : [],
    );
    expect(deployed.sort()).toEqual(bounds.map(([name]) => `docfleet-${name}`).sort());
    const scaled = scaledObjectsOf(yaml).map(({ metadata, spec }) => [
      metadata.name,
      { minReplicas: spec.minReplicaCount, maxReplicas: spec.maxReplicaCount },
    ]);
    const expected = bounds
      .filter(([, { minReplicas, maxReplicas }]) => minReplicas !== maxReplicas)
      .map(([name, bound]) => [`docfleet-${name}`, bound]);
    expect(Object.fromEntries(scaled)).toEqual(Object.fromEntries(expected));
  });

  it('no service gets a key of another one', () => {
    const mounted = manifestsOf(rendered(['ci/connections.yaml', 'ci/sasl-scram.yaml'])).flatMap(
      ({ kind, metadata, ...rest }) => {
        if (kind !== 'Deployment') return [];
        const keys = JSON.stringify(rest).match(/"key":"[A-Z0-9_]+"/g) ?? [];
        return [`${metadata.name}: ${keys.map((key) => key.slice(7, -1)).join(' ')}`];
      },
    );
    const kafka = 'KAFKA_SASL_USERNAME KAFKA_SASL_PASSWORD';
    const store = 'AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY';
    expect(mounted.sort()).toEqual([
      `docfleet-classification: ${kafka} ${store}`,
      `docfleet-extraction: ${kafka} ${store}`,
      `docfleet-gateway: ${kafka} DATABASE_REQUEST_URL DATABASE_PIPELINE_URL DATABASE_OPERATOR_URL ${store} WEBHOOK_SECRET_KEYS FLEET_PROOF_PRIVATE_KEY`,
      `docfleet-integration: ${kafka} ${store} DATABASE_PIPELINE_URL`,
      `docfleet-ledger: ${kafka} DATABASE_PIPELINE_URL`,
      `docfleet-ocr: ${kafka} ${store}`,
      `docfleet-preprocess: ${kafka} ${store}`,
      `docfleet-retention: ${kafka} DATABASE_RETENTION_URL ${store}`,
      `docfleet-review: ${kafka} ${store} DATABASE_PIPELINE_URL`,
      `docfleet-validation: ${kafka} ${store}`,
      `docfleet-webhooks: ${kafka} DATABASE_WEBHOOKS_URL WEBHOOK_SECRET_KEYS`,
    ]);
  });
});

import { afterAll, describe, expect, it } from 'vitest';
import { chartCopy, renderChart, type ChartCopy } from '../src/chart-copy.ts';
import { builtTool, root } from './fixtures.ts';

const helm = builtTool('helm');

let made: ChartCopy | undefined;
afterAll(() => made?.remove());

/** What Helm says about values, without the place in the templates. */
function refusalOf(set: readonly string[]): string {
  made ??= chartCopy(root, helm ?? '');
  const { status, stderr } = renderChart(made, ['ci/connections.yaml'], set);
  if (status === 0) return 'accepted';
  return /execution error at \([^)]*\): (.*)/.exec(stderr)?.[1] ?? stderr;
}

const shared = 'global.docfleet';

/** Values, and the sentence that refuses them. */
const sentences: readonly (readonly [string, readonly string[], string])[] = [
  [
    'no brokers',
    [`${shared}.kafka.brokers=[]`],
    'global.docfleet.kafka.brokers is empty: name at least one broker as host:port.',
  ],
  [
    'no registry',
    ['schemaRegistry.url=""'],
    "schemaRegistry.url is empty: give the address of the schema registry's Confluent-compatible API.",
  ],
  [
    'no bucket',
    ['objectStore.bucket=""'],
    "objectStore.endpoint or objectStore.bucket is empty: give the address of the S3 API and the fleet's bucket.",
  ],
  [
    'a password in the clear',
    [`${shared}.kafka.sasl.mechanism="PLAIN"`],
    'global.docfleet.kafka.sasl.mechanism is PLAIN, which sends a secret, and kafka.tls.enabled is false: enable TLS.',
  ],
  [
    'a token from nowhere',
    [`${shared}.kafka.sasl.mechanism="OAUTHBEARER"`, `${shared}.kafka.tls.enabled=true`],
    'global.docfleet.kafka.sasl.tokenUrl is empty: OAUTHBEARER fetches its token there.',
  ],
  [
    'signatures without keys',
    ['tenantProof.publicKeys=[]'],
    'tenantProof.mode is signature, and tenantProof.keyId or tenantProof.publicKeys is empty: the gateway signs with that key, and preprocess verifies with the public ones (docs/tenant-proof.md).',
  ],
  [
    'more replicas than partitions',
    [`${shared}.scaling.ocr.maxReplicas=25`],
    'global.docfleet.scaling.ocr: maxReplicas is 25, and the largest lane of ocr has 24 partitions (global.docfleet.topicsPreset is published): replicas beyond them get no records. Set maxReplicas to 24 or less.',
  ],
  [
    'more replicas than the partitions of the local preset',
    [`${shared}.topicsPreset="local"`, `${shared}.scaling.preprocess={"minReplicas":1,"maxReplicas":3}`],
    'global.docfleet.scaling.preprocess: maxReplicas is 3, and the largest lane of preprocess has 2 partitions (global.docfleet.topicsPreset is local): replicas beyond them get no records. Set maxReplicas to 2 or less.',
  ],
  [
    'a minimum above the maximum',
    [`${shared}.scaling.ledger.minReplicas=3`],
    'global.docfleet.scaling.ledger: minReplicas 3 is more than maxReplicas 2.',
  ],
  [
    'scaling to zero without KEDA',
    [`${shared}.scaling.ocr.minReplicas=0`],
    'global.docfleet.scaling.ocr: minReplicas is 0, and nothing would start the first replica: only stages scale to zero, and with keda.enabled only.',
  ],
  [
    'a grace period shorter than the work',
    ['services.ocr.terminationGracePeriodSeconds=60'],
    'services.ocr.terminationGracePeriodSeconds is 60, and a stop may take 135 s (pause 0 s, work in progress 120 s, closing 15 s): set 135 or more, or lower OCR_TIMEOUT_MS.',
  ],
  [
    'a grace period shorter than a longer timeout',
    ['services.ocr.terminationGracePeriodSeconds=135', 'services.ocr.settings.OCR_TIMEOUT_MS=240000'],
    'services.ocr.terminationGracePeriodSeconds is 135, and a stop may take 255 s (pause 0 s, work in progress 240 s, closing 15 s): set 255 or more, or lower OCR_TIMEOUT_MS.',
  ],
  [
    'a drain shorter than the work',
    ['services.extraction.settings.DRAIN_TIMEOUT_MS=5000'],
    'services.extraction.settings.DRAIN_TIMEOUT_MS is 5000, and one attempt may take 120000 ms: work in progress would be broken off at every scale-down. Set 120000 or more, or leave it out.',
  ],
  [
    'no reader for a topic',
    ['services.ocr.enabled=false'],
    'services.ocr.enabled is false: ocr.tasks.urgent, ocr.tasks.high, ocr.tasks.normal would have no reader, and documents would stop there. Enable it, or set services.ocr.readElsewhere where another release runs it.',
  ],
  [
    'a pool for an unknown class',
    [`${shared}.pools.bank={"classes":["bank-statement"]}`],
    'global.docfleet.pools.bank.classes has bank-statement, which is no document class. Known: ad-buy, invoice, letter, other, receipt, registration-form.',
  ],
  [
    'a class in two pools',
    [`${shared}.pools={"a":{"classes":["invoice"]},"b":{"classes":["invoice"]}}`],
    'The class invoice is in the pools a and b: a document is routed to one pool. Leave it in one of them.',
  ],
  [
    'a pool with more replicas than partitions',
    [`${shared}.pools.bank={"classes":["invoice"],"maxReplicas":30}`],
    'global.docfleet.pools.bank: maxReplicas is 30, and the largest lane of extraction-bank has 24 partitions (global.docfleet.topicsPreset is published): replicas beyond them get no records. Set maxReplicas to 24 or less.',
  ],
  [
    'every series twice',
    ['monitoring.podMonitor.enabled=true', 'monitoring.serviceMonitor.enabled=true'],
    'monitoring.podMonitor.enabled and monitoring.serviceMonitor.enabled are both true: every series would be there twice. Enable one of them.',
  ],
  [
    'an Ingress without TLS',
    ['ingress.enabled=true', 'ingress.hosts=["a.example.org"]'],
    'ingress.hosts or ingress.tlsSecret is empty: keys of tenants must not cross the network in the clear.',
  ],
  [
    'a route without a Gateway',
    ['httpRoute.enabled=true'],
    'httpRoute.parents is empty: name the Gateway that the route belongs to.',
  ],
  [
    'an entrance to a gateway that is not there',
    ['httpRoute.enabled=true', 'httpRoute.parents=[{"name":"a"}]', 'services.gateway.enabled=false'],
    'services.gateway.enabled is false, and an Ingress or HTTPRoute would lead to it: disable ingress and httpRoute as well.',
  ],
  [
    'secrets from no store',
    ['externalSecrets.enabled=true'],
    'externalSecrets.store.name is empty: name the SecretStore or ClusterSecretStore.',
  ],
  [
    'work seconds from no Prometheus',
    ['keda.enabled=true', 'keda.prometheus.address=""'],
    'keda.prometheus.address is empty: give the address of Prometheus, or set keda.prometheus.enabled to false, and stages scale on lag alone and the gateway does not.',
  ],
];

/** Values that the closed schema refuses, and the place that it names. */
const closed: readonly (readonly [string, string, string])[] = [
  ['an unknown key', 'replicaCount=3', "additional properties 'replicaCount' not allowed"],
  ['an unknown service', 'services.ocrr={}', "at '/services': additional properties 'ocrr' not allowed"],
  [
    'an unknown setting',
    'services.ocr.settings.OCR_TIMEOUT=5',
    "at '/services/ocr/settings': additional properties 'OCR_TIMEOUT' not allowed",
  ],
  [
    'a setting of another service',
    'services.ledger.settings.OCR_TIMEOUT_MS=5',
    "at '/services/ledger/settings': additional properties 'OCR_TIMEOUT_MS' not allowed",
  ],
  [
    'a setting that the templates make',
    'services.ocr.settings.KAFKA_BROKERS="a:1"',
    "additional properties 'KAFKA_BROKERS' not allowed",
  ],
  [
    'an unknown shared key',
    `${shared}.kafka.broker="a:1"`,
    "at '/global/docfleet/kafka': additional properties 'broker' not allowed",
  ],
  [
    'a stage that scales on requests',
    `${shared}.scaling.ocr.requestsPerSecondPerReplica=1`,
    "at '/global/docfleet/scaling/ocr': additional properties 'requestsPerSecondPerReplica' not allowed",
  ],
  [
    'an unknown key of the dependency',
    'keda.pollInterval=5',
    "additional properties 'pollInterval' not allowed",
  ],
  [
    'a mechanism that Kafka does not have',
    `${shared}.kafka.sasl.mechanism="GSSAPI"`,
    "at '/global/docfleet/kafka/sasl/mechanism': value must be one of",
  ],
  ['root', 'podSecurity.user=0', "at '/podSecurity/user': minimum: got 0, want 1"],
  [
    'no replica',
    `${shared}.scaling.ocr.maxReplicas=0`,
    "at '/global/docfleet/scaling/ocr/maxReplicas': minimum: got 0, want 1",
  ],
];

describe.runIf(helm !== undefined)('O-01: values that make no sense', () => {
  it('what the connections say is accepted', () => {
    expect(refusalOf([])).toBe('accepted');
  });

  it.each(sentences)('%s', (_, set, sentence) => {
    expect(refusalOf(set)).toBe(sentence);
  });

  it.each(closed)('%s', (_, set, sentence) => {
    const enabled = set.startsWith('keda.') ? ['keda.enabled=true'] : [];
    expect(refusalOf([...enabled, set])).toContain(sentence);
  });
});

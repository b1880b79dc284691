import { z } from 'zod';
import type { FleetList, ListedProgram } from './fleet-list.ts';

/** A JSON schema as Helm reads it. */
export type ValuesSchema = Readonly<Record<string, unknown>>;

/** Settings that the templates make from other values: nobody sets them a second time. */
const madeByTemplates =
  /_TLS_|^(KAFKA|SCHEMA_REGISTRY|DATABASE|REDIS|S3|HTTP)_(?!POOL)|^(EXTRACTION_POOLS?|TOPICS_PRESET|REGION|PLAINTEXT_CONNECTIONS|OTEL_EXPORTER_OTLP_ENDPOINT|TENANT_PROOF|TENANT_SECRETS_DIR|FLEET_PROOF_KEYS?|FLEET_PROOF_KEY_ID|SOURCE_BUCKETS|PARSER_SANDBOX|LOG_LEVEL)$/;

const text = z.string();
const texts = z.array(text);
const map = z.record(text, text);
const port = z.int().min(1).max(65_535);
const seconds = z.int().min(0);
/** Parts of Kubernetes objects: the API server checks them. */
const object = z.record(text, z.unknown());
const objects = z.array(object);

const tls = z.strictObject({
  enabled: z.boolean().optional(),
  ca: z.strictObject({ secret: text, configMap: text, key: text }),
  clientCertificate: z.strictObject({ secret: text, certificateKey: text, privateKeyKey: text }),
  pins: texts,
  serverName: text,
});

const image = z
  .strictObject({
    registry: text,
    repository: text,
    tag: text,
    digest: text,
    pullPolicy: text,
    command: texts,
  })
  .partial();

const scalingFields = {
  minReplicas: z.int().min(0),
  maxReplicas: z.int().min(1),
  lagPerReplica: z.int().min(1),
  cpuUtilisation: z.int().min(1).max(100),
  gpuUtilisation: z.int().min(1).max(100),
  requestsPerSecondPerReplica: z.int().min(1),
};

const podFields = {
  enabled: z.boolean(),
  readElsewhere: z.boolean(),
  image,
  secret: text,
  resources: object,
  terminationGracePeriodSeconds: z.int().min(1).nullable(),
  preStopSeconds: seconds,
  priorityClassName: text,
  nodeSelector: map,
  tolerations: objects,
  affinity: object,
  topologySpread: z.enum(['none', 'preferred', 'required']),
  podAnnotations: map,
  podLabels: map,
  extraEnv: objects,
  extraVolumes: objects,
  extraVolumeMounts: objects,
};

/** Settings of one program that values may set, by environment variable. */
function settingsOf(program: ListedProgram) {
  const names = program.settings.filter((name) => !madeByTemplates.test(name));
  const value = z.union([text, z.number(), z.boolean()]).optional();
  return z.strictObject(Object.fromEntries(names.map((name) => [name, value])));
}

function podOf(program: ListedProgram) {
  return z.strictObject({ ...podFields, settings: settingsOf(program) }).partial();
}

function shared(list: FleetList) {
  const scaled = list.programs.filter(({ scaling }) => scaling !== undefined);
  const gpuStages = scaled.filter(({ scaling }) => scaling?.['gpuUtilisation'] !== undefined);
  const extraction = list.programs.find(({ name }) => name === 'extraction');
  return z.strictObject({
    fullnameOverride: text,
    topicsPreset: z.enum(list.presets as [string, ...string[]]),
    kafka: z.strictObject({
      brokers: texts,
      tls,
      sasl: z.strictObject({
        mechanism: z.enum(['', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']),
        tokenUrl: text,
        scope: text,
        tls,
      }),
    }),
    scaling: z.strictObject(
      Object.fromEntries(
        scaled.map(({ name, scaling = {} }) => {
          const own = Object.entries(scalingFields).filter(([field]) => Object.hasOwn(scaling, field));
          return [name, z.strictObject(Object.fromEntries(own)).partial().optional()];
        }),
      ),
    ),
    gpu: z.strictObject({
      services: z.array(z.enum(gpuStages.map(({ name }) => name) as [string, ...string[]])),
      resource: text,
      count: z.int().min(1),
      imageTagSuffix: text,
      nodeSelector: map,
      tolerations: objects,
      runtimeClassName: text,
    }),
    pools: z.record(
      text.regex(/^[a-z][a-z0-9-]{0,29}$/),
      z.strictObject({
        classes: texts,
        minReplicas: scalingFields.minReplicas.optional(),
        maxReplicas: scalingFields.maxReplicas.optional(),
        lagPerReplica: scalingFields.lagPerReplica.optional(),
        ...(extraction !== undefined && { pod: podOf(extraction).optional() }),
      }),
    ),
  });
}

/** Peers and ports of a rule of a NetworkPolicy. */
const rule = z.strictObject({ peers: objects, ports: z.array(port) });

function mainValues(list: FleetList) {
  const installed = list.programs.filter(({ kind }) => kind !== 'deploy');
  const deploy = list.programs.find(({ kind }) => kind === 'deploy');
  return z.strictObject({
    global: z.looseObject({ docfleet: shared(list) }),
    image: z.strictObject({
      registry: text,
      repository: text,
      tag: text,
      pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
      pullSecrets: z.array(z.strictObject({ name: text })),
      command: texts,
    }),
    region: text.regex(/^[a-z0-9-]{1,64}$/),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    plaintextConnections: z.enum(['refuse', 'allow']),
    parserSandbox: z.enum(['best', 'required']),
    sourceBuckets: texts,
    schemaRegistry: z.strictObject({ url: text, tls }),
    database: z.strictObject({ tls }),
    objectStore: z.strictObject({
      endpoint: text,
      publicEndpoint: text,
      region: text,
      bucket: text,
      forcePathStyle: z.boolean(),
      tls,
    }),
    redis: z.strictObject({ enabled: z.boolean(), tls }),
    tracing: z.strictObject({ endpoint: text }),
    http: z.strictObject({ port, tlsSecret: text }),
    tenantProof: z.strictObject({
      mode: z.enum(['signature', 'broker', 'off']),
      keyId: text,
      publicKeys: texts,
      tenantSecrets: z.array(z.strictObject({ tenant: text, secret: text })),
    }),
    artifactUrls: z.strictObject({ enabled: z.boolean() }),
    secrets: z.strictObject({ name: text }),
    externalSecrets: z.strictObject({
      enabled: z.boolean(),
      store: z.strictObject({ name: text, kind: z.enum(['SecretStore', 'ClusterSecretStore']) }),
      remoteKey: text,
      refreshInterval: text,
    }),
    serviceAccounts: z.strictObject({ annotations: map }),
    podSecurity: z.strictObject({ user: z.int().min(1), group: z.int().min(1) }),
    pod: z.strictObject({ ...podFields, settings: z.strictObject({}) }).partial(),
    services: z.strictObject(Object.fromEntries(installed.map((program) => [program.name, podOf(program)]))),
    deploy: z.strictObject({
      enabled: z.boolean(),
      setPasswords: z.boolean(),
      deadlineSeconds: seconds,
      pod: deploy === undefined ? z.strictObject({}) : podOf(deploy),
    }),
    probes: z.strictObject({
      startup: z.strictObject({ periodSeconds: seconds, failureThreshold: z.int().min(1) }),
      readiness: z.strictObject({ periodSeconds: seconds, failureThreshold: z.int().min(1) }),
      liveness: z.strictObject({ periodSeconds: seconds, failureThreshold: z.int().min(1) }),
      timeoutSeconds: z.int().min(1),
    }),
    rollout: z.strictObject({
      maxSurge: z.union([text, z.int()]),
      maxUnavailable: z.union([text, z.int()]),
      minReadySeconds: seconds,
      progressDeadlineSeconds: seconds,
      revisionHistoryLimit: z.int().min(0),
    }),
    podDisruptionBudgets: z.strictObject({
      enabled: z.boolean(),
      maxUnavailable: z.union([text, z.int().min(1)]),
    }),
    hpa: z.strictObject({ enabled: z.boolean(), cpuUtilisation: z.int().min(1).max(100) }),
    keda: z.looseObject({ enabled: z.boolean() }),
    networkPolicies: z.strictObject({
      enabled: z.boolean(),
      clients: objects,
      monitoring: objects,
      dns: z.strictObject({ peers: objects, ports: z.array(port) }),
      kafka: rule,
      oauth: rule,
      identityProviders: rule,
      schemaRegistry: rule,
      database: rule,
      objectStore: rule,
      redis: rule,
      receivers: rule,
      tracing: rule,
    }),
    ingress: z.strictObject({
      enabled: z.boolean(),
      className: text,
      annotations: map,
      hosts: texts,
      paths: texts,
      tlsSecret: text,
    }),
    httpRoute: z.strictObject({
      enabled: z.boolean(),
      annotations: map,
      parents: objects,
      hosts: texts,
      paths: texts,
      requestTimeout: text,
    }),
    monitoring: z.strictObject({
      podMonitor: z.strictObject({ enabled: z.boolean(), labels: map, interval: text, scrapeTimeout: text }),
      serviceMonitor: z.strictObject({
        enabled: z.boolean(),
        labels: map,
        interval: text,
        scrapeTimeout: text,
      }),
      rules: z.strictObject({ enabled: z.boolean(), labels: map, runbooks: text }),
      dashboards: z.strictObject({ enabled: z.boolean(), labels: map, annotations: map }),
    }),
    extraObjects: z.array(z.union([object, text])),
  });
}

function kedaValues(list: FleetList) {
  return z.strictObject({
    enabled: z.boolean().optional(),
    global: z.looseObject({ docfleet: shared(list) }),
    authentication: z.strictObject({ secret: text }),
    prometheus: z.strictObject({
      enabled: z.boolean(),
      address: text,
      authModes: text,
      secret: text,
      ignoreNullValues: z.boolean(),
      queries: z.strictObject({ workSeconds: text, requestsPerSecond: text, gpuUtilisation: text }),
    }),
    kafkaVersion: text,
    pollingInterval: z.int().min(1),
    cooldownPeriod: seconds,
    initialCooldownPeriod: seconds,
    fallback: z.strictObject({ enabled: z.boolean(), failureThreshold: z.int().min(1) }),
    restoreToOriginalReplicaCount: z.boolean(),
    annotations: map,
  });
}

/** Closed schemas of the values of both charts: an unknown key is refused. `global` is open, because other charts use it. */
export function valuesSchemas(list: FleetList): { readonly main: ValuesSchema; readonly keda: ValuesSchema } {
  const options = { target: 'draft-7', io: 'input', reused: 'ref' } as const;
  return {
    main: z.toJSONSchema(mainValues(list), options),
    keda: z.toJSONSchema(kedaValues(list), options),
  };
}

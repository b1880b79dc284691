/** Triggers that the charts use, or that need nothing beyond Kubernetes. */
export const keptTriggers = [
  'cpu',
  'memory',
  'cron',
  'kafka',
  'prometheus',
  'external',
  'external-push',
  'external-mock',
  'kubernetes-workload',
] as const;

const keptFiles: readonly string[] = [
  'scaler.go',
  'cpu_memory_scaler.go',
  'cron_scaler.go',
  'kafka_scaler.go',
  'prometheus_scaler.go',
  'external_scaler.go',
  'external_mock_scaler.go',
  'kubernetes_workload_scaler.go',
];

/** Whether a file of `pkg/scalers` stays. */
export function isKeptScaler(fileName: string): boolean {
  return keptFiles.includes(fileName);
}

/** The source of `pkg/scaling/scalers_builder.go` with the cases of the kept triggers only. @throws Error where its marks are missing. */
export function keepTriggers(source: string): string {
  const lines = source.split('\n');
  const [start, end] = ['TRIGGERS-START', 'TRIGGERS-END'].map((mark) =>
    lines.findIndex((line) => line.includes(mark)),
  );
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error(
      'scalers_builder.go has no TRIGGERS-START and TRIGGERS-END: KEDA lists its scalers elsewhere.',
    );
  let isDropped = false;
  return lines
    .filter((line, index) => {
      if (index <= start || index >= end) return true;
      const trigger = /^\tcase "(?<name>[^"]+)"/.exec(line)?.groups?.['name'];
      if (trigger !== undefined) isDropped = !(keptTriggers as readonly string[]).includes(trigger);
      else if (line.startsWith('\tdefault:')) isDropped = false;
      return !isDropped;
    })
    .join('\n');
}

import type { Arguments } from '../arguments.ts';
import type { Facts } from '../check/facts.ts';
import { medianMs, type FuzzViolation } from './judge-fuzz.ts';
import type { NeighbourDocument } from './neighbour.ts';
import type { Sent } from './send-all.ts';
import type { Watched } from './watch.ts';

export type FuzzReport = ReturnType<typeof fuzzReport>;

/** The figures of a run with fuzzed submissions, as printed in JSON. */
export function fuzzReport(parts: {
  readonly given: Arguments;
  readonly seconds: number;
  readonly sent: Sent;
  readonly before: readonly NeighbourDocument[];
  readonly beside: readonly NeighbourDocument[];
  readonly services: readonly Watched[];
  readonly facts: Facts;
  readonly violations: readonly FuzzViolation[];
  readonly logs: string;
}) {
  const { given, sent, before, beside, services, facts, violations } = parts;
  const inSeconds = (ms: number): number => Math.round(ms / 100) / 10;
  return {
    seed: given.seed,
    submissions: given.documents,
    seconds: Math.round(parts.seconds),
    answers: countBy(sent.calls, ({ answer }) => String(answer?.status ?? 'none')),
    records: countBy(sent.records, (answer) => answer),
    runs: facts.claims.size,
    ends: countBy(facts.terminal, ({ status, code }) => (code === null ? status : `${status} ${code}`)),
    rejected: countBy(facts.rejected, ({ code }) => code),
    deadLetters: facts.deadLetters,
    setAside: countBy(facts.setAside, ({ topic, cause }) => `${topic} ${cause}`),
    neighbour: {
      alone: before.length,
      medianSecondsAlone: inSeconds(medianMs(before)),
      beside: beside.length,
      medianSecondsBeside: inSeconds(medianMs(beside)),
      longestSecondsBeside: inSeconds(Math.max(...beside.map(({ ms }) => ms))),
    },
    peakMegabytes: Object.fromEntries(
      services.map(({ service, peakBytes }) => [service, Math.round(peakBytes / 1e6)]),
    ),
    violationsByKind: countBy(violations, ({ kind }) => kind),
    violations,
    logs: parts.logs,
  };
}

function countBy<T>(values: readonly T[], name: (value: T) => string): Readonly<Record<string, number>> {
  const counts = [...Map.groupBy(values, name)].map(([key, own]) => [key, own.length] as const);
  return Object.fromEntries(counts.sort(([a], [b]) => a.localeCompare(b)));
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly file: string;
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RecordingRule {
  readonly file: string;
  readonly record: string;
  readonly expr: string;
}

/** Rules of a folder of rule files. */
export interface Rules {
  /** Names of the files with rules. */
  readonly files: readonly string[];
  /** Names of the files with tests of rules. */
  readonly tests: readonly string[];
  readonly alerts: readonly AlertRule[];
  readonly records: readonly RecordingRule[];
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly (Partial<AlertRule> & Partial<RecordingRule>)[] }[];
}

/** Reads the rules of a folder: `*.yaml`, and `*.test.yaml` with their tests. */
export function readRules(folder: string): Rules {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  const tests = names.filter((name) => name.endsWith('.test.yaml'));
  const files = names.filter((name) => !tests.includes(name));
  const rules = files.flatMap((file) => {
    const { groups } = parse(readFileSync(join(folder, file), 'utf8')) as RuleFile;
    return groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, file })));
  });
  return {
    files,
    tests,
    alerts: rules.flatMap(({ file, alert, expr = '', labels = {}, annotations = {} }) =>
      alert === undefined ? [] : [{ file, alert, expr, labels, annotations }],
    ),
    records: rules.flatMap(({ file, record, expr = '' }) =>
      record === undefined ? [] : [{ file, record, expr }],
    ),
  };
}

/**
 * Replaces `$(NAME)` by the variable's value and `$$` by `$`; names without a value stay as they are, as Kubernetes
 * does in `command`, `args` and `env[].value`.
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\((?<name>[^()]+)\)/g, (match: string, name: string | undefined) => {
    if (name === undefined) return '$';
    return variables[name] ?? match;
  });
}

/** A folder of a pod, as its container sees it and as it is on this machine. */
export interface Mount {
  readonly mountPath: string;
  readonly folder: string;
}

/**
 * Replaces paths below mounts by those of this machine. Processes have no file system of their own, so they find their
 * files by what their environment and arguments say.
 */
export function mapPaths(text: string, mounts: readonly Mount[]): string {
  const longestFirst = [...mounts].sort((a, b) => b.mountPath.length - a.mountPath.length);
  return longestFirst.reduce((mapped, { mountPath, folder }) => {
    const escaped = mountPath.replace(/\/+$/, '').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const whole = new RegExp(String.raw`(?<![\w./-])${escaped}(?=$|[/:;,\s"'])`, 'g');
    return mapped.replaceAll(whole, () => folder);
  }, text);
}

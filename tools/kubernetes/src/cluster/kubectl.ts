import { runCommandLine, waitUntil } from '@docfleet/stack';

/** Calls kubectl for one cluster and one user. */
export class Kubectl {
  readonly #program: string;
  readonly #kubeconfig: string;
  readonly #signal: AbortSignal;

  constructor({ program, kubeconfig, signal }: { program: string; kubeconfig: string; signal: AbortSignal }) {
    this.#program = program;
    this.#kubeconfig = kubeconfig;
    this.#signal = signal;
  }

  get kubeconfig(): string {
    return this.#kubeconfig;
  }

  /** Gives what it printed. `input` is its standard input. @throws CommandFailed */
  run(parts: readonly string[], input?: string): Promise<string> {
    return runCommandLine(
      {
        file: this.#program,
        arguments: [`--kubeconfig=${this.#kubeconfig}`, ...parts],
        ...(input !== undefined && { input }),
      },
      this.#signal,
    );
  }

  /** Applies objects. */
  apply(objects: readonly object[]): Promise<string> {
    return this.run(['apply', '--server-side', '--force-conflicts', '-f', '-'], listOf(objects));
  }

  /** Creates objects with their status, as kubelets create nodes. */
  create(objects: readonly object[]): Promise<string> {
    return this.run(['create', '-f', '-'], listOf(objects));
  }

  async get(parts: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.run(['get', ...parts, '-o', 'json'])) as unknown;
  }

  /** Whether the call succeeds. */
  succeeds(parts: readonly string[]): Promise<boolean> {
    return this.run(parts).then(
      () => true,
      () => false,
    );
  }

  /** Waits until the call succeeds. @throws Error of its last failure after the time */
  async until(parts: readonly string[], timeoutMs: number): Promise<void> {
    let last: unknown;
    const isDone = await waitUntil(async () => {
      this.#signal.throwIfAborted();
      try {
        await this.run(parts);
        return true;
      } catch (error) {
        last = error;
        return false;
      }
    }, timeoutMs);
    if (!isDone) throw last;
  }
}

/** JSON is YAML. */
function listOf(objects: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}

/** Aborts at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.kill(process.pid, 'SIGKILL');
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  return stop.signal;
}

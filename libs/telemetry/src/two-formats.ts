import { Registry, type OpenMetricsContentType } from 'prom-client';

/** A metric as its registry holds it: its name can be changed. The types of prom-client omit that. */
interface Named {
  name: string;
}

/**
 * Metrics in two formats: OpenMetrics, which has exemplars, and the text format of Prometheus. prom-client takes `_total`
 * off the names of counters when it renders OpenMetrics, and leaves it off, so that the text format would lack it
 * afterwards: the names are put back. It reads a name before it waits for anything.
 */
export class TwoFormats {
  /** Where metrics are registered. */
  readonly registry = new Registry<OpenMetricsContentType>();
  readonly #textual = new Registry();

  constructor(defaultLabels: Readonly<Record<string, string>>) {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    this.registry.setDefaultLabels(defaultLabels);
    this.#textual.setDefaultLabels(defaultLabels);
  }

  get textType(): string {
    return this.#textual.contentType;
  }

  /** The text format of Prometheus. */
  text(): Promise<string> {
    for (const metric of this.registry.getMetricsAsArray()) this.#textual.registerMetric(metric as never);
    return this.#textual.metrics();
  }

  openMetrics(): Promise<string> {
    const metrics = this.registry.getMetricsAsArray() as unknown as Named[];
    const named = metrics.map((metric) => ({ metric, name: metric.name }));
    const rendering = this.registry.metrics();
    for (const { metric, name } of named) metric.name = name;
    return rendering;
  }
}

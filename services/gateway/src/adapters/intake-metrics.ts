import { multiplierOf, type IntakeRates, type TokenAnswer } from '@docfleet/adaptive-intake';
import type { Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';

/** Tenants with time series of their own; further tenants share one, so that the number of series is bounded. */
const maxTenants = 500;
const others = '(others)';
const wholeFleet = '(fleet)';

/** Figures are of this time, in milliseconds. A tenant that sent nothing in it has none. */
const windowMs = 60_000;

interface Figures {
  since: number;
  asked: number;
  granted: number;
  /** Of the window before. */
  last: { readonly asked: number; readonly granted: number };
  available: number;
}

/** Exports what intake lets in (M-20); the returned function takes each answer. */
export function exportIntake(
  metrics: Pick<Metrics, 'readGauge'>,
  options: { readonly clock: Clock; readonly rates: () => IntakeRates },
): (tenantId: string, documents: number, answer: TokenAnswer) => void {
  const { clock, rates } = options;
  const figures = new Map<string, Figures>();
  const labels = ['tenant'] as const;
  const recent = (): readonly (readonly [string, Figures])[] => {
    for (const [tenant, { since }] of figures)
      if (clock.now() - since >= 2 * windowMs) figures.delete(tenant);
    return [...figures];
  };
  metrics.readGauge(
    'current_rate_multiplier',
    'Share of its base rate that intake allows: of tenants that send, and of the fleet.',
    {
      labels,
      read: () => [
        { labels: { tenant: wholeFleet }, value: rates().fleet },
        ...recent()
          .filter(([tenant]) => tenant !== others)
          .map(([tenant]) => ({ labels: { tenant }, value: multiplierOf(rates(), tenant) })),
      ],
    },
  );
  metrics.readGauge('tokens_available', 'Documents that a tenant could send at once when it sent last.', {
    labels,
    read: () => recent().map(([tenant, { available }]) => ({ labels: { tenant }, value: available })),
  });
  metrics.readGauge(
    'success_rate_percent',
    'Documents let in, of those that tenants sent in the last one to two minutes.',
    {
      labels,
      read: () =>
        recent().map(([tenant, { asked, granted, last }]) => ({
          labels: { tenant },
          value: (100 * (granted + last.granted)) / Math.max(1, asked + last.asked),
        })),
    },
  );
  return (tenantId, documents, { granted, available }) => {
    const label = figures.has(tenantId) || figures.size < maxTenants ? tenantId : others;
    const now = clock.now();
    const known = figures.get(label);
    const figure: Figures =
      known === undefined || now - known.since >= windowMs
        ? { since: now, asked: 0, granted: 0, last: lastOf(known, now), available }
        : known;
    figure.asked += documents;
    if (granted) figure.granted += documents;
    figure.available = available;
    figures.set(label, figure);
  };
}

function lastOf(figure: Figures | undefined, now: number): Figures['last'] {
  if (figure === undefined || now - figure.since >= 2 * windowMs) return { asked: 0, granted: 0 };
  return { asked: figure.asked, granted: figure.granted };
}

import type { Fleet } from '@docfleet/client';
import { useState } from 'react';
import { breakersOf, releaseOf } from '../model/orders.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Choice } from '../ui/choice.tsx';
import { Table } from '../ui/table.tsx';
import { OrderButton, useFleet } from './fleet.tsx';

const levels = ['auto', 'L0', 'L1', 'L2', 'L3', 'L4'] as const;

/** The level of the fleet, its breakers, and the orders that apply. */
export function Orders() {
  return (
    <Answered query={useFleet()}>
      {(fleet) => (
        <>
          <Level fleet={fleet} />
          <Given fleet={fleet} />
          <Breakers fleet={fleet} />
        </>
      )}
    </Answered>
  );
}

function Level({ fleet }: { readonly fleet: Fleet }) {
  const { t, format } = useTexts();
  const [chosen, setChosen] = useState<(typeof levels)[number]>('auto');
  const { level } = fleet;
  const textOf = (name: string): string => `${name}, ${t.levels[name] ?? name}`;
  return (
    <section aria-labelledby="level" className="card">
      <h2 id="level">{t.operations.level}</h2>
      {level === null ? (
        <p>{t.operations.noLevel}</p>
      ) : (
        <p>
          <Badge tone={level.level === 'L0' ? 'good' : 'warn'} text={textOf(level.level)} />{' '}
          {t.operations.levelSince(format.time(level.since))}
          {level.reasons.length > 0 && `. ${t.operations.reasons}: ${level.reasons.join(', ')}`}
        </p>
      )}
      <div className="inline">
        <Choice
          label={t.operations.setLevel}
          value={chosen}
          options={levels.map((value) => ({
            value,
            text: value === 'auto' ? t.operations.automatic : textOf(value),
          }))}
          onChange={setChosen}
        />
        <OrderButton
          text={t.operations.give}
          label={`${t.operations.give}, ${t.operations.level}: ${chosen === 'auto' ? t.operations.automatic : chosen}`}
          order={{ kind: 'level', level: chosen === 'auto' ? null : chosen }}
        />
      </div>
    </section>
  );
}

function Given({ fleet }: { readonly fleet: Fleet }) {
  const { t, format } = useTexts();
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{t.operations.applies}</h2>
      <Table
        caption={t.operations.applies}
        rows={fleet.orders}
        keyOf={({ kind, what }) => `${kind} ${what}`}
        empty={t.operations.noOrders}
        columns={[
          { id: 'what', header: t.operations.what, cell: ({ kind, what }) => `${kind}: ${what}` },
          { id: 'reason', header: t.reason, cell: ({ reason }) => reason },
          { id: 'by', header: t.operations.by, kind: 'wide', cell: ({ by }) => by ?? '' },
          { id: 'since', header: t.operations.since, cell: ({ since }) => format.time(since) },
          {
            id: 'until',
            header: t.operations.until,
            kind: 'wide',
            cell: ({ until }) => (until === null ? t.operations.untilReleased : format.time(until)),
          },
          {
            id: 'action',
            header: t.actions,
            cell: (order) => {
              const release = releaseOf(order);
              if (release === undefined) return '';
              return (
                <OrderButton
                  text={t.operations.release}
                  label={`${t.operations.release}: ${order.kind} ${order.what}`}
                  order={release}
                />
              );
            },
          },
        ]}
      />
    </section>
  );
}

function Breakers({ fleet }: { readonly fleet: Fleet }) {
  const { t } = useTexts();
  return (
    <section aria-labelledby="breakers">
      <h2 id="breakers">{t.operations.breakers}</h2>
      <Table
        caption={t.operations.breakers}
        rows={breakersOf(fleet.processes)}
        keyOf={({ name }) => name}
        empty={t.operations.noBreakers}
        columns={[
          { id: 'name', header: t.operations.breaker, cell: ({ name }) => name },
          {
            id: 'states',
            header: t.operations.states,
            cell: ({ processes }) =>
              processes.map(({ process, state }) => (
                <span key={process} className="pair">
                  <Badge tone={state === 'closed' ? 'good' : 'bad'} text={`${process} ${state}`} />
                </span>
              )),
          },
          {
            id: 'action',
            header: t.actions,
            cell: ({ name }) => (
              <span className="inline">
                <OrderButton
                  text={t.operations.openBreaker}
                  label={`${t.operations.openBreaker}: ${name}`}
                  order={{ kind: 'breaker', breaker: name, state: 'open' }}
                />
                <OrderButton
                  text={t.operations.closeBreaker}
                  label={`${t.operations.closeBreaker}: ${name}`}
                  order={{ kind: 'breaker', breaker: name, state: 'closed' }}
                />
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}

import { UnreachableError } from '@docfleet/client';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useState, useSyncExternalStore, type ReactNode } from 'react';
import { useApi, type Api } from './session/api.ts';
import { sessions } from './session/session.ts';
import { chooseLanguage, languageName, languages, useLanguage, useTexts } from './strings/strings.ts';
import type { Strings } from './strings/en.ts';
import { Button } from './ui/button.tsx';
import { Choice } from './ui/choice.tsx';
import { Empty, Problem } from './ui/feedback.tsx';
import { chooseTheme, readTheme, themes } from './ui/theme.ts';
import { DropAnywhere } from './uploads/drop-anywhere.tsx';

interface NavItem {
  readonly to:
    | '/home'
    | '/documents'
    | '/review'
    | '/batches'
    | '/dead-letters'
    | '/operations'
    | '/tenants'
    | '/usage'
    | '/keys'
    | '/webhooks'
    | '/classes/new'
    | '/classes'
    | '/audit';
  readonly name: Exclude<
    keyof Strings['nav'],
    'label' | 'theme' | 'themes' | 'languageLabel' | 'signOut' | 'signedInAs'
  >;
  readonly isShown: (api: Api) => boolean;
}

/** The places of the console, in their order, and who sees them. */
const items: readonly NavItem[] = [
  { to: '/home', name: 'home', isShown: ({ me }) => me.tenantId !== null },
  { to: '/operations', name: 'operations', isShown: ({ may }) => may('readFleet') },
  { to: '/documents', name: 'documents', isShown: ({ may }) => may('read') },
  { to: '/review', name: 'review', isShown: ({ may }) => may('review') },
  { to: '/batches', name: 'batches', isShown: ({ may }) => may('readBatches') },
  { to: '/dead-letters', name: 'failures', isShown: ({ may }) => may('readDeadLetters') },
  { to: '/tenants', name: 'tenants', isShown: ({ may }) => may('readTenants') },
  { to: '/usage', name: 'usage', isShown: ({ may }) => may('readUsage') },
  { to: '/keys', name: 'keys', isShown: ({ may, me }) => may('manageKeys') && me.tenantId !== null },
  { to: '/webhooks', name: 'webhooks', isShown: ({ may }) => may('manageWebhooks') },
  { to: '/classes/new', name: 'newClass', isShown: ({ may }) => may('draftClass') },
  { to: '/classes', name: 'classes', isShown: () => true },
  { to: '/audit', name: 'audit', isShown: ({ may }) => may('readAudit') },
];

/** What stands around every view. */
export function Shell(): ReactNode {
  const { t } = useTexts();
  const api = useApi();
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <header className="side">
        <p className="brand">{t.product}</p>
        <nav aria-label={t.nav.label}>
          <ul>
            {items
              .filter(({ isShown }) => isShown(api))
              .map(({ to, name }) => (
                <li key={to}>
                  <Link to={to} activeProps={{ 'aria-current': 'page' }}>
                    {t.nav[name]}
                  </Link>
                </li>
              ))}
          </ul>
        </nav>
        <Settings />
      </header>
      <main id="content" tabIndex={-1}>
        <Away />
        {api.may('submit') ? (
          <DropAnywhere>
            <Outlet />
          </DropAnywhere>
        ) : (
          <Outlet />
        )}
      </main>
    </div>
  );
}

export function NotFound(): ReactNode {
  const { t } = useTexts();
  return (
    <Empty>
      {t.problem.page} <Link to="/">{t.problem.home}</Link>
    </Empty>
  );
}

/** A view that cannot be shown: the others can still be opened. */
export function ViewFault({
  error,
  reset,
}: {
  readonly error: unknown;
  readonly reset: () => void;
}): ReactNode {
  return <Problem error={error} onRetry={reset} />;
}

/** Says so while the gateway does not answer. */
function Away() {
  const { t } = useTexts();
  const cache = useQueryClient().getQueryCache();
  const isAway = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => cache.getAll().some(({ state }) => state.error instanceof UnreachableError),
  );
  return (
    <div role="status" className={isAway ? 'away' : 'hidden'}>
      {isAway ? t.away : ''}
    </div>
  );
}

function Settings() {
  const { t } = useTexts();
  const { me } = useApi();
  const language = useLanguage();
  const [theme, setTheme] = useState(readTheme);
  return (
    <div className="settings">
      <Choice
        label={t.nav.theme}
        value={theme}
        options={themes.map((value) => ({ value, text: t.nav.themes[value] }))}
        onChange={(value) => {
          chooseTheme(value);
          setTheme(value);
        }}
      />
      <Choice
        label={t.nav.languageLabel}
        value={language}
        options={languages.map((value) => ({ value, text: languageName(value) }))}
        onChange={chooseLanguage}
      />
      <p className="who">{t.nav.signedInAs(me.role, me.tenantId)}</p>
      {me.subject !== null && <p className="who">{me.subject}</p>}
      <Button
        onPress={() => {
          sessions.end();
        }}
      >
        {t.nav.signOut}
      </Button>
    </div>
  );
}

import { useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { comeBack, consolePath, isReturning, readConfig, type ConsoleConfig } from './session/provider.ts';
import { sessions, useSessionState } from './session/session.ts';
import { SignIn } from './session/sign-in.tsx';
import { SignedIn } from './signed-in.tsx';
import { textsIn, TextsContext, useLanguage } from './strings/strings.ts';
import { Loading } from './ui/feedback.tsx';

/** Signs in by a link or by what a provider sent back, then shows the application, or the page to sign in. */
async function begin(linkedKey: string | undefined): Promise<Beginning> {
  const config = await readConfig();
  if (isReturning()) {
    try {
      const { credential, renewal, returnTo } = await comeBack(config);
      history.replaceState(null, '', returnTo);
      sessions.begin(credential, renewal);
    } catch (error) {
      history.replaceState(null, '', `${consolePath}/`);
      return { config, providerFault: error instanceof Error ? error.message : String(error) };
    }
  }
  if (linkedKey !== undefined && config.keyLinks) sessions.begin(linkedKey);
  return { config };
}

interface Beginning {
  readonly config: ConsoleConfig;
  /** Why the provider signed nobody in. */
  readonly providerFault?: string;
}

const noProviders: ConsoleConfig = { providers: [], keyLinks: false };
let beginning: Promise<Beginning> | undefined;

export function App({ linkedKey }: { readonly linkedKey: string | undefined }) {
  const language = useLanguage();
  const texts = useMemo(() => textsIn(language), [language]);
  const [begun, setBegun] = useState<Beginning>();
  // Who has signed in before need not wait for what is needed to sign in.
  const [mayGoOn] = useState(() => linkedKey === undefined && !isReturning());
  useEffect(() => {
    // Once for the page: a code can be exchanged once.
    beginning ??= begin(linkedKey).catch(() => ({ config: noProviders }));
    void beginning.then(setBegun);
  }, [linkedKey]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <I18nProvider locale={language}>
      <TextsContext value={texts}>
        <Entrance begun={begun} mayGoOn={mayGoOn} />
      </TextsContext>
    </I18nProvider>
  );
}

function Entrance({ begun, mayGoOn }: { readonly begun: Beginning | undefined; readonly mayGoOn: boolean }) {
  const { session, isExpired } = useSessionState();
  if (session !== undefined && (begun !== undefined || mayGoOn))
    return <SignedIn key={session.credential} credential={session.credential} />;
  if (begun === undefined) return <Loading />;
  const { config, providerFault } = begun;
  return <SignIn providers={config.providers} isExpired={isExpired} providerFault={providerFault} />;
}

import { ApiError } from '@docfleet/client';
import { useState } from 'react';
import type { Provider } from '../model/sign-in.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { clientFor } from './api.ts';
import { leaveFor } from './provider.ts';
import { sessions } from './session.ts';

/** The page of whoever has not signed in. The address stays, so that the person goes on where they were. */
export function SignIn(props: {
  readonly providers: readonly Provider[];
  readonly isExpired: boolean;
  readonly providerFault: string | undefined;
}) {
  const { t } = useTexts();
  const { providers, isExpired, providerFault } = props;
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const signIn = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const credential = key.trim();
    try {
      await clientFor(credential).readMe();
      sessions.begin(credential);
    } catch (error) {
      setProblem(error instanceof ApiError && error.status < 500 ? t.signIn.refused : t.signIn.unreachable);
      setBusy(false);
    }
  };
  const leave = (provider: Provider): void => {
    setBusy(true);
    leaveFor(provider, location.pathname + location.search).catch((error: unknown) => {
      setProblem(t.signIn.providerFailed(error instanceof Error ? error.message : String(error)));
      setBusy(false);
    });
  };
  const fault = providerFault === undefined ? undefined : t.signIn.providerFailed(providerFault);
  const said = problem ?? fault;
  return (
    <main className="sign-in">
      <h1>{t.product}</h1>
      {isExpired && <p role="status">{t.signIn.expired}</p>}
      {said !== undefined && (
        <p className="problem" role="alert">
          {said}
        </p>
      )}
      {providers.map((provider) => (
        <Button
          key={provider.issuer}
          look="primary"
          isDisabled={isBusy}
          onPress={() => {
            leave(provider);
          }}
        >
          {t.signIn.with(provider.label)}
        </Button>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void signIn();
        }}
      >
        <TextControl
          label={t.signIn.key}
          hint={t.signIn.keyHint}
          type="password"
          autoComplete="off"
          value={key}
          onChange={setKey}
          isRequired
        />
        <Button
          type="submit"
          look={providers.length === 0 ? 'primary' : 'plain'}
          isDisabled={isBusy || key.trim() === ''}
        >
          {isBusy ? t.signIn.working : t.signIn.submit}
        </Button>
      </form>
    </main>
  );
}

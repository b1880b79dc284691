import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { keyInFragment } from './model/sign-in.ts';
import { consolePath } from './session/provider.ts';
import { applyTheme } from './ui/theme.ts';

/** The key of a link, taken out of the address before anything else sees it. The gateway says whether it may be used. */
const linkedKey = keyInFragment(location.hash);
if (linkedKey !== undefined) history.replaceState(null, '', location.pathname + location.search);

/** Where most people begin is fetched while the gateway is asked who they are; whoever needs it waits for the same file. */
const beginsAtHome = [`${consolePath}/`, `${consolePath}/home`].includes(location.pathname);
if (beginsAtHome) import('./views/home.tsx').catch(() => undefined);

applyTheme();
const root = document.getElementById('console');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App linkedKey={linkedKey} />
    </StrictMode>,
  );
}

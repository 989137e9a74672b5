import '@c15t/react/styles.css';
import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from '@c15t/react';
import { createRoot } from 'react-dom/client';
import { settings } from './c15t-settings.ts';

createRoot(document.getElementById('consent')!).render(
  <ConsentManagerProvider options={settings()}>
    <ConsentBanner />
    <ConsentDialog />
  </ConsentManagerProvider>,
);

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { resolveVariables, theme } from '../theme';
import { ConnectionBanner } from './ConnectionBanner';
import { Gate } from './Gate';
import { styleNonce } from './nonce';
import { createQueryClient } from './queryClient';

const queryClient = createQueryClient();

/** The whole window. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          <Notifications position="bottom-right" autoClose={6000} transitionDuration={120} />
          <ConnectionBanner />
          <Gate />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

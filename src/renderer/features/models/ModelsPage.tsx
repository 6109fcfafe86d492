import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Model, Provider } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, PageHeader } from '../../ui';
import { DeclareProviderDialog } from './DeclareProviderDialog';
import { Discovered } from './Discovered';
import { ImportDialog } from './ImportDialog';
import { ModelDetails } from './ModelDetails';
import { ModelsSection } from './ModelsSection';
import classes from './models.module.css';
import { PriceDialog } from './PriceDialog';
import { ProvidersSection } from './ProvidersSection';
import { PullDialog } from './PullDialog';
import { RemoveModel, RemoveProvider } from './RemoveDialogs';
import { useModels, useProviders } from './useModels';
import { WorkSection } from './WorkSection';

const NO_PROVIDERS: readonly Provider[] = [];

/** The models of the installation: who runs them, which there are, where they come from, what they cost. */
export function ModelsPage() {
  const providers = useProviders().data ?? NO_PROVIDERS;
  const models = useModels().data;
  const [dialog, setDialog] = useState<'declare' | 'pull' | 'import' | null>(null);
  const [shownId, setShownId] = useState<string | null>(null);
  const [pricing, setPricing] = useState<Model | null>(null);
  const [removing, setRemoving] = useState<Model | null>(null);
  const [removingProvider, setRemovingProvider] = useState<Provider | null>(null);
  const discovery = useMutation({ mutationFn: () => installation.client.models.discover({}) });
  const close = () => setDialog(null);
  const servers = providers.filter((each) => each.kind === 'ollama');
  const found = discovery.data;

  return (
    <>
      <PageHeader
        title="Models"
        description="Which models may answer, where they run, where their weights come from and what they cost."
      />
      <div className={classes.page}>
        {discovery.isError && (
          <ErrorNotice
            error={discovery.error}
            doing="The look for Ollama failed."
            onRetry={discovery.mutate}
          />
        )}
        {found && (
          <Discovered
            found={found}
            declared={providers.some((each) => each.baseUrl === found.baseUrl)}
            onDeclare={() => setDialog('declare')}
            onClose={discovery.reset}
          />
        )}
        <WorkSection />
        <ProvidersSection
          onDeclare={() => setDialog('declare')}
          onDiscover={() => discovery.mutate()}
          discovering={discovery.isPending}
          onRemove={setRemovingProvider}
        />
        <ModelsSection
          providers={providers}
          onShow={(model) => setShownId(model.id)}
          onImport={() => setDialog('import')}
          onPull={servers.length > 0 ? () => setDialog('pull') : undefined}
        />
      </div>
      <DeclareProviderDialog opened={dialog === 'declare'} found={found?.baseUrl ?? null} onClose={close} />
      <PullDialog opened={dialog === 'pull'} servers={servers} onClose={close} />
      <ImportDialog
        opened={dialog === 'import'}
        targets={providers.filter((each) => each.kind === 'embedded' || each.kind === 'ollama')}
        onClose={close}
      />
      <ModelDetails
        model={models?.find((each) => each.id === shownId) ?? null}
        providers={providers}
        onClose={() => setShownId(null)}
        onPrice={setPricing}
        onRemove={setRemoving}
      />
      <PriceDialog model={pricing} onClose={() => setPricing(null)} />
      <RemoveModel model={removing} onClose={() => setRemoving(null)} onRemoved={() => setShownId(null)} />
      <RemoveProvider provider={removingProvider} onClose={() => setRemovingProvider(null)} />
    </>
  );
}

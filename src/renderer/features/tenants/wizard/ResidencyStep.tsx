import { Radio, Stack, TagsInput } from '@mantine/core';
import { ResidencyMode } from '../../../../contract';
import { FieldHelp, RESIDENCY_MODES } from '../../../ui';
import { ChoiceCard } from './ChoiceCard';
import type { WizardForm } from './wizardForm';

/** Where the tenant's words may be processed. */
export function ResidencyStep({ form }: { form: WizardForm }) {
  return (
    <Stack gap="md">
      <Radio.Group aria-label="Residency" {...form.getInputProps('residency.mode')}>
        <Stack gap="xs">
          {ResidencyMode.options.map((mode) => (
            <ChoiceCard key={mode} value={mode} label={RESIDENCY_MODES[mode].label}>
              {RESIDENCY_MODES[mode].meaning}
            </ChoiceCard>
          ))}
        </Stack>
      </Radio.Group>
      {form.values.residency.mode === 'region-bound' && (
        <TagsInput
          label={
            <>
              Regions{' '}
              <FieldHelp about="regions">
                A region is what an operator declared for an endpoint, with the evidence, such as eu-de.
                Models whose endpoint is in another region, or in none, are refused.
              </FieldHelp>
            </>
          }
          aria-label="Regions"
          placeholder="eu-de"
          maxTags={20}
          maw={480}
          clearable
          {...form.getInputProps('residency.regions')}
        />
      )}
    </Stack>
  );
}

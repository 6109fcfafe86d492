import { NumberInput, SimpleGrid } from '@mantine/core';
import type { OwnLimits } from '../../../contract';
import { format } from '../../ui';
import { LIMITS } from './words';

interface LimitInputsProps {
  value: OwnLimits;
  onChange: (next: OwnLimits) => void;
  /** What holds where nothing is entered; `null` where that is without limit. */
  otherwise?: OwnLimits;
}

/** Asks for limits; what is left empty stays at the next wider limit. */
export function LimitInputs({ value, onChange, otherwise }: LimitInputsProps) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      {LIMITS.map(({ name, label }) => (
        <NumberInput
          key={name}
          label={label}
          min={1}
          max={1_000_000_000}
          allowDecimal={false}
          thousandSeparator=","
          hideControls
          placeholder={placeholderOf(otherwise, name)}
          value={value[name] ?? ''}
          onChange={(next) => onChange({ ...value, [name]: next === '' ? null : Number(next) })}
        />
      ))}
    </SimpleGrid>
  );
}

function placeholderOf(otherwise: OwnLimits | undefined, name: keyof OwnLimits): string {
  if (!otherwise) return 'As usual';
  const most = otherwise[name];
  return most === null ? 'No limit' : format.count(most);
}

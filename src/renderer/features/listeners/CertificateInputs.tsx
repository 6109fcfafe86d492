import { Radio, Stack, Textarea } from '@mantine/core';
import type { ListenerCertificateChoice } from '../../../contract';

interface CertificateInputsProps {
  form: { getInputProps(path: 'certificate' | 'chain' | 'key'): object };
  hasCertificate: boolean;
  chosen: ListenerCertificateChoice['kind'];
}

/** Which certificate is shown under a name of the console. */
export function CertificateInputs({ form, hasCertificate, chosen }: CertificateInputsProps) {
  return (
    <>
      <Radio.Group label="Certificate" {...form.getInputProps('certificate')}>
        <Stack gap="xs" mt="xs">
          {hasCertificate && <Radio value="kept" label="The one that there is" />}
          <Radio
            value="internal"
            label="A new one that the console makes"
            description="Whoever calls has to be given it, because no authority vouches for it."
          />
          <Radio value="own" label="One of your own authority" />
        </Stack>
      </Radio.Group>
      {chosen === 'own' && (
        <>
          <Textarea
            label="Certificate chain"
            description="In PEM, the console’s own certificate first."
            placeholder="-----BEGIN CERTIFICATE-----"
            autosize
            minRows={3}
            maxRows={8}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('chain')}
          />
          <Textarea
            label="Private key"
            description="In PEM, without a password. It is sealed and never shown again."
            placeholder="-----BEGIN PRIVATE KEY-----"
            autosize
            minRows={3}
            maxRows={8}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            {...form.getInputProps('key')}
          />
        </>
      )}
    </>
  );
}

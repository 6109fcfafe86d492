import { ConsoleError, type installationContract, SEAL_WORDS } from '../../../contract';
import type { Handlers } from '../../door';
import type { Files } from '../../ports';
import type { ControlContext } from '../context';

/** While this file lies in the data folder nothing is opened by itself, also after a restart. */
const MARK = 'sealed';

export function isSealedByOperator(files: Files): Promise<boolean> {
  return files.exists(MARK);
}

export async function takeSealAway(files: Files): Promise<void> {
  await files.remove(MARK);
}

/** Marks the installation as sealed; the engine closes it when this has been answered. */
export function createSealing({
  store,
  ports,
}: ControlContext): Handlers<Pick<(typeof installationContract)['sealing'], 'seal'>> {
  return {
    async seal({ confirm }, call) {
      if (confirm !== SEAL_WORDS) {
        throw new ConsoleError('CONFIRMATION_MISMATCH', { reason: `Type “${SEAL_WORDS}”.` });
      }
      await store.write({ events: [call.event({ outcome: 'intent' })] });
      await ports.files.write(MARK, new Uint8Array());
      await store.write({ events: [call.event()] });
      return {};
    },
  };
}

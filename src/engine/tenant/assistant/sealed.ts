import type { FieldCipher } from '../../mechanism/fieldCipher';

/** Where each sealed column of conversations stands: its associated data. */
export const sealedPlaces = {
  title: (conversationId: string) => ({
    table: 'conversations',
    column: 'sealed_title',
    row: conversationId,
  }),
  text: (messageId: string) => ({ table: 'messages', column: 'sealed_text', row: messageId }),
  sources: (messageId: string) => ({ table: 'messages', column: 'sealed_sources', row: messageId }),
};

/** Seals the material of an answer: its sources and how each sentence stands on them. */
export function sealMaterial(cipher: FieldCipher, messageId: string, material: unknown): string {
  return cipher.seal(sealedPlaces.sources(messageId), JSON.stringify(material));
}

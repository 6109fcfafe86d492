import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/server/rest/openApi';
import { ROUTES } from '../../../src/server/rest/routes';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1 and has every procedure for programs', async () => {
    const document = openApiDocument('1.2.3');
    const result = await new Validator().validate(structuredClone(document));
    expect(result).toMatchObject({ valid: true });
    const operations = Object.values(document.paths as Record<string, object>).flatMap((path) =>
      Object.keys(path),
    );
    expect(operations).toHaveLength(ROUTES.length);
  });
});

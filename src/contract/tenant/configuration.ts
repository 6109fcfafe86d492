import { z } from 'zod';
import { Model, ModelId, ModelParameters, ParameterWishes } from '../models';
import { change, procedure, view } from '../procedure';
import { Residency } from '../residency';

/** How the tenant's questions are answered. */
export const Configuration = z.object({
  /** Rises with each change; an update names the version it saw. */
  version: z.number().int(),
  model: ModelId,
  fallbacks: z.array(ModelId).max(5),
  parameters: ModelParameters,
  instructions: z.string().max(8000),
  /** Set by an operator; shown here. */
  residency: Residency,
});
export type Configuration = z.infer<typeof Configuration>;

/** What is to change; what is left out stays. With a version, only if that is still the one. */
export const ConfigurationChange = Configuration.omit({ residency: true })
  .extend({ parameters: ParameterWishes })
  .partial();
export type ConfigurationChange = z.infer<typeof ConfigurationChange>;

/** A model, and whether the tenant may use it. */
export const TenantModel = z.object({ model: Model, allowed: z.boolean(), reason: z.string().nullable() });
export type TenantModel = z.infer<typeof TenantModel>;

export const configuration = {
  read: procedure({
    summary: 'How the tenant’s questions are answered',
    permission: 'ai.configure',
    audit: view('configuration.viewed'),
    input: z.object({}),
    output: Configuration,
  }),
  update: procedure({
    summary: 'Change model, fallbacks, parameters or instructions',
    permission: 'ai.configure',
    audit: change('configuration.updated'),
    input: ConfigurationChange,
    output: Configuration,
  }),
  models: procedure({
    summary: 'The models and whether the residency policy lets the tenant use each',
    permission: 'ai.query',
    audit: view('tenant-models.listed'),
    input: z.object({}),
    output: z.array(TenantModel),
  }),
};

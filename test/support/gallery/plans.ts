import type { Plan } from '../../../src/contract';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const euros = (amount: number) => ({ micros: amount * 1_000_000, currency: 'EUR' });

/** The plans of the sample installation. */
export const PLANS: Plan[] = [
  {
    id: 'starter',
    name: 'Starter',
    summary: 'One team that begins, on local models.',
    monthlyBase: euros(0),
    queriesPerMonth: 10_000,
    requestsPerMinute: 20,
    requestsPerHour: 400,
    requestsPerDay: 2_000,
    concurrentRequests: 2,
    storageBytes: 5 * GIB,
    documentBytes: 10 * MIB,
    users: 10,
    cloudModels: false,
  },
  {
    id: 'professional',
    name: 'Professional',
    summary: 'A department with its own documents and, where residency allows it, cloud models.',
    monthlyBase: euros(490),
    queriesPerMonth: 100_000,
    requestsPerMinute: 120,
    requestsPerHour: 4_000,
    requestsPerDay: 20_000,
    concurrentRequests: 10,
    storageBytes: 50 * GIB,
    documentBytes: 25 * MIB,
    users: 100,
    cloudModels: true,
  },
  {
    id: 'enterprise',
    name: 'Enterprise',
    summary: 'A whole organisation, without a limit on queries or accounts.',
    monthlyBase: euros(2_400),
    queriesPerMonth: null,
    requestsPerMinute: 600,
    requestsPerHour: null,
    requestsPerDay: null,
    concurrentRequests: 50,
    storageBytes: 500 * GIB,
    documentBytes: 25 * MIB,
    users: null,
    cloudModels: true,
  },
  {
    id: 'custom',
    name: 'Custom',
    summary: 'Limits as they were agreed.',
    monthlyBase: euros(0),
    queriesPerMonth: 1_000_000,
    requestsPerMinute: null,
    requestsPerHour: null,
    requestsPerDay: null,
    concurrentRequests: 100,
    storageBytes: 1024 * GIB,
    documentBytes: 25 * MIB,
    users: null,
    cloudModels: true,
  },
];

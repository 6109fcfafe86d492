import type { ResidencyStatement, SignedStatement, Statement, tenantContract } from '../../../contract';
import type { Handlers } from '../../door';
import type { SqlRow } from '../../ports';
import type { RuntimeContext } from '../context';

type Destination = ResidencyStatement['destinations'][number];

const BY_DESTINATION = `
  SELECT host, port, purpose, place, region,
    sum(decision = 'allowed') AS allowed, sum(decision <> 'allowed') AS refused
  FROM egress_attempts WHERE at >= ? AND at < ?
  GROUP BY host, port, purpose, place, region ORDER BY host, port, purpose, place, region`;

/** Signs, as the installation, where the connections of this tenant led. */
export function createResidency(
  { store, tenantId, entitlements, clock }: RuntimeContext,
  sign: (statement: Statement) => SignedStatement,
): Pick<Handlers<(typeof tenantContract)['keys']>, 'residencyStatement'> {
  return {
    async residencyStatement({ from, to }, call) {
      const destinations = (await store.read(BY_DESTINATION, [from, to])).map(destinationFrom);
      const reached = (place: Destination['place']) =>
        destinations.reduce((sum, each) => sum + (each.place === place ? each.allowed : 0), 0);
      const { name, residency } = entitlements();
      const event = call.event({ detail: { from, to, destinations: destinations.length } });
      const [auditHead] = await store.write({ events: [event] });
      if (!auditHead) throw new Error('an event has its place when it was written');
      return sign({
        kind: 'residency',
        tenantId,
        name,
        policy: residency,
        from,
        to,
        issuedAt: clock.now(),
        issuedBy: event.actor,
        destinations,
        toCloud: reached('cloud'),
        unknownPlace: reached(null),
        auditHead: { sequence: auditHead.sequence, hash: auditHead.hash },
      });
    },
  };
}

function destinationFrom(row: SqlRow): Destination {
  return {
    host: String(row.host),
    port: Number(row.port),
    purpose: String(row.purpose),
    place: row.place === null ? null : (String(row.place) as Destination['place']),
    region: row.region === null ? null : String(row.region),
    allowed: Number(row.allowed),
    refused: Number(row.refused),
  };
}

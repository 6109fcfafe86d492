import type { CommandLine, Session } from 'electron';

/** Services of Chromium that would speak to the network, or to a vendor, of their own accord. */
const SWITCHES_OFF = [
  'disable-background-networking',
  'disable-breakpad',
  'disable-client-side-phishing-detection',
  'disable-component-update',
  'disable-crash-reporter',
  'disable-default-apps',
  'disable-domain-reliability',
  'disable-quic',
  'disable-sync',
  'metrics-recording-only',
  'no-first-run',
  'no-pings',
  'no-proxy-server',
];

const FEATURES_OFF = [
  'AutofillServerCommunication',
  'CertificateTransparencyComponentUpdater',
  'DialMediaRouteProvider',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'WebRtcHideLocalIpsWithMdns',
];

/**
 * Takes the network from Chromium itself: no name resolves, literal addresses included, whatever asks.
 * Must run before the app is ready. The engine's sockets are Node's and are guarded by the egress broker.
 * @param devServer the address of the development server, the only one that stays reachable
 */
export function silenceChromium(commandLine: CommandLine, devServer: URL | null): void {
  for (const name of SWITCHES_OFF) commandLine.appendSwitch(name);
  commandLine.appendSwitch('disable-features', FEATURES_OFF.join(','));
  const exception = devServer ? `, EXCLUDE ${devServer.hostname}` : '';
  commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${exception}`);
}

/**
 * Ends every request of a page that is not for the console itself, before it reaches the network layer.
 * @param devServer the address of the development server, whose live updates pass
 */
export function refuseRemoteRequests(session: Session, devServer: URL | null): void {
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const url = new URL(details.url);
    const own = ['app:', 'blob:', 'data:', 'devtools:'].includes(url.protocol);
    const live = devServer !== null && url.host === devServer.host;
    answer({ cancel: !own && !live });
  });
}

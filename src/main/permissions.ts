import type { Session, WebContents } from 'electron';
import { isOwnOrigin } from './origin';

/** The only thing that a page may do beyond showing itself: put text on the clipboard. */
const CLIPBOARD = 'clipboard-sanitized-write';

/** Refuses camera, microphone, location, notifications, devices, screens, file handles and all the rest. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(permission === CLIPBOARD && details.isMainFrame && isOwnOrigin(details.requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents: WebContents | null, permission: string, origin, details) =>
      permission === CLIPBOARD && details.isMainFrame && isOwnOrigin(origin),
  );
  session.setDevicePermissionHandler(() => false);
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.on('will-download', (event, item) => {
    // What the console makes itself (an export) is saved where the person says; nothing else is.
    if (!item.getURL().startsWith('blob:app://console/')) event.preventDefault();
  });
}

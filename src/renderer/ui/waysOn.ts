import { createContext, type ReactNode, useContext } from 'react';
import type { ErrorCode } from '../../contract';

/** What leads on from an error, for whoever knows the place on screen: a link, or nothing. */
export type WaysOn = (code: ErrorCode) => ReactNode;

const WaysOnContext = createContext<WaysOn>(() => null);

export const WaysOnProvider = WaysOnContext.Provider;

/** The way on from an error at this place of the screen. */
export function useWaysOn(): WaysOn {
  return useContext(WaysOnContext);
}

import { addRoute, createRouter, findRoute } from 'rou3';
import { CONTRACT_ROUTES } from './contractRoutes';
import type { Method, Route } from './route';
import { SESSION_ROUTES } from './sessions';

/** Everything that has an address. */
export const ROUTES: readonly Route[] = [...SESSION_ROUTES, ...CONTRACT_ROUTES];

const router = createRouter<Route>();
for (const route of ROUTES) addRoute(router, route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), route);

/** A route that was found, with the parameters of its path as they stand there. */
export interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request. @param path below `/api/v1`, without its query */
export function findRestRoute(method: string, path: string): Found | null {
  const found = findRoute(router, method, path);
  return found ? { route: found.data, parameters: found.params ?? {} } : null;
}

/** The methods that a path answers to; empty for one that is none. */
export function methodsOf(path: string): Method[] {
  return (['GET', 'POST', 'PATCH', 'DELETE'] as const).filter((method) => findRestRoute(method, path));
}

import type { InstallationStatus, Plan } from '../../contract';
import type { ApiListener } from './api';
import type { DatabaseDriver, EncryptedDatabase } from './database';
import type { DirectoryClient } from './directory';
import type { DocumentParser } from './documents';
import type { Files } from './files';
import type { Keystore } from './keystore';
import type { EmbeddedRuntime, Embedder, ProviderFactory } from './models';
import type { Network } from './network';
import type { Observer } from './observer';
import type { OidcClient } from './oidc';
import type { SamlServiceProvider } from './saml';
import type { BrowserOpener, SsoListener } from './signOn';
import type { Clock, CommonPasswordList, Log, PasswordHasher, RandomSource } from './system';

/** The model that comes with the console, where set-up could bring it. */
export interface StarterModel {
  readonly name: string;
  /** Absolute path of the GGUF file. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly licence: string;
  readonly licenceText: string | null;
}

/** The state of the other hosts, as the custodian sees them. */
export interface HostStates {
  read(): InstallationStatus['hosts'];
  onChange(listener: () => void): () => void;
}

/** Work on the data folder that must be over before the installation is opened, such as making sample data. */
export interface Preparation {
  readonly title: string;
  /**
   * @param onProgress told how many of how many parts are done
   * @param signal aborts when the engine closes; what is done until then stays
   */
  run(onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<void>;
}

/** Everything the engine needs of the world. */
export interface EnginePorts {
  readonly version: string;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly keystore: Keystore;
  readonly catalogDriver: DatabaseDriver;
  readonly tenantDriver: DatabaseDriver<EncryptedDatabase>;
  readonly files: Files;
  /** The same folder, seen from below a part of it. */
  readonly filesBelow: (folder: string) => Files;
  readonly network: Network;
  readonly directoryClient: DirectoryClient;
  readonly ssoListener: SsoListener;
  readonly samlServiceProvider: SamlServiceProvider;
  readonly oidcClient: OidcClient;
  readonly browser: BrowserOpener;
  readonly apiListener: ApiListener;
  readonly providers: ProviderFactory;
  readonly embeddedRuntime: EmbeddedRuntime;
  readonly embedder: Embedder;
  readonly parser: DocumentParser;
  readonly hasher: PasswordHasher;
  readonly hosts: HostStates;
  readonly plans: readonly Plan[];
  readonly commonPasswords: CommonPasswordList;
  readonly starterModel: StarterModel | null;
  /** So many tenants' databases stay open however little memory there is. */
  readonly openTenants: number;
  /** Whether there is memory for one more open database than those. */
  readonly hasMemory: () => boolean;
  readonly preparation?: Preparation;
  /** Where the listener of the REST API is opened whatever its settings say: this process was told so. */
  readonly apiPlace?: { readonly address: string; readonly port: number; readonly name: string };
  /** Counts for a monitoring system, where there is one. */
  readonly observer?: Observer;
  /** Bytes on the data folder's volume that are kept for freeing a full disk; 0 keeps none. */
  readonly reserveBytes: number;
  /** Called at named points of a journal; tests stop the process there. */
  readonly reach?: (point: string) => Promise<void>;
}

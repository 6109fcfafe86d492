export * from './database';
export * from './documents';
export * from './engine';
export * from './files';
export * from './keystore';
export * from './models';
export * from './network';
export * from './system';

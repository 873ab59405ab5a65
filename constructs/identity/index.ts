export * from './ci-identity';
export * from './ci-permissions';
export * from './service-account-role';

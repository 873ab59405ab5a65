/** The network: ranges, zones, the way out, and who may talk to whom. */
export * from './placement';
export * from './vpc';
export * from './nat-egress';
export * from './security-group';
export * from './security-rules';
export * from './flow-log';

/** Logs of the network, the cluster and the account. */
export * from './log-project';
export * from './log-store';

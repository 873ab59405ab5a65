/** Where alerts of Prometheus go: channels, receivers, routes, and the forms in which Alertmanager reads them. */
export * from './alertmanager-config';
export * from './alertmanager-yml';
export * from './channels';
export * from './messages';
export * from './receivers';
export * from './routes';
export * from './routing';

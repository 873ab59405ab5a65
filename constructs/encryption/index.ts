/** Keys. */
export * from './encryption-key';

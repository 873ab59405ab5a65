/** Where Terraform keeps what it knows. */
export * from './state-bucket';
export * from './state-lock';

/** The identity of a GitHub Actions job, as RAM is to know it. */
import type { CiIdentity } from './environment';

/**
 * Lets exactly the given subjects in.
 * Source of issuer and subjects: GitHub's documentation of OpenID Connect in Actions.
 */
export function githubActions(...subjects: readonly string[]): CiIdentity {
  return {
    issuer: 'https://token.actions.githubusercontent.com',
    audience: 'sts.aliyuncs.com',
    subjects,
    // The two intermediate authorities that GitHub announced on 2023-06-27; when it changes them, so must this.
    fingerprints: ['6938fd4d98bab03faadb97b34396831e3780aea1', '1c58a3a8518e8759bf075b76b750d4f2df264fcd'],
  };
}

/** The policy of a log project, which is no parameter but the body itself, and is given back to the letter. */
import { ApiError } from '../../api-error';
import type { Recognised } from '../../product';
import type { WireRequest, WireResponse } from '../../wire';
import { projectOf } from './projects';

const ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetProjectPolicy',
  POST: 'PutProjectPolicy',
  DELETE: 'DeleteProjectPolicy',
};

const answer = (body: string): WireResponse => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

/** @returns undefined when the request is about something else */
export function recognisePolicy(request: WireRequest): Recognised | undefined {
  const action = request.path === '/policy' ? ACTIONS[request.method] : undefined;
  if (action === undefined) return undefined;
  return {
    action,
    parameters: { path: request.path },
    answer: (cloud) => {
      const project = projectOf(cloud, request);
      if (request.method === 'GET') return answer(project.policy);
      project.policy = request.method === 'DELETE' ? '' : checkedPolicy(request.body.toString('utf8'));
      return answer('{}');
    },
  };
}

function checkedPolicy(text: string): string {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && 'Statement' in document) return text;
  } catch {
    // Falls through to the same refusal: what is no JSON is no policy.
  }
  throw new ApiError('ParameterInvalid', 'The policy is no JSON document with a Statement.');
}

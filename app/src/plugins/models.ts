/** OpenAI's list of models, from the table. */
import type { FastifyInstance } from 'fastify';
import { MODELS, MODELS_CREATED, MODELS_OWNER } from '../models';
import { ROUTES } from '../routes';

const LIST = {
  object: 'list',
  data: MODELS.map((id) => ({ id, object: 'model', created: MODELS_CREATED, owned_by: MODELS_OWNER })),
};

export const models = (server: FastifyInstance): void => {
  server.get(ROUTES.models, () => LIST);
};

/** The load that the undisturbing disturbances are played under: so much that two cores carry it beside a whole cluster. */

/** Requests a second. */
export const STEADY_PER_SECOND = 100;

/**
 * Requests in each of the four scenarios of which none may fail: a rolling update, a drain, a deleted pod, and a scale-down.
 * Together they are a hundred thousand.
 */
export const STEADY_REQUESTS = 25_000;

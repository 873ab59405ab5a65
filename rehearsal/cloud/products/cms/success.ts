/** What every answer of CloudMonitor says beside its content. */
export const SUCCESS = { code: '200', message: 'success', success: true } as const;

/** The environment variable that holds a provider's secret. */
export function secretVariable(provider: string): string {
  return `WEBHOOK_SECRET_${provider.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}

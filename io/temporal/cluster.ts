/** Which Temporal server the user has configured, if any: the variables and profiles that all Temporal tools share. */
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { errorMessage, OminusError } from '../../core/errors.js';
import type { Environment } from '../files/folders.js';

/** A configured server. The options may hold secrets: they are never printed. */
export interface Cluster {
  readonly address: string;
  readonly namespace: string;
  readonly options: ClientConnectConfig['connectionOptions'];
}

const DEFAULT_NAMESPACE = 'default';
/** Settings that make sense for a cluster only. */
const CLUSTER_VARIABLES = /^TEMPORAL_(API_KEY|NAMESPACE|PROFILE|TLS.*)$/;

/**
 * The server of `TEMPORAL_ADDRESS`, or of the profile in Temporal's own config file (`TEMPORAL_CONFIG_FILE`,
 * `TEMPORAL_PROFILE`) with whatever `TEMPORAL_…` variables override; undefined when no address is given anywhere.
 *
 * @throws OminusError `USAGE` when the file or the profile cannot be read, or when settings of a cluster are given
 *   without its address
 */
export function configuredCluster(env: Environment = process.env): Cluster | undefined {
  const given = Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  let config: ClientConnectConfig;
  try {
    config = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(given) });
  } catch (error) {
    throw new OminusError('USAGE', {
      message: `Temporal's configuration cannot be read: ${errorMessage(error)}`,
      hint: 'Correct the file or the variable, or unset TEMPORAL_CONFIG_FILE and TEMPORAL_PROFILE.',
      cause: error,
    });
  }
  const { connectionOptions, namespace } = config;
  if (connectionOptions.address === undefined) {
    const stray = given.map(([name]) => name).find((name) => CLUSTER_VARIABLES.test(name));
    if (stray !== undefined) {
      throw new OminusError('USAGE', {
        message: `${stray} is set, but TEMPORAL_ADDRESS is not`,
        hint: `Set TEMPORAL_ADDRESS too, or unset ${stray} to use the embedded server.`,
      });
    }
    return undefined;
  }
  return { address: connectionOptions.address, namespace: namespace ?? DEFAULT_NAMESPACE, options: connectionOptions };
}

// The stand-in for Amazon Bedrock, started for tests and the demo.

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Stop } from './console.mjs';

/** The keys that the stand-in checks signatures with. They open nothing. */
const KEY = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/**
 * Starts the stand-in and writes the AWS files of a person who may use it.
 * @param {string} program the path of `bedrock-stand-in`
 * @param {string} folder where the AWS files go
 * @param {string[]} [args] further arguments, like `--script FILE`
 * @returns {Promise<{ url: string, env: NodeJS.ProcessEnv, stop: () => void }>} `env`: what a program needs to talk to
 *   it instead of AWS
 */
export async function startBedrock(program, folder, args = []) {
  const child = spawn(program, ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /https?:\/\/\S+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Stop(`The stand-in for Bedrock ended with exit code ${code}.`)));
  });
  return { url, env: { ...awsFiles(folder, true), ...endpoints(url) }, stop: () => child.kill() };
}

/** The variables that send the AWS SDK to `url`. */
function endpoints(url) {
  return {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_ENDPOINT_URL_STS: url,
  };
}

/**
 * Writes AWS files, so that the person's own are neither read nor written, and gives the variables that name them.
 * @param {string} folder
 * @param {boolean} withProfile whether there is a profile in them
 * @returns {NodeJS.ProcessEnv}
 */
export function awsFiles(folder, withProfile) {
  const config = join(folder, 'aws-config');
  const credentials = join(folder, 'aws-credentials');
  writeFileSync(config, withProfile ? '[default]\nregion = us-east-1\n' : '');
  writeFileSync(
    credentials,
    withProfile ? `[default]\naws_access_key_id = ${KEY.id}\naws_secret_access_key = ${KEY.secret}\n` : '',
  );
  return {
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

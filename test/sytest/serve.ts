// Starts one server for Sytest, the Matrix conformance suite, from the JSON file that the suite's plugin writes. The
// suite speaks TLS, which Hearth leaves to a proxy: this is that proxy. `test/sytest/README.md` says how it is run.
import '#app/thread-pool';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { z } from 'zod';
import { loadConfig } from '#app/config/config';
import { serve } from '#app/serve';

/** The part of the plugin's file that Hearth has a use for. */
const suiteConfig = z.object({
  server_name: z.string(),
  bind_host: z.string(),
  /** HTTPS, for clients and for other servers. */
  port: z.int(),
  unsecure_port: z.int(),
  tls_cert: z.string(),
  tls_key: z.string(),
  data_dir: z.string(),
});

const file = process.argv[2];
if (file === undefined) throw new Error('The path of the JSON file is the one argument.');
const suite = suiteConfig.parse(JSON.parse(readFileSync(file, 'utf8')));

const config = loadConfig({
  flags: {
    data: join(suite.data_dir, 'hearth'),
    server_name: suite.server_name,
    public_url: `https://${suite.server_name}`,
    listen: `${suite.bind_host}:${suite.unsecure_port}`,
    // What the suite takes for granted of the servers that it tests.
    registration: 'open',
    rate_limits: 'off',
    allow_private_network: 'on',
    access_tokens_in_query: 'on',
  },
  environment: process.env,
  file: undefined,
});

const tls = createServer(
  { cert: readFileSync(suite.tls_cert), key: readFileSync(suite.tls_key) },
  (outside) => {
    const inside = connect(suite.unsecure_port, suite.bind_host);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
    outside.pipe(inside).pipe(outside);
  },
);

await serve(config, {
  print(text) {
    console.error(text);
    // The suite begins as soon as this port takes connections.
    tls.listen(suite.port, suite.bind_host);
  },
  complain: console.error,
  commandLine: (command) => command,
});
process.exit(0);

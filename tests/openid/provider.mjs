// The npm package oidc-provider as a broker: signs in whom the posted form names, at the level that it names.
// Started by tests/openid/stand_in.py with its configuration as one argument of JSON; ends with its standard input.
import http from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const LOAS = ['http://id.sambi.se/loa/loa2', 'http://id.sambi.se/loa/loa3'];
const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const server = http.createServer();
server.listen(asked.port ?? 0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: asked.client_id,
      client_secret: asked.client_secret,
      redirect_uris: asked.redirect_uris,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
      require_auth_time: true,
    }],
    acrValues: LOAS,
    claims: { openid: ['sub', 'amr', 'personalIdentityNumber', 'email'], acr: null, auth_time: null },
    // Claims go into the identity token, as Swedish brokers send them.
    conformIdTokenClaims: false,
    cookies: { keys: ['stand-in'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [{ ...signing, use: 'sig', alg: 'RS256', kid: 'stand-in' }] },
    pkce: { required: () => true },
    async findAccount(context, id) {
      return { accountId: id, claims: async () => ({ sub: id, ...asked.people[id] }) };
    },
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  const standard = provider.callback();
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    if (!pathname.startsWith('/interaction/')) return standard(request, response);
    return (request.method === 'POST' ? identify : choose)(provider, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  process.stdout.write(`${issuer}\n`);
});

// The broker's page: a button for each person, as an app that is opened and confirms.
async function choose(provider, request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  const buttons = Object.keys(asked.people).map((id) => `<button name="person" value="${id}">${id}</button>`);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>E-ID</title><form method="post" action="/interaction/${uid}">
    <input name="acr" value="${LOAS[1]}">${buttons.join('')}<button name="cancel" value="1">Cancel</button></form>`);
}

async function identify(provider, request, response) {
  let body = '';
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  const result = form.get('cancel')
    ? { error: 'access_denied', error_description: 'cancelled' }
    : { login: { accountId: form.get('person'), acr: form.get('acr'), amr: ['bankid'] } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

// An identity provider for the tests: oidc-provider, in memory, with one client. Prints its address, and then answers
// until it is ended. Arguments: where browsers come back to after signing in, and after signing out.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// The tests read the first line only; what the package prints later is lost.
process.stdout.on('error', () => {});

const [redirectUri, signedOutUri] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'luyue',
      client_secret: 'a+client/secret:of the tests',
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [signedOutUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    // The subject is not the username: `id-NAME` for whoever signs in as NAME.
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id.replace(/^id-/, '') }) }),
  });
  server.on('request', provider.callback());
  console.log(`ready ${issuer}`);
});

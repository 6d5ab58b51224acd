// @apollo/gateway (Elastic License 2.0): for tests of compatibility. It knows no
// subscriptions.
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { commitHeader, forwarded } from './headers.js'

class Forwarding extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const name of forwarded) if (context.headers?.[name]) request.http.headers.set(name, context.headers[name])
  }

  didReceiveResponse({ response, context }) {
    const commit = response.http.headers.get(commitHeader)
    if (commit) context.answer?.setHeader(commitHeader, commit)
    return response
  }
}

export async function startApollo(supergraphSdl, port = 0) {
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Forwarding({ url }) })
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false })
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: async ({ req, res }) => ({ headers: req.headers, answer: res }),
  })
  return { url, stop: () => server.stop() }
}

// Hive Gateway (MIT): `npx hive-gateway supergraph` reads this file; the tests run the
// same configuration.
import { commitHeader, forwarded } from './headers.js'

// Palier answers subscriptions as event streams, which is the default, and over
// websockets (graphql-transport-ws), which one connection carries many of.
const overWebsockets = { subscriptions: { kind: 'ws', location: '/graphql' } }

export const gatewayConfig = (supergraph, { websockets = false } = {}) => ({
  supergraph,
  transportEntries: websockets ? { palier: { options: overWebsockets } } : {},
  propagateHeaders: {
    deduplicateHeaders: true, // of several answers of Palier, one commit
    fromClientToSubgraphs: ({ request }) => ({
      // Without it Palier takes a GET, by which subscriptions are asked for, for one that a page of another site sends.
      'apollo-require-preflight': '1',
      ...Object.fromEntries(forwarded.filter((name) => request.headers.has(name)).map((name) => [name, request.headers.get(name)])),
    }),
    fromSubgraphsToClient: ({ response }) => {
      const commit = response.headers.get(commitHeader)
      return commit ? { [commitHeader]: commit } : {}
    },
  },
})

export default gatewayConfig('./supergraph.graphql')

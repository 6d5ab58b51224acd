// Serves a subgraph of Federation 2, and answers how to stop it.
import { createServer } from 'node:http'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { createYoga } from 'graphql-yoga'

export async function serve({ sdl, resolvers }, port = 0) {
  const yoga = createYoga({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers }),
    landingPage: false,
    logging: 'error',
  })
  const server = createServer(yoga)
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/graphql`,
    stop: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  }
}

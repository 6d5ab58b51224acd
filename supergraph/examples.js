// The example graphs, started, and others beside them.
import { parse } from 'graphql'
import * as foundation from './subgraphs/foundation.js'
import * as landlord from './subgraphs/landlord.js'
import * as node from './subgraphs/node.js'
import { serve } from './subgraphs/serve.js'

export async function startExamples(ports = {}) {
  const running = {}
  for (const graph of [landlord, foundation, node]) running[graph.name] = await serve(graph, ports[graph.name])
  return {
    urls: Object.fromEntries(Object.entries(running).map(([name, { url }]) => [name, url])),
    stop: () => Promise.all(Object.values(running).map((one) => one.stop())),
  }
}

// startFurther serves graphs of { name, sdl, resolvers }, and answers them as compose takes
// further ones.
export async function startFurther(modules) {
  const running = await Promise.all(modules.map((graph) => serve(graph)))
  return {
    graphs: modules.map(({ name, sdl }, i) => ({ name, typeDefs: parse(sdl), url: running[i].url })),
    stop: () => Promise.all(running.map((one) => one.stop())),
  }
}

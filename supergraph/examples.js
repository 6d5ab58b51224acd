// The example graphs, started.
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

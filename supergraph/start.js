// Starts the example graphs and Hive Gateway before a hub that runs already:
//
//   go run . --demo            # in the folder above
//   npm ci && npm start        # here; then http://127.0.0.1:4000/graphql
import { compose, urls } from './compose.js'
import { startExamples } from './examples.js'
import { startHive } from './gateways/hive.js'

const ports = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, Number(new URL(url).port)]))
const examples = await startExamples(ports)
const gateway = await startHive(compose({ ...urls, ...examples.urls }), {}, Number(process.env.PORT ?? 4000), process.env.HOST)
console.log(`${gateway.url}: ask for { innovationProjects(first: 2) { nodes { name impact { households commune { name medianIncome } } } } }`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => (await gateway.stop(), await examples.stop()))

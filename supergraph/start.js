// Starts the example graphs and Hive Gateway before a hub that runs already:
//
//   go run . --demo            # in the folder above
//   npm ci && npm start        # here; then http://127.0.0.1:4000/graphql
//
// npm start -- mine.js adds graphs of yours, each a module with name, sdl and resolvers.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compose, urls } from './compose.js'
import { startExamples, startFurther } from './examples.js'
import { startHive } from './gateways/hive.js'

const ports = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, Number(new URL(url).port)]))
const examples = await startExamples(ports)
const further = await startFurther(await Promise.all(process.argv.slice(2).map((file) => import(pathToFileURL(resolve(file))))))
const gateway = await startHive(compose({ ...urls, ...examples.urls }, further.graphs), {}, Number(process.env.PORT ?? 4000), process.env.HOST)
console.log(`${gateway.url}: ask for { innovationProjects(first: 2) { nodes { name impact { households commune { name medianIncome } } } } }`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, async () => (await gateway.stop(), await examples.stop(), await further.stop()))

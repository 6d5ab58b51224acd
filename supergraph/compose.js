// Composes Palier with the example graphs into supergraph.graphql:
//
//   npm run compose [-- --without-authenticated] [-- name=schema.graphql=url …]
//
// Further graphs are named by their name, the file of their schema and their address.
// What doesn't compose is said in words, and nothing is written. @apollo/gateway refuses
// a supergraph with @authenticated, which it can't enforce; Palier does so itself, so
// that it may be left out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { composeServices } from '@theguild/federation-composition'
import { parse, visit } from 'graphql'
import * as foundation from './subgraphs/foundation.js'
import * as landlord from './subgraphs/landlord.js'
import * as node from './subgraphs/node.js'

export const palierSDL = readFileSync(new URL('../schema/subgraph.graphql', import.meta.url), 'utf8')

// urls are those of Palier and the examples, as `npm start` has them.
export const urls = {
  palier: process.env.PALIER_URL ?? 'http://127.0.0.1:8080/graphql',
  [landlord.name]: 'http://127.0.0.1:4001/graphql',
  [foundation.name]: 'http://127.0.0.1:4002/graphql',
  [node.name]: 'http://127.0.0.1:4003/graphql',
}

// graphs are Palier and the examples, with what a library of composition takes.
export const graphs = (at = urls) =>
  [{ name: 'palier', sdl: palierSDL }, landlord, foundation, node].map(({ name, sdl }) => ({ name, sdl, typeDefs: parse(sdl), url: at[name] }))

export function compose(at = urls, more = [], { authenticated = true } = {}) {
  const services = [...graphs(at), ...more].map((g) => (authenticated ? g : { ...g, typeDefs: withoutAuthenticated(g.typeDefs) }))
  const { supergraphSdl, errors } = composeServices(services)
  if (!supergraphSdl) throw new Error(`the graphs don't compose:\n${errors.map((e) => `- ${e.message}`).join('\n')}`)
  return supergraphSdl
}

const withoutAuthenticated = (document) =>
  visit(document, {
    Directive: (d) => (d.name.value === 'authenticated' ? null : undefined),
    StringValue: (v, _, parent) => (v.value === '@authenticated' && Array.isArray(parent) ? null : undefined),
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const without = '--without-authenticated'
    const more = process.argv.slice(2).filter((argument) => argument !== without).map((argument) => {
      const [name, file, url] = argument.split('=')
      if (!name || !file || !url) throw new Error(`${argument}: give name=schema.graphql=url`)
      return { name, typeDefs: parse(readFileSync(file, 'utf8')), url }
    })
    const sdl = compose(urls, more, { authenticated: !process.argv.includes(without) })
    writeFileSync(new URL('supergraph.graphql', import.meta.url), sdl)
    mkdirSync(new URL('schemas/', import.meta.url), { recursive: true }) // for other tools
    for (const { name, sdl } of graphs()) writeFileSync(new URL(`schemas/${name}.graphql`, import.meta.url), sdl)
    console.log(`supergraph.graphql: ${sdl.length} characters`)
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}

// Relay's Query.node belongs to the whole supergraph: this graph reads of an id what it
// is of, and leaves the rest to Palier. A partner with ids of its own adds its types.
import { readFileSync } from 'node:fs'
import { parse } from 'graphql'

export const name = 'node'

// The types of Palier that are found by their id.
const palier = parse(readFileSync(new URL('../../schema/subgraph.graphql', import.meta.url), 'utf8'))
const types = palier.definitions
  .filter((d) => d.interfaces?.some((i) => i.name.value === 'Node'))
  .filter((d) => d.directives.some((k) => k.name.value === 'key' && k.arguments[0].value.value === 'id'))
  .map((d) => d.name.value)

export const prefixes = {
  acc: 'PalierAccountAccess', apr: 'LandlordApproach', com: 'Commune', dep: 'Departement', inv: 'HostingInvitation',
  key: 'PalierAccessKey', lld: 'Landlord', lnd: 'LandlordNeed', mlg: 'DeadLetter', msg: 'HostingMessage', ned: 'HostingNeed',
  plc: 'Placement', prj: 'InnovationProject', prp: 'HostingProposal', qpv: 'Qpv', reg: 'Region', req: 'HostingRequest',
  sit: 'LandlordSite', spc: 'VacantSpace',
}

export const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    "Any object by its global id; null when the id is of no type that is known. Whether there is such an object, its own graph says."
    node(id: ID!): Node
  }

  "An object with a global id, by which \`node\` finds it again."
  interface Node {
    id: ID!
  }
${types.map((t) => `  type ${t} implements Node @key(fields: "id", resolvable: false) {\n    id: ID!\n  }`).join('\n')}
`

export const resolvers = {
  Query: {
    node: (_, { id }) => {
      const type = prefixes[id.slice(0, id.indexOf('_'))]
      return types.includes(type) ? { __typename: type, id } : null
    },
  },
}

const without = types.filter((t) => !Object.values(prefixes).includes(t))
if (without.length > 0) throw new Error(`the prefix of the ids of ${without} isn't known here`)

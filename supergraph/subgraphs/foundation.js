// The graph of a foundation: what its projects bring about, by their slugs, and figures
// of communes, by their codes. Both are official or public names, so that it needn't
// keep Palier's ids.
export const name = 'fondation'

export const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  # A project, as Palier has it, and describes it.
  type InnovationProject @key(fields: "slug") {
    slug: String!
    "What the project has brought about, by commune."
    impact: [FondationImpact!]!
  }

  # A commune, as Palier has it, and describes it.
  type Commune @key(fields: "code") {
    code: InseeCode!
    "The median standard of living, in euros a year; null when unknown."
    medianIncome: Int
  }

  type FondationImpact {
    commune: Commune!
    households: Int!
  }

  scalar InseeCode
`

// The arrondissements of Paris, Lyon and Marseille.
export const communes = [
  ...Array.from({ length: 20 }, (_, i) => `${75101 + i}`),
  ...Array.from({ length: 9 }, (_, i) => `${69381 + i}`),
  ...Array.from({ length: 16 }, (_, i) => `${13201 + i}`),
]

export const households = (slug, code) => (slug.length * 7 + Number(code)) % 90

export const resolvers = {
  InnovationProject: {
    impact: ({ slug }) => communes.map((code) => ({ commune: { code }, households: households(slug, code) })),
  },
  Commune: {
    medianIncome: ({ code }) => (communes.includes(code) ? 18000 + (Number(code) % 100) * 100 : null),
  },
}

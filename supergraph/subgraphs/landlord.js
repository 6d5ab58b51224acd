// The graph of a landlord, Monts Habitat: what it knows of its own places, beside what
// Palier does. Its types carry its name, so that they clash with nobody's.
export const name = 'monts-habitat'

export const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  # A site, as Palier has it, and describes it.
  type LandlordSite @key(fields: "id") {
    id: ID!
    "What residents find there."
    residentServices: [MontsResidentService!]!
  }

  # A space, as Palier has it, and describes it.
  type VacantSpace @key(fields: "id") {
    id: ID!
    photographs: [MontsPhotograph!]!
    "When the door is open."
    openingHours: [MontsOpeningHours!]!
  }

  # A request, as Palier has it, and describes it.
  type HostingRequest @key(fields: "id") {
    id: ID!
    "The landlord's own number of the file; null for whoever isn't signed in."
    montsReference: String
  }

  type MontsResidentService {
    name: String!
    floor: Int!
  }

  type MontsPhotograph {
    url: String!
    caption: String!
  }

  type MontsOpeningHours {
    day: String!
    from: String!
    until: String!
  }
`

// A number made from an id stands for the landlord's own database here.
const number = (id) => [...id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7)
const services = ['Laverie', 'Loge du gardien', 'Atelier vélo', 'Salle de réunion']
const days = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi']

export const resolvers = {
  LandlordSite: {
    residentServices: ({ id }) => [{ name: services[number(id) % services.length], floor: number(id) % 3 }],
  },
  VacantSpace: {
    photographs: ({ id }) => [{ url: `https://photos.monts-habitat.example/${id}.jpg`, caption: 'Vue de la salle' }],
    openingHours: ({ id }) => [{ day: days[number(id) % days.length], from: '09:00', until: '18:00' }],
  },
  HostingRequest: {
    montsReference: ({ id }, _, { request }) => (request.headers.get('authorization') ? `MH-${number(id)}` : null),
  },
}

// What Relay's compiler is asked of the schema: a fragment on a Node that can be read
// again by its id, a list that goes on by Relay's connections, and records by their ids.
import { graphql } from 'relay-runtime'

export const site = graphql`
  fragment Sites_site on LandlordSite @refetchable(queryName: "SitesSiteQuery") {
    id
    name
    landlord { id name }
  }
`

export const list = graphql`
  fragment Sites_list on Query @refetchable(queryName: "SitesListQuery") @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    landlordSites(first: $first, after: $after) @connection(key: "Sites_landlordSites") {
      totalCount
      edges {
        distanceKm
        node { ...Sites_site }
      }
    }
  }
`

export const page = graphql`
  query SitesPageQuery($id: ID!) {
    ...Sites_list
    node(id: $id) {
      __typename
      id
      ...Sites_site @alias(as: "site")
      ... on VacantSpace { label kindLabel(locale: EN) }
    }
  }
`

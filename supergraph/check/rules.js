// What of a partner's document clashes with the hub's. Each rule names the place in
// the partner's document and the facts; messages.js has the words. Composition finds
// some of these too, in other words and often without a place, and is silent of others.
import { isExecutableDefinitionNode } from 'graphql'
import { argument, FEDERATION_DIRECTIVES, has, position } from './sdl.js'

// What is the State's to give: whoever refers to a Landlord by its SIREN means the
// same one.
const OFFICIAL = ['siren', 'siret', 'code']

// Root fields that have rules of their own.
const PLUMBING = /^(nodes?|_entities|_service)$/

/** Findings of a partner's document against the hub's; both as read(). `stubs` are the
 * types that the partner says it answers with the hub's ids. */
export function examine(partner, hub, { stubs = [] } = {}) {
  const findings = []
  const find = (code, node, facts) => findings.push({ code, ...position(node), ...facts })

  for (const node of partner.document.definitions) {
    if (isExecutableDefinitionNode(node)) find('EXECUTABLE', node, {})
  }
  linked(partner, find)
  for (const type of partner.types.values()) {
    const theirs = hub.types.get(type.name)
    if (!theirs) {
      if (/^_(Any|Entity|Service)$/.test(type.name)) find('PLUMBING', type.node, { type: type.name })
      else if (type.name.startsWith('Palier')) find('PREFIX', type.node, { type: type.name, note: true })
      continue
    }
    if (type.kind !== theirs.kind) {
      find('KIND', type.node, { type: type.name, kind: type.kind, hub: theirs.kind })
      continue
    }
    RULES[type.kind](type, theirs, { find, partner, hub, stubs })
  }
  for (const type of partner.types.values()) {
    const described = hub.types.get(type.name)?.keys.length && type.nodes.find((n) => n.description)
    if (described) find('DESCRIPTION', described, { type: type.name, note: true })
  }
  const query = partner.types.get('Query')
  for (const field of query?.fields.values() ?? []) {
    if (/^nodes?$/.test(field.name)) find('ROOT_NODE', field.node, { type: 'Query', field: field.name })
    if (/^_(entities|service)$/.test(field.name)) find('PLUMBING', field.node, { type: 'Query', field: field.name })
  }
  return findings
}

const RULES = {
  type(type, theirs, context) {
    if (['Query', 'Mutation', 'Subscription'].includes(type.name)) return root(type, theirs, context)
    if (theirs.keys.length) return entity(type, theirs, context)
    if ([...theirs.fields.values()].every((f) => f.shareable)) return shared(type, theirs, context)
    if ([...type.fields.values()].every((f) => has(f, 'external'))) return named(type, theirs, context)
    context.find('VALUE_TYPE', type.node, { type: type.name })
  },

  interface(type, theirs, { find }) {
    if (type.keys.length) find('INTERFACE_KEY', type.keys[0].node, { type: type.name })
    const { adds, lacks, differs } = compare(type.fields, theirs.fields)
    const at = differs[0] ?? adds[0]
    if (at || lacks.length) {
      find('INTERFACE', at ? type.fields.get(at).node : type.node, { type: type.name, adds, lacks, differs, fields: signature(theirs) })
    }
  },

  input(type, theirs, { find }) {
    const { adds, lacks, differs } = compare(type.fields, theirs.fields)
    const required = adds.filter((name) => type.fields.get(name).type.endsWith('!') && !type.fields.get(name).node.defaultValue)
    const at = required[0] ?? differs[0] ?? adds[0]
    if (at || lacks.length) find('INPUT', at ? type.fields.get(at).node : type.node, { type: type.name, adds, lacks, differs, required })
  },

  enum(type, theirs, { find }) {
    const adds = [...type.values.keys()].filter((v) => !theirs.values.has(v))
    const lacks = [...theirs.values.keys()].filter((v) => !type.values.has(v))
    if (adds.length || lacks.length) find('ENUM', adds.length ? type.values.get(adds[0]).node : type.node, { type: type.name, adds, lacks })
  },

  union(type, _, { find }) {
    find('VALUE_TYPE', type.node, { type: type.name })
  },

  scalar(type, theirs, { find }) {
    const url = (of) => of.directives.map((d) => d.node).filter((d) => d.name.value === 'specifiedBy').map((d) => argument(d, 'url'))[0]
    if (url(type) && url(type) !== url(theirs)) find('SCALAR', type.node, { type: type.name, url: url(type), hub: url(theirs) })
    else find('SCALAR_SHARED', type.node, { type: type.name, says: theirs.node.description?.value.trim() ?? '', note: true })
  },
}

/** The document is Federation 2's, and imports what it uses. */
function linked({ document, types, link }, find) {
  if (!link) {
    let first = document.definitions[0]
    let old = false
    const seen = (d) => {
      if (!FEDERATION_DIRECTIVES.includes(d.name) || old) return
      old = true
      first = d.node
    }
    for (const type of types.values()) {
      type.directives.forEach(seen)
      for (const field of type.fields.values()) field.directives.forEach(seen)
    }
    if (first) find(old ? 'FEDERATION_1' : 'LINK_MISSING', first, {})
    return
  }
  const told = new Set()
  const imported = (d) => {
    const name = d.node.name.value
    if (d.name !== `@${name}` || !FEDERATION_DIRECTIVES.includes(name) || told.has(name)) return
    if (document.definitions.some((n) => n.kind === 'DirectiveDefinition' && n.name.value === name)) return
    told.add(name)
    find('LINK_IMPORT', d.node, { directive: name })
  }
  for (const type of types.values()) {
    type.directives.forEach(imported)
    for (const of of [...type.fields.values(), ...type.values.values()]) of.directives.forEach(imported)
  }
}

function root(type, theirs, { find }) {
  for (const field of type.fields.values()) {
    if (theirs.fields.has(field.name) && !PLUMBING.test(field.name)) {
      find('ROOT_FIELD', field.node, { type: type.name, field: field.name })
    }
  }
}

/** A value of the hub's that a @requires or @provides goes into. */
function named(type, theirs, { find }) {
  for (const field of type.fields.values()) external(type, field, theirs.fields.get(field.name), find)
}

function external(type, field, same, find) {
  const facts = { type: type.name, field: field.name, is: field.type, hub: same?.type }
  if (!same) find('EXTERNAL_UNKNOWN', field.node, facts)
  else if (field.type !== same.type) find('EXTERNAL_TYPE', field.node, facts)
}

/** A value that several graphs answer, as PageInfo: alike, and said to be shared. */
function shared(type, theirs, { find }) {
  const { adds, lacks, differs } = compare(type.fields, theirs.fields)
  if (adds.length || lacks.length || differs.length) {
    const at = differs[0] ?? adds[0]
    find('SHARED_FIELDS', at ? type.fields.get(at).node : type.node, { type: type.name, adds, lacks, differs, fields: signature(theirs) })
  } else if ([...type.fields.values()].some((f) => !f.shareable && !has(f, 'external'))) {
    find('SHAREABLE', type.node, { type: type.name })
  }
}

/** What the hub has by keys: the partner refers to it, and may add fields of its own. */
function entity(type, theirs, { find, partner, hub, stubs }) {
  const keys = theirs.keys.map((k) => k.text)
  if (!type.keys.length) {
    find('OWN_TYPE', type.node, { type: type.name, keys })
    return
  }
  const common = type.keys.filter((k) => keys.includes(k.text))
  if (!common.length) find('KEY', type.keys[0].node, { type: type.name, key: type.keys[0].text, keys })

  const inKeys = new Set(type.keys.flatMap((k) => k.fields))
  const ofHub = new Set(common.flatMap((k) => k.fields))
  const brought = []
  for (const field of type.fields.values()) {
    const same = theirs.fields.get(field.name)
    const facts = { type: type.name, field: field.name, is: field.type, hub: same?.type }
    if (has(field, 'override')) {
      if (same) find('OVERRIDE', field.node, facts)
    } else if (ofHub.has(field.name)) {
      if (!as(field.type, same.type)) find('KEY_TYPE', field.node, { ...facts, named: same.named })
    } else if (has(field, 'external')) {
      external(type, field, same, find)
    } else if (!same) {
      if (!inKeys.has(field.name)) brought.push(field)
    } else if (same.shareable && field.shareable) {
      if (field.type !== same.type) find('EXTERNAL_TYPE', field.node, facts)
    } else if (common.length || !inKeys.has(field.name) && !theirs.keys.some((k) => k.fields.includes(field.name))) {
      find('FIELD', field.node, facts)
    }
  }

  // The partner finds objects of this type itself, so that the ids may be its own. A
  // stub says that they aren't, and official codes can't be.
  const stub = !brought.length && type.keys.every((k) => !k.resolvable)
  const official = common.length > 0 && common.every((k) => k.fields.every((f) => OFFICIAL.includes(f)))
  if (stub || official || type.stub || stubs.includes(type.name)) return
  const by = foundBy(partner, hub, type.name)
  if (by) find('OWN_IDS', by.node, { type: type.name, by: by.coordinate, brings: brought.map((f) => f.name), keys })
}

/** The root field by which a graph comes to objects of a type, through types of its own. */
function foundBy(partner, hub, name) {
  for (const root of ['Query', 'Mutation', 'Subscription']) {
    for (const field of partner.types.get(root)?.fields.values() ?? []) {
      if (!PLUMBING.test(field.name) && leads(partner, hub, field.named, name, new Set())) return { node: field.node, coordinate: `${root}.${field.name}` }
    }
  }
}

function leads(partner, hub, from, to, seen) {
  if (from === to) return true
  const type = partner.types.get(from)
  if (!type || seen.has(from) || hub.types.has(from)) return false
  seen.add(from)
  const next = [...[...type.fields.values()].map((f) => f.named), ...type.members, ...[...partner.types.values()].filter((t) => t.interfaces.includes(from)).map((t) => t.name)]
  return next.some((name) => leads(partner, hub, name, to, seen))
}

/** Whether a partner's type of a field leaves the hub's as it is: the same, or never
 * null where the hub's may be. */
const as = (partner, hub) => partner === hub || partner === `${hub}!`

function compare(fields, theirs) {
  const args = (f) => (f.node.arguments ?? []).map((a) => `${a.name.value}`).sort().join()
  return {
    adds: [...fields.keys()].filter((name) => !theirs.has(name)),
    lacks: [...theirs.keys()].filter((name) => !fields.has(name)),
    differs: [...fields.values()].filter((f) => theirs.has(f.name) && (theirs.get(f.name).type !== f.type || args(f) !== args(theirs.get(f.name)))).map((f) => f.name),
  }
}

const signature = (type) => [...type.fields.values()].map((f) => `${f.name}: ${f.type}`).join(', ')

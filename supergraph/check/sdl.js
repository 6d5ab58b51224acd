// What a subgraph's document says, gathered by type: a type's extensions are part of
// it, and federation's directives go by their own names, whatever they are imported as.
import { Kind, parse, print, TokenKind } from 'graphql'

const FEDERATION = /^https:\/\/specs\.apollo\.dev\/federation\/(v[\d.]+)$/

export const FEDERATION_DIRECTIVES = ['key', 'external', 'requires', 'provides', 'shareable', 'override', 'inaccessible', 'tag',
  'interfaceObject', 'extends', 'composeDirective', 'authenticated', 'requiresScopes', 'policy', 'cost', 'listSize', 'context', 'fromContext']

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }

/** The types of a document, by name, and how it names federation. */
export function read(document) {
  const link = linkOf(document)
  const roots = new Map(Object.values(ROOTS).map((name) => [name, name]))
  for (const node of document.definitions) {
    for (const { operation, type } of node.operationTypes ?? []) roots.set(type.name.value, ROOTS[operation])
  }
  const types = new Map()
  for (const node of document.definitions) {
    const kind = KINDS[node.kind]
    if (!kind) continue
    const name = roots.get(node.name.value) ?? node.name.value
    const type = types.get(name) ?? { name, kind, node, nodes: [], fields: new Map(), values: new Map(), directives: [], interfaces: [], members: [], stub: false }
    types.set(name, type)
    type.nodes.push(node)
    type.directives.push(...directivesOf(node, link))
    type.members.push(...(node.types ?? []).map((t) => t.name.value))
    type.stub ||= isStub(node)
    type.interfaces.push(...(node.interfaces ?? []).map((i) => i.name.value))
    for (const value of node.values ?? []) type.values.set(value.name.value, { node: value, directives: directivesOf(value, link) })
    for (const field of node.fields ?? []) {
      type.fields.set(field.name.value, {
        name: field.name.value, node: field, type: print(field.type), named: named(field.type), directives: directivesOf(field, link),
        // @shareable on a type is of the fields beside it, not of its extensions'.
        shareable: [...(field.directives ?? []), ...node.directives].some((d) => own(d.name.value, link) === 'shareable'),
      })
    }
  }
  for (const type of types.values()) type.keys = keysOf(type)
  return { document, types, link }
}

/** Whether a comment above a type says that it is a stub of the hub's. */
function isStub(node) {
  for (let token = node.loc?.startToken.prev; token?.kind === TokenKind.COMMENT; token = token.prev) {
    if (/\bpalier-check: stub\b/.test(token.value)) return true
  }
  return false
}

const KINDS = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'type', [Kind.OBJECT_TYPE_EXTENSION]: 'type',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface', [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input', [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum', [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.UNION_TYPE_DEFINITION]: 'union', [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar', [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
}

/** The @link of federation, with what it imports: what the document calls it → federation's name. */
function linkOf(document) {
  for (const schema of document.definitions) {
    if (schema.kind !== Kind.SCHEMA_DEFINITION && schema.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const directive of schema.directives) {
      const found = directive.name.value === 'link' && FEDERATION.exec(argument(directive, 'url') ?? '')
      if (!found) continue
      const prefix = argument(directive, 'as') ?? 'federation'
      const imports = new Map()
      for (const item of directive.arguments.find((a) => a.name.value === 'import')?.value.values ?? []) {
        const field = (name) => item.fields?.find((f) => f.name.value === name)?.value.value
        const name = item.value ?? field('name')
        if (name?.startsWith('@')) imports.set((item.value ?? field('as') ?? name).slice(1), name.slice(1))
      }
      return { node: directive, version: found[1], prefix, imports }
    }
  }
}

function own(name, link) {
  if (!link) return name
  return link.imports.get(name) ?? (name.startsWith(`${link.prefix}__`) ? name.slice(link.prefix.length + 2) : undefined)
}

const directivesOf = (node, link) => (node.directives ?? []).map((d) => ({ name: own(d.name.value, link) ?? `@${d.name.value}`, node: d }))

export const argument = (directive, name) => directive.arguments?.find((a) => a.name.value === name)?.value.value

export const has = (of, name) => of.directives.some((d) => d.name === name)

/** A type's keys, each in one way of writing it: `id`, `code country { code }`. */
function keysOf(type) {
  const keys = []
  for (const { name, node } of type.directives) {
    const text = name === 'key' && argument(node, 'fields')
    if (!text) continue
    try {
      const { selectionSet } = parse(`{${text}}`).definitions[0]
      keys.push({ node, text: normal(selectionSet), fields: selectionSet.selections.map((s) => s.name.value), resolvable: argument(node, 'resolvable') !== false })
    } catch {
      keys.push({ node, text, fields: [], resolvable: true }) // composition says what is wrong with it
    }
  }
  return keys
}

const normal = (set) => set.selections.map((s) => (s.selectionSet ? `${s.name.value} { ${normal(s.selectionSet)} }` : s.name.value)).sort().join(' ')

/** The name of a type, without its lists and bangs. */
export const named = (type) => (type.type ? named(type.type) : type.name.value)

/** Where a node stands in its file. */
export function position(node) {
  const token = (node.name ?? node).loc.startToken
  return { line: token.line, column: token.column }
}

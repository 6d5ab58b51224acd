// What changed between two versions of the published subgraph, in words. What GraphQL
// itself has is compared by graphql-inspector; it doesn't know what federation's
// directives mean, so that keys, rights, the public contract and costs are compared here.
import { buildASTSchema, parse } from 'graphql'
import { DiffRule, diff } from '@graphql-inspector/core'
import { argument, has, named, read } from './sdl.js'

/** Changes, each with its code, its path, how bad it is (BREAKING, DANGEROUS, SAFE), what
 * it is, what it does to others, and what to do instead. */
export async function compare(oldText, newText) {
  const [before, after] = [parse(oldText), parse(newText)]
  const schema = (document) => buildASTSchema(document, { assumeValid: true, assumeValidSDL: true })
  const found = await diff(schema(before), schema(after), [DiffRule.ignoreDescriptionChanges])
  const changes = found.filter((c) => !c.type.startsWith('DIRECTIVE_USAGE') && !c.meta?.addedToNewField && !c.meta?.addedToNewType)
    .map((c) => ({ code: c.type, path: c.path, level: LEVELS[c.criticality.level], message: c.message.replaceAll(/'([^']*)'/g, '`$1`'), meta: c.meta }))
  const types = read(before).types
  for (const change of changes) {
    if (announced(change, types)) Object.assign(change, { level: 'DANGEROUS', announced: true })
    const renamed = renaming(change, changes)
    if (renamed) change.message += `; was it renamed, to \`${renamed}\`?`
    if (change.announced) Object.assign(change, { effect: 'It was deprecated in the last release.', mend: 'Name it in the changelog.' })
    else if (change.level !== 'SAFE') Object.assign(change, WORDS.find(([codes]) => codes.test(`${change.code} ${change.level}`))?.[1])
  }
  changes.push(...federation(types, read(after).types))
  const order = ['BREAKING', 'DANGEROUS', 'SAFE']
  return changes.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (a.path < b.path ? -1 : 1))
}

const LEVELS = { BREAKING: 'BREAKING', DANGEROUS: 'DANGEROUS', NON_BREAKING: 'SAFE' }

const DEPRECATE = 'Keep it, `@deprecated(reason: "…")`, beside what replaces it; it can go a release later.'

/** What a change does to those who ask, and what to do instead. */
const WORDS = [
  [/^FIELD_REMOVED|^ENUM_VALUE_REMOVED|^TYPE_REMOVED|^FIELD_ARGUMENT_REMOVED|^INPUT_FIELD_REMOVED/,
    { effect: 'Operations and partners that name it are refused.', mend: DEPRECATE }],
  [/^FIELD_TYPE_CHANGED/,
    { effect: 'Clients that were promised the former type are given something else: one that never checks for null, null.', mend: 'Keep the field as it is, `@deprecated`, and add another of the new type.' }],
  [/^(FIELD_ARGUMENT|INPUT_FIELD)_ADDED DANGEROUS/,
    { effect: 'Operations that don\'t give it, all of today\'s, have its default.', mend: 'See that the default is what they had.' }],
  [/^(FIELD_ARGUMENT|INPUT_FIELD)_ADDED/,
    { effect: 'Operations that don\'t give it, all of today\'s, are refused.', mend: 'Let it be left out: make it nullable, or give it a default.' }],
  [/^(FIELD_ARGUMENT|INPUT_FIELD)_TYPE_CHANGED/,
    { effect: 'Operations that give the former type are refused.', mend: 'Keep it as it is, `@deprecated`, and add another of the new type.' }],
  [/DEFAULT/, { effect: 'Operations that leave it out are answered otherwise.', mend: 'Keep the default.' }],
  [/^ENUM_VALUE_ADDED/, { effect: 'Clients that know only the former values may stumble over it.', mend: 'Tell them in the changelog.' }],
  [/^UNION_MEMBER_ADDED|^OBJECT_TYPE_INTERFACE_ADDED/, { effect: 'Clients that know only the former types may stumble over it.', mend: 'Tell them in the changelog.' }],
  [/^OBJECT_TYPE_INTERFACE_REMOVED|^UNION_MEMBER_REMOVED/, { effect: 'Fragments on it are refused.', mend: 'Keep it.' }],
  [/./, { effect: 'Operations and partners that count on it are answered otherwise, or refused.', mend: DEPRECATE }],
]

/** Whether what is removed was @deprecated, or a type to which only what was leads. */
function announced({ code, path }, types) {
  if (!/_REMOVED$/.test(code)) return false
  const [name, member, argument] = path.split('.')
  const type = types.get(name)
  const deprecated = (of) => of?.node.directives.some((d) => d.name.value === 'deprecated') ?? false
  if (argument) return deprecated({ node: type.fields.get(member)?.node.arguments.find((a) => a.name.value === argument) ?? { directives: [] } })
  if (member) return deprecated(type?.fields.get(member)) || deprecated(type?.values.get(member))
  if (type?.interfaces.length) return false // fragments name it
  let ways = 0
  for (const from of types.values()) {
    for (const field of from.fields.values()) {
      const args = field.node.arguments?.map((a) => ({ node: a, named: named(a.type) })) ?? []
      for (const of of [field, ...args]) {
        if (of.named !== name) continue
        ways++
        if (!deprecated(field) && !deprecated(of)) return false
      }
    }
  }
  return ways > 0
}

/** What a removed field, value, argument or type may be called now: what was added in the
 * same place, of the same type. */
function renaming({ code, path, meta }, changes) {
  if (!/_REMOVED$/.test(code)) return
  const added = code.replace(/_REMOVED$/, '_ADDED')
  const parent = (p) => p.split('.').slice(0, -1).join('.')
  const likely = changes.filter((c) => c.code === added && parent(c.path) === parent(path))
  const name = (p) => p.split('.').at(-1).toLowerCase()
  const alike = (c) => name(c.path).slice(0, 3) === name(path).slice(0, 3) || name(c.path).slice(-4) === name(path).slice(-4)
  return (likely.find(alike) ?? (likely.length === 1 && !/^TYPE/.test(code) ? likely[0] : undefined))?.path.split('.').at(-1)
}

/** What federation's directives say otherwise. */
function* federation(before, after) {
  for (const [name, old] of before) {
    const now = after.get(name)
    if (!now || now.kind !== old.kind) continue
    const keys = (type) => type.keys.map((k) => k.text)
    for (const key of keys(old).filter((k) => !keys(now).includes(k))) {
      yield { code: 'KEY_REMOVED', path: name, level: 'BREAKING', message: `Key \`@key(fields: "${key}")\` was removed from \`${name}\``,
        effect: 'Partners that refer to it by this key no longer compose.', mend: 'Keep the key: there is no deprecating one.' }
    }
    for (const key of keys(now).filter((k) => !keys(old).includes(k))) {
      yield { code: 'KEY_ADDED', path: name, level: 'SAFE', message: `Key \`@key(fields: "${key}")\` was added to \`${name}\`` }
    }
    const left = { public: [], authenticated: [], opened: [], freed: [], shareable: [] }
    const members = (type) => [...type.fields.values(), ...[...type.values].map(([value, v]) => ({ name: value, ...v }))]
    const nows = new Map(members(now).map((m) => [m.name, m]))
    const both = members(old).filter((m) => nows.has(m.name)).map((m) => [m, nows.get(m.name)])
    const pairs = both.length ? both : [[{ directives: [] }, { directives: [] }]] // a scalar, a union
    for (const [a, b] of pairs) {
      if (isPublic(old, a) && !isPublic(now, b)) left.public.push(a.name)
      if (!isPublic(old, a) && isPublic(now, b)) left.opened.push(a.name)
      if (!authenticated(old, a) && authenticated(now, b)) left.authenticated.push(a.name)
      if (authenticated(old, a) && !authenticated(now, b)) left.freed.push(a.name)
      if (a.shareable && !b.shareable) left.shareable.push(a.name)
      if (weight(b) > weight(a)) {
        yield { code: 'COST_RAISED', path: path(name, a.name), level: 'DANGEROUS', message: `\`${path(name, a.name)}\` costs ${weight(b)}, and cost ${weight(a)}`,
          effect: 'Operations near the limit are refused.', mend: 'Tell clients in the changelog.' }
      }
    }
    if (weight(now) > weight(old)) {
      yield { code: 'COST_RAISED', path: name, level: 'DANGEROUS', message: `\`${name}\` costs ${weight(now)}, and cost ${weight(old)}`,
        effect: 'Operations near the limit are refused.', mend: 'Tell clients in the changelog.' }
    }
    // Of the whole type, or one by one.
    const each = (names) => (names.length === pairs.length ? [name] : names.map((n) => path(name, n)))
    for (const p of each(left.public)) {
      yield { code: 'PUBLIC_REMOVED', path: p, level: 'BREAKING', message: `\`${p}\` has left the public contract (\`@tag(name: "public")\`)`,
        effect: "Public sites that ask for it through a contract are refused.", mend: 'Keep it readable without a token; the tag follows by itself.' }
    }
    for (const p of each(left.authenticated)) {
      yield { code: 'AUTHENTICATED_ADDED', path: p, level: 'BREAKING', message: `\`${p}\` is \`@authenticated\` now`,
        effect: 'Whoever asks for it without a token is refused by the gateway.', mend: 'Keep it open, and add what only others may see as a field of its own.' }
    }
    for (const p of each(left.shareable)) {
      yield { code: 'SHAREABLE_REMOVED', path: p, level: 'BREAKING', message: `\`${p}\` is no longer \`@shareable\``,
        effect: 'Partners that have it too no longer compose.', mend: 'Keep `@shareable`.' }
    }
    for (const p of each(left.opened)) yield { code: 'PUBLIC_ADDED', path: p, level: 'SAFE', message: `\`${p}\` is in the public contract` }
    for (const p of each(left.freed)) yield { code: 'AUTHENTICATED_REMOVED', path: p, level: 'SAFE', message: `\`${p}\` can be asked for without a token` }
  }
}

const path = (type, member) => (member ? `${type}.${member}` : type)
const isPublic = (...of) => of.some((o) => o.directives.some((d) => d.name === 'tag' && argument(d.node, 'name') === 'public'))
const authenticated = (...of) => of.some((o) => has(o, 'authenticated'))
const weight = (of) => Number(of.directives.filter((d) => d.name === 'cost').map((d) => argument(d.node, 'weight'))[0] ?? 0)

/** The breaks that a list in Markdown allows: "- `CODE path`: why". */
export function allowed(text) {
  return [...text.matchAll(/^- `([A-Z_]+) ([^`]+)`:[ \t]*(.*)$/gm)].map(([, code, path, why]) => ({ code, path, why }))
}

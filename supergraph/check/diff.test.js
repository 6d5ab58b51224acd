import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PUBLISHED } from './check.js'
import { compare } from './compare.js'
import { main } from './diff.js'

const published = readFileSync(PUBLISHED, 'utf8')
const scratch = mkdtempSync(join(tmpdir(), 'palier-diff-'))
after(() => rmSync(scratch, { recursive: true }))

/** What the command says of a change of the published schema, and its exit code. */
async function diff(from, to, { old = published, breaks } = {}) {
  const changed = old.replace(from, to)
  assert.notEqual(changed, old, 'the change changes nothing')
  const [a, b, allow] = ['old.graphql', 'new.graphql', 'breaks.md'].map((n) => join(scratch, n))
  writeFileSync(a, old)
  writeFileSync(b, changed)
  writeFileSync(allow, breaks ?? '')
  let said = ''
  const code = await main(['--all', '--breaks', allow, a, b], { out: (text) => (said += `${text}\n`), err: (text) => (said += `${text}\n`) })
  return { code, said }
}

// Of the published schema, so that what is wanted here is what CI says.
const landlord = /(type Landlord implements Node [^{]*\{[^]*?\n  )kindLabel\(/
const BREAKS = {
  'a field renamed': [landlord, '$1kindName(', /BREAKING \(1\)\n {2}Field `kindLabel` was removed from object type `Landlord`; was it renamed, to `kindName`\? {2}\[FIELD_REMOVED Landlord\.kindLabel\]\n {4}Operations and partners that name it are refused\.\n {4}→ Keep it, `@deprecated\(reason: "…"\)`, beside what replaces it; it can go a release later\.\n {4}→ Or say in schema\/breaks\.md why it must be:\n {6}- `FIELD_REMOVED Landlord\.kindLabel`: …/],
  'a field made nullable': ['hasNextPage: Boolean!', 'hasNextPage: Boolean', /Field `PageInfo\.hasNextPage` changed type from `Boolean!` to `Boolean`\.[^]*never checks for null, null/],
  'an enum value removed': [/(enum AccessLevel [^}]*?)\n  """[^"]*"""\n  PARTIAL/, '$1', /Enum value `PARTIAL` was removed from enum `AccessLevel`\. {2}\[ENUM_VALUE_REMOVED AccessLevel\.PARTIAL\]/],
  'a required argument': ['viewer: PalierViewer!', 'viewer(at: DateTime!): PalierViewer!', /Argument `at: DateTime!` added to field `Query\.viewer`[^]*Let it be left out: make it nullable, or give it a default/],
  'a required field of an input': [/(input VacantSpaceFilter [^{]*\{)/, '$1\n  city: String!', /INPUT_FIELD_ADDED VacantSpaceFilter\.city/],
  'a key removed': [' @key(fields: "siren")', '', /Key `@key\(fields: "siren"\)` was removed from `Landlord`\. {2}\[KEY_REMOVED Landlord\]\n {4}Partners that refer to it by this key no longer compose/],
  'a right asked for': ['type Commune implements Node ', 'type Commune implements Node @authenticated ', /`Commune` is `@authenticated` now[^]*refused by the gateway/],
  'a type out of the public contract': [/(type Commune [^{]*) @tag\(name: "public"\)/, '$1', /`Commune` has left the public contract/],
  'a field out of the public contract': ['viewer: PalierViewer! @tag(name: "public")', 'viewer: PalierViewer!', /`Query\.viewer` has left the public contract/],
  'no longer shared': ['type PageInfo @shareable', 'type PageInfo', /`PageInfo` is no longer `@shareable`/],
  'a type removed': [/"""[^"]*"""\ntype HostingContactNotOpen [^}]*\}/, '', /TYPE_REMOVED HostingContactNotOpen/],
}
for (const [name, [from, to, wanted]] of Object.entries(BREAKS)) {
  test(`breaks: ${name}`, async () => {
    const { code, said } = await diff(from, to)
    assert.match(said, wanted)
    assert.match(said, /The contract is broken: one change that nobody was told of\./)
    assert.equal(code, 1)
  })
}

test('what was deprecated in the last release may go', async () => {
  const old = published.replace(/(type Landlord implements Node [^{]*\{[^]*?\n {2}kindLabel\([^)]*\): String!)/, '$1 @deprecated(reason: "Use other.")')
  assert.notEqual(old, published)
  const { code, said } = await diff(landlord, '$1kindName(', { old })
  assert.equal(code, 0, said)
  assert.match(said, /DANGEROUS \(1\)[^]*kindLabel[^]*It was deprecated in the last release[^]*The contract holds\./)
})

test('a type may go with the deprecated fields that led to it, an argument when it was deprecated', async () => {
  const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [])\n'
  const old = `${head}type Query { a: Int b: B @deprecated(reason: "a") c(of: Int @deprecated(reason: "none")): Int }\ntype B { c: Int }`
  const changes = await compare(old, `${head}type Query { a: Int c: Int }`)
  assert.deepEqual(changes.map((c) => [c.level, c.code, c.path]), [
    ['DANGEROUS', 'TYPE_REMOVED', 'B'], ['DANGEROUS', 'FIELD_REMOVED', 'Query.b'], ['DANGEROUS', 'FIELD_ARGUMENT_REMOVED', 'Query.c.of']])
  const used = await compare(old.replace('b: B @deprecated(reason: "a")', 'b: B'), `${head}type Query { a: Int c: Int }`)
  assert.deepEqual(used.map((c) => [c.level, c.code]), [['BREAKING', 'TYPE_REMOVED'], ['BREAKING', 'FIELD_REMOVED'], ['DANGEROUS', 'FIELD_ARGUMENT_REMOVED']])
})

test('what is added is safe, a value of an enum dangerous', async () => {
  const added = await diff('viewer: PalierViewer!', 'other(a: Int): PalierViewer!\n  viewer: PalierViewer!')
  assert.equal(added.code, 0, added.said)
  assert.match(added.said, /SAFE \(1\)\n {2}Field `other` was added to object type `Query`/)
  const value = await diff(/(enum AccessLevel [^{]*\{)/, '$1\n  ON_REQUEST')
  assert.equal(value.code, 0)
  assert.match(value.said, /DANGEROUS \(1\)\n {2}Enum value `ON_REQUEST` was added to enum `AccessLevel`/)
  const cost = await diff('type PageInfo @shareable @cost(weight: 0)', 'type PageInfo @shareable @cost(weight: 3)')
  assert.match(cost.said, /DANGEROUS \(1\)\n {2}`PageInfo` costs 3, and cost 0/)
})

test('a field of an input with a default is dangerous, and has it', async () => {
  const { code, said } = await diff(/(input VacantSpaceFilter [^{]*\{)/, '$1\n  empty: Boolean! = false')
  assert.equal(code, 0, said)
  assert.match(said, /DANGEROUS \(1\)\n {2}Input field `empty`[^]*have its default/)
})

test('a break is allowed by a line that says why', async () => {
  const [from, to] = BREAKS['a field renamed']
  const explained = await diff(from, to, { breaks: '- `FIELD_REMOVED Landlord.kindLabel`: it never answered.\n' })
  assert.equal(explained.code, 0, explained.said)
  assert.match(explained.said, /BREAKING, and allowed \(1\)[^]*Allowed: it never answered\.[^]*The contract holds/)
  const unexplained = await diff(from, to, { breaks: '- `FIELD_REMOVED Landlord.kindLabel`:\n' })
  assert.equal(unexplained.code, 1)
  assert.match(unexplained.said, /doesn't say why FIELD_REMOVED Landlord\.kindLabel must be/)
  const stale = await diff('viewer: PalierViewer!', 'other: Int\n  viewer: PalierViewer!', { breaks: '- `FIELD_REMOVED Landlord.kindLabel`: gone.\n' })
  assert.equal(stale.code, 1)
  assert.match(stale.said, /allows FIELD_REMOVED Landlord\.kindLabel, which doesn't happen: take the line out/)
})

test('revisions of git, and what is none', async () => {
  let said = ''
  const sink = { out: (text) => (said += text), err: (text) => (said += text) }
  assert.equal(await main(['HEAD', 'HEAD'], sink), 0, said)
  assert.match(said, /Nothing has changed/)
  assert.equal(await main(['no-such-release'], sink), 2)
  assert.match(said, /no-such-release is no file, and no git revision/)
})

test('the schema says of itself that nothing changed', async () => {
  assert.deepEqual(await compare(published, published), [])
})

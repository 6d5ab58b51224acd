// Each known clash, in testdata/NAME.clash.graphql, says in its first lines what is
// wanted of it: a code, where, and words of the mend. NAME.fixed.graphql composes.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { check, main, PUBLISHED } from './check.js'
import { LANGUAGES, words } from './messages.js'

const folder = new URL('testdata/', import.meta.url).pathname
const hub = parse(readFileSync(PUBLISHED, 'utf8'))
const names = readdirSync(folder).filter((f) => f.endsWith('.clash.graphql')).map((f) => f.replace('.clash.graphql', ''))

/** Runs the command: its exit code, and what it said. */
async function run(...args) {
  const said = { out: '', err: '' }
  const code = await main(args, { out: (text) => (said.out += `${text}\n`), err: (text) => (said.err += `${text}\n`) })
  return { code, ...said }
}

const shown = new Set()
for (const name of names) {
  test(name, async () => {
    const file = `${folder}${name}.clash.graphql`
    const wants = [...readFileSync(file, 'utf8').matchAll(/^# wants (\w+) (\d+):(\d+) (.*)$/gm)]
    assert.ok(wants.length, 'it says what it wants')
    const findings = check([{ name: file, text: readFileSync(file, 'utf8') }], readFileSync(PUBLISHED, 'utf8')).map((f) => ({ ...f, ...words(f, 'en') }))
    for (const [, wanted, line, column, mend] of wants) {
      const found = findings.find((f) => f.code === wanted && f.line === +line && f.column === +column)
      assert.ok(found, `wants ${wanted} at ${line}:${column}, and got ${JSON.stringify(findings, null, 2)}`)
      assert.ok(`${found.message} ${found.mend}`.includes(mend), `wants "${mend}": ${found.message} → ${found.mend}`)
      shown.add(wanted)
    }
    // One mistake is told once, by the rule that knows it, and not by the composition too.
    const others = findings.filter((f) => !f.note && !wants.some((w) => w[1] === f.code))
    assert.deepEqual(others, [])

    if (/^# Composes silently/m.test(readFileSync(file, 'utf8'))) {
      const alone = composeServices([{ name: 'palier', typeDefs: hub }, { name: 'partner', typeDefs: parse(readFileSync(file, 'utf8')) }])
      assert.deepEqual(alone.errors, undefined, 'no longer silently')
    }

    for (const f of findings) assert.notEqual(words(f, 'fr').mend, f.mend)

    const fixed = await run(`${folder}${name}.fixed.graphql`)
    assert.equal(fixed.code, 0, fixed.out)
  })
}

test('every clash has an example, and words in both languages', () => {
  assert.deepEqual(Object.keys(LANGUAGES.fr), Object.keys(LANGUAGES.en))
  const notes = ['PREFIX', 'SCALAR_SHARED', 'DESCRIPTION'] // not clashes
  const composition = ['COMPOSITION', 'UNREACHABLE'] // whatever else it says
  assert.deepEqual(Object.keys(LANGUAGES.en).filter((c) => !shown.has(c) && !notes.includes(c) && !composition.includes(c)), [])
})

test('a stub that is declared by the command', async () => {
  const { code, out } = await run('--stub', 'InnovationProject', `${folder}own-ids.clash.graphql`)
  assert.equal(code, 0, out)
})

test('what composition alone knows has its words, and a place', async () => {
  const { code, out } = await run('--json', `${folder}two/one.graphql`, `${folder}two/other.graphql`)
  const { findings: [found] } = JSON.parse(out)
  assert.equal(code, 1)
  assert.equal(found.code, 'COMPOSITION', out)
  assert.match(found.file, /one\.graphql$/)
  assert.equal(found.line, 4)
  assert.match(found.message, /PartnerPhoto/)
  assert.equal((await run(`${folder}two/one.graphql`)).code, 0)
})

test('notes are told, and fail nothing', async () => {
  const { code, out } = await run(`${folder}official-codes.fixed.graphql`)
  assert.equal(code, 0)
  assert.match(out, /note SCALAR_SHARED/)
  assert.match(out, /composes with the hub/)
})

test('an answer for programs', async () => {
  const { code, out } = await run('--json', `${folder}query-node.clash.graphql`)
  const { composes, findings: [found] } = JSON.parse(out)
  assert.deepEqual([code, composes], [1, false])
  assert.deepEqual([found.severity, found.code, found.line, found.column, found.type, found.field], ['clash', 'ROOT_NODE', 15, 3, 'Query', 'node'])
})

test('the example partners, and the one of the guide, compose', () => {
  const at = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const sdl = (text) => /export const sdl = (?:\/\* GraphQL \*\/ )?`([^]*?)`\n/.exec(text)[1]
  const files = ['supergraph/subgraphs/landlord.js', 'supergraph/subgraphs/foundation.js', 'docs/partners.md'].map((name) => ({ name, text: sdl(at(name)) }))
  assert.deepEqual(check(files, at('schema/subgraph.graphql')).filter((f) => !f.note), [])
})

test('names of the hub to come, and descriptions, are told', () => {
  const text = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type PalierGarden { size: Int }
"Ours."
type LandlordSite @key(fields: "id") { id: ID! garden: PalierGarden }`
  assert.deepEqual(check([{ name: 'a', text }], readFileSync(PUBLISHED, 'utf8')).map((f) => [f.code, f.line, f.note]), [['PREFIX', 2, true], ['DESCRIPTION', 4, true]])
})

test('text for people, in both languages', async () => {
  const english = await run(`${folder}own-page-info.clash.graphql`)
  assert.match(english.out, /own-page-info\.clash\.graphql:5:6 {2}SHAREABLE\n.*\n {2}→ Write `type PageInfo @shareable/)
  assert.match(english.out, /doesn't compose with the hub as it should: one clash\./)
  const french = await run('--lang', 'fr', `${folder}own-page-info.clash.graphql`)
  assert.match(french.out, /→ Écrivez `type PageInfo @shareable/)
})

test("the hub's document by its address", async () => {
  const server = createServer((request, response) => response.writeHead(request.url === '/subgraph.graphql' ? 200 : 404).end(readFileSync(PUBLISHED)))
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  try {
    const base = `http://127.0.0.1:${server.address().port}`
    assert.equal((await run('--hub', `${base}/subgraph.graphql`, `${folder}syntax.fixed.graphql`)).code, 0)
    assert.match((await run('--hub', `${base}/elsewhere`, `${folder}syntax.fixed.graphql`)).err, /answered 404/)
  } finally {
    server.close()
  }
})

test("the guide's example is what is said", async () => {
  const { out } = await run(`${folder}own-page-info.clash.graphql`)
  const guide = readFileSync(new URL('../../docs/partners.md', import.meta.url), 'utf8')
  assert.ok(guide.includes(out.replaceAll(/\S*own-page-info\.clash/g, 'partner')), out)
})

test('2 when nothing could be told', async () => {
  assert.equal((await run()).code, 2)
  assert.equal((await run('no-such-file.graphql')).code, 2)
  assert.equal((await run('--lang', 'de', `${folder}syntax.fixed.graphql`)).code, 2)
  assert.equal((await run('--hub', 'http://127.0.0.1:9/', `${folder}syntax.fixed.graphql`)).code, 2)
  assert.equal((await run('--help')).code, 0)
})

// The whole way of a typed client: documents are typed and checked, the hub is given
// their list, the program asks and follows. And Relay's compiler takes the schema.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const here = new URL('.', import.meta.url).pathname
const repository = join(here, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'palier-client-'))
const bin = (name) => join(here, 'node_modules/.bin', name)
const run = (name, ...args) => execFileSync(bin(name), args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

let binary, base, hub, tokens

before(async () => {
  binary = process.env.PALIER_TEST_HUB ?? join(scratch, 'palier')
  if (!process.env.PALIER_TEST_HUB) execFileSync('go', ['build', '-o', binary, '.'], { cwd: repository })

  // What a client has of the hub is its schema, by its address.
  await start()
  execFileSync(bin('graphql-codegen'), ['--config', 'codegen.yml'], { cwd: here, stdio: 'pipe', env: { ...process.env, PALIER_SCHEMA: `${base}/schema.graphql` } })
  writeFileSync(join(here, 'relay/schema.graphql'), await fetch(`${base}/schema.graphql`).then((r) => r.text()))
  // Relay's compiler reads a file, and adds what is new to a list that is there.
  rmSync(join(here, 'relay/__generated__'), { recursive: true, force: true })
  writeFileSync(join(here, 'relay/documents.json'), '{}')
  mkdirSync(join(here, 'relay/__generated__'), { recursive: true })
  run('relay-compiler', 'relay.config.json')
  await stop()

  await start('--trusted-only', '--trusted-documents', `${join(here, 'src/gql/persisted-documents.json')},${join(here, 'relay/documents.json')}`)
}, { timeout: 240_000 })

after(async () => {
  await stop()
  rmSync(scratch, { recursive: true, force: true })
})

async function start(...flags) {
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  hub = spawn(binary, ['--demo', '--data', join(scratch, 'data'), '--addr', `127.0.0.1:${port}`, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  hub.stdout.on('data', (text) => (said += text))
  hub.stderr.on('data', (text) => (said += text))
  await until(() => fetch(`${base}/readyz`).then((r) => r.ok, () => false), () => said)
  tokens = Object.fromEntries([...said.matchAll(/^ +([A-Z]+)\n +(\S+)$/gm)].map((m) => [m[1], m[2]]))
}

async function stop() {
  if (hub?.exitCode !== null) return
  hub.kill('SIGTERM')
  await new Promise((done) => hub.once('exit', done))
}

async function freePort() {
  const server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}

async function until(condition, explain) {
  for (const end = Date.now() + 20_000; !await condition();) {
    assert.ok(Date.now() < end, `waited for ${condition}: ${explain()}`)
    await new Promise((again) => setTimeout(again, 50))
  }
}

/** Asks the hub as staff, who may send any document. */
async function ask(query, variables) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens.STAFF}` }, body: JSON.stringify({ query, variables }) })
  const { data, errors } = await response.json()
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data
}

test('the documents are of the types that the program takes them for', () => {
  run('tsc', '-p', '.')
  // And a program that asks for what isn't there, or forgets a variable, isn't let through.
  const source = join(here, 'src/wrong.ts')
  writeFileSync(source, `import { MatchesDocument } from './gql/graphql.js'
import { Palier } from './palier.js'
const { innovationProjectBySlug: p } = await new Palier('').ask(MatchesDocument, { slug: 'a' })
p?.colour
`)
  try {
    assert.throws(() => run('tsc', '-p', '.', '--noEmit'), ({ stdout }) => /'first' is missing/.test(stdout) && /'colour' does not exist/.test(stdout) && !/(palier|matches)\.ts/.test(stdout.replaceAll(/^ .*$/gm, '')))
  } finally {
    rmSync(source)
  }
})

test('the program asks for matches, and follows what changes', async () => {
  const program = spawn(process.execPath, [join(here, 'dist/matches.js'), 'caracol'], { env: { ...process.env, PALIER_URL: base, PALIER_TOKEN: '' }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  program.stdout.on('data', (text) => (said += text))
  program.stderr.on('data', (text) => (said += text))
  try {
    await until(() => /au commit \d+ : rien/.test(said), () => said)
    assert.match(said, /^Caracol : Un ancien foyer à partager près de Lyon\n1 qui conviennent, \d+ à vérifier\n96\.0 .*Ancien foyer de jeunes travailleurs/)
    const space = /\((spc_\w+)\)/.exec(said)[1]
    const { vacantSpaceWithdraw: { userErrors } } = await ask(
      'mutation ($id: ID!) { vacantSpaceWithdraw(input: { space: { id: $id } }) { userErrors { message } } }', { id: space })
    assert.deepEqual(userErrors, [])
    await until(() => said.includes(space, said.indexOf('rien')), () => said)
  } finally {
    program.kill()
  }
})

test('the public is served the listed documents, and no others', async () => {
  const post = (body) => fetch(`${base}/graphql`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const refused = await post({ query: '{ viewer { role } }' })
  assert.equal(refused.status, 403)
  assert.equal((await refused.json()).errors[0].extensions.code, 'DOCUMENT_NOT_TRUSTED')
})

test("Relay's documents are compiled, and served by their ids", async () => {
  const manifest = JSON.parse(readFileSync(join(here, 'relay/documents.json'), 'utf8'))
  const id = (name) => Object.keys(manifest).find((k) => manifest[k].includes(`query ${name}(`))
  assert.ok(id('SitesPageQuery') && id('SitesListQuery') && id('SitesSiteQuery'), Object.values(manifest).join('\n'))
  // A connection asks for its cursors, a record for its id, a refetch for the node.
  assert.match(manifest[id('SitesListQuery')], /pageInfo \{[^}]*endCursor/)
  assert.match(manifest[id('SitesSiteQuery')], /node\(id: \$id\)/)

  const { landlordSites: { nodes: [site] } } = await ask('{ landlordSites(first: 1) { nodes { id name } } }')
  const response = await fetch(`${base}/graphql`, { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ documentId: id('SitesSiteQuery'), variables: { id: site.id } }) })
  const { data } = await response.json()
  assert.deepEqual([data.node.id, data.node.name, data.node.__typename], [site.id, site.name, 'LandlordSite'])
})
